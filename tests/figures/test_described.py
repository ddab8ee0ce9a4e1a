"""A figure without a printed text is shown by its value, and never as not reported."""

from decimal import Decimal
from pathlib import Path

import pytest

import mtopendata
from mtopendata.figures.described import as_printed
from tests.kit.packages import schema_of, write_package
from tests.kit.program import run


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        ({"printed": "36.2 million", "value": 36200000, "qualifier": "rounded"}, "36.2 million"),
        ({"value": 36200000, "qualifier": "rounded"}, "36,200,000 (rounded)"),
        ({"value": 18400, "qualifier": "more_than"}, "more than 18,400"),
        ({"value": Decimal("18.50"), "qualifier": "exact", "unit": "percent"}, "18.5%"),
        ({"value": 0, "qualifier": "exact", "printed": ""}, "0"),
        ({"value": 0}, "0"),
        ({"value": None, "printed": None}, None),
        ({"qualifier": "suppressed", "printed": "*", "lower": 1, "upper": 9}, "*"),
        ({"qualifier": "suppressed", "lower": 1, "upper": 9}, "withheld because it is small"),
        ({"qualifier": "between", "lower": 1, "upper": 4000}, "between 1 and 4,000"),
        ({}, None),
    ],
)
def test_a_number_is_said_as_printed_or_as_it_stands(
    figure: dict[str, object], text: str | None
) -> None:
    assert as_printed(figure) == text
    assert (
        as_printed({f"previous_{name}": cell for name, cell in figure.items()}, "previous_") == text
    )


def test_no_form_calls_a_figure_not_reported_that_has_a_value(tmp_path: Path) -> None:
    figures = {
        "name": "figures",
        "path": "figures.csv",
        "schema": {
            **schema_of(
                "measure", "qualifier",
                period="year", value="integer", lower="integer", upper="integer",
            ),
            "primaryKey": ["measure", "period"],
        },
    }  # fmt: skip
    rows = "measure,qualifier,period,value,lower,upper\na,exact,2001,4321,4321,4321\n"
    rows += "a,more_than,2002,8765,8766,\n"
    rows += "a,between,2003,,5432,6543\n"
    package = write_package(
        tmp_path / "package", {"name": "p", "resources": [figures]}, {"figures.csv": rows}
    )
    listed = run("show", "--package", package).stdout
    built = mtopendata.build(package, tmp_path / "release")
    assert built.folder is not None, built.report.findings
    page = (built.folder / "p.html").read_text("utf-8")
    for text in (listed, page):
        assert "4,321" in text
        assert "more than 8,765" in text
        assert "between 5,432 and 6,543" in text
        assert "not reported" not in text
