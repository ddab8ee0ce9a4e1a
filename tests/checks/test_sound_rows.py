"""A row with errors of its own decides nothing else, wherever it stands and whatever reads it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata import Options
from tests.kit.packages import codes, write_package
from tests.kit.vintages import figure, revision, write_vintage

NAMES = ("measure", "period", "value", "qualifier", "lower", "upper", "unit", "printed")
TABLES = {
    "measures": "measure,kind\na,flow\nb,flow\nc,cumulative\n",
    "rules": "rule,relation\nr,=\n",
    "rule_terms": "rule,coefficient,measure\nr,1,a\nr,1,b\nr,-1,c\n",
}
"""`c` is the sum of `a` and `b`, and never falls."""


def row(measure: str, value: int, period: int = 2023) -> dict[str, Any]:
    """A figure that is printed in full."""
    cells = (measure, period, value, "exact", value, value, "case", str(value))
    return dict(zip(NAMES, cells, strict=True))


def schema(names: Sequence[str], key: Sequence[str] = (), **types: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [
        {"name": name, "type": types.get(name, "string")} for name in names
    ]
    for item in fields:
        if item["name"] == "value":
            item["constraints"] = {"maximum": 1000}
    return {"fields": fields, "primaryKey": list(key)} if key else {"fields": fields}


def package(folder: Path, rows: Sequence[dict[str, Any]], kind: str) -> Path:
    """Figures in a file of this kind, and the tables about them."""
    text = json.dumps(rows)
    if kind == "csv":
        lines = [NAMES, *([str(cell) for cell in item.values()] for item in rows)]
        text = "\n".join(",".join(line) for line in lines) + "\n"
    numbers = dict.fromkeys(("value", "lower", "upper"), "integer")
    described = schema(NAMES, ("measure", "period"), period="year", **numbers)
    path = f"figures.{kind}"
    figures = {"name": "figures", "path": path, "schema": described}
    others = [
        {
            "name": name,
            "path": f"{name}.csv",
            "schema": schema(table.split("\n")[0].split(","), coefficient="integer"),
        }
        for name, table in TABLES.items()
    ]
    files = {f"{name}.csv": table for name, table in TABLES.items()} | {path: text}
    return write_package(folder, {"name": "p", "resources": [*others, figures]}, files)


FAULTS: dict[str, dict[str, Any]] = {
    "type": {"value": "x"},
    "maximum": {"value": 9999, "lower": 9999, "upper": 9999, "printed": "9999"},
    "bounds": {"upper": 40},
    "printed": {"printed": "92"},
    "unit": {"value": -1, "lower": -1, "upper": -1},
}


@pytest.mark.parametrize("block", [1, 90, None])
@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.parametrize("code", FAULTS)
def test_a_row_with_errors_decides_no_rule_and_no_year(
    code: str, kind: str, block: int | None, tmp_path: Path
) -> None:
    rows = [row("a", 7, 2022), row("b", 22, 2022), row("c", 29, 2022), row("a", 7), row("b", 22)]
    folder = package(tmp_path / "p", [*rows, {**row("c", 29), **FAULTS[code]}], kind)
    report = mtopendata.validate(folder, Options(block=block))
    assert code in codes(report)
    assert not {"rule", "falls", "leap"} & set(codes(report))
    assert {item.period: (item.state, item.equation) for item in report.rules} == {
        2022: ("satisfied", "7 + 22 = 29"),
        2023: ("undecided", "7 + 22 = (row 7 has errors)"),
    }


def test_a_figure_with_errors_follows_from_no_revision(tmp_path: Path) -> None:
    before = figure("a", 2023, 29)
    now = {**before, "upper": 40, "lower": 20}
    for rows, expected in (([before], {"revision"}), ([now], {"bounds", "printed"})):
        folder = write_vintage(tmp_path / "p", "1.0.1", rows, [revision(before, "1.0.1")])
        assert set(codes(mtopendata.validate(folder))) == expected
