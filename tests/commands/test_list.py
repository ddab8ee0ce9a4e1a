"""Figures are found by their words, area, year and source."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from mtopendata.commands.list import list_figures
from tests.kit.packages import MONTANA, replace_text, schema_of, write_package
from tests.kit.program import run

FIGURES = (
    "measure,area,period,source,value,qualifier,lower,upper,unit,printed\n"
    "a,ALL,2022,one,5,exact,5,5,case,5\n"
    "a,ALL,2023,one,6,exact,6,6,case,6\n"
    "a,ALL,2023,two,,,,,case,\n"
    "b,US-MT,2023,one,7,exact,7,7,case,7\n"
    "a,US-MT,2023,two,8,exact,8,8,case,8\n"
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    names = FIGURES.partition("\n")[0].split(",")
    types = dict.fromkeys(("period", "value", "lower", "upper"), "integer")
    schema = schema_of(**{name: types.get(name, "string") for name in names})
    schema["primaryKey"] = ["measure", "area", "period", "source"]
    tables: list[dict[str, Any]] = [{"name": "figures", "path": "f.csv", "schema": schema}]
    for name in ("area", "measure"):
        titled = schema_of(name, "title")
        tables.append({"name": f"{name}s", "path": f"{name}s.csv", "schema": titled})
    files = {
        "f.csv": FIGURES,
        "areas.csv": "area,title\nUS-MT,Montana\nALL,Everywhere\n",
        "measures.csv": "measure,title\na,Apples received\nb,Bananas\n",
    }
    return write_package(tmp_path, {"resources": tables}, files)


def listed(package: Path, *words: str) -> list[str]:
    done = run("list", *words, "--package", package, "--format", "json")
    assert done.exit_code == 0, done.output
    names = [figure["name"] for figure in json.loads(done.stdout)["figures"]]
    assert all(isinstance(name, str) for name in names)
    return names


def test_without_words_all_are_listed_measure_by_measure(package: Path) -> None:
    assert listed(package) == [
        "a/ALL/2022/one", "a/ALL/2023/one", "a/ALL/2023/two", "a/US-MT/2023/two",
        "b/US-MT/2023/one",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["apples", "montana"], ["a/US-MT/2023/two"]),
        (["--area", "MT"], ["a/US-MT/2023/two", "b/US-MT/2023/one"]),
        (["--area", "montana", "--area", "US-MT", "bananas"], ["b/US-MT/2023/one"]),
        (["--year", "2022"], ["a/ALL/2022/one"]),
        (["--year", "2021-2022", "--year", "2022"], ["a/ALL/2022/one"]),
        (["--year", "1999"], []),
        (["--source", "TWO"], ["a/ALL/2023/two", "a/US-MT/2023/two"]),
        (["--one-source", "everywhere", "2023"], ["a/ALL/2023/one"]),
    ],
)
def test_what_is_asked_for_is_listed(package: Path, words: list[str], names: list[str]) -> None:
    assert listed(package, *words) == names


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pears"], "is no figure of the package"),
        (["--area", "Montano"], "'Montano': is no area of a figure; nearest: montana"),
        (["--source", "three"], "is no source of a figure"),
        (["--year", "23"], "'23' is no year; write 2023, or 2019-2023"),
    ],
)
def test_what_is_not_there_is_said(package: Path, words: list[str], said: str) -> None:
    done = run("list", *words, "--package", package)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not done.stdout


def test_the_table_has_a_line_for_each_figure(package: Path) -> None:
    lines = run("list", "--area", "ALL", "--package", package).stdout.splitlines()
    assert lines[:4] == [
        "  as printed  year  area  what is counted  source",
        "           5  2022  ALL   Apples received  one",
        "           6  2023  ALL   Apples received  one",
        "not reported  2023  ALL   Apples received  two",
    ]
    assert lines[-1] == "3 figures; all that is said of one: mtopendata show NAME"


def test_a_long_title_goes_on_below_itself() -> None:
    words = ("list", "facility", "--area", "MT", "--package", str(MONTANA))
    lines = run(*words).stdout.splitlines()
    assert lines[1].split()[-2:] == ["a", "ncmec-montana-2023"]
    assert lines[2].strip() == "social services facility"
    assert max(map(len, lines)) <= 80


def test_csv_has_the_cells_of_each_figure_behind_what_it_is_of() -> None:
    done = run("list", "--area", "MT", "--package", MONTANA, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 9
    [row] = [row for row in rows if row["measure"] == "missing_child_cases_handled"]
    assert (row["area_title"], row["period"], row["value"], row["unit"]) == (
        "Montana", "2023", "29", "case",
    )  # fmt: skip


def test_a_package_with_errors_is_listed_and_says_so(package: Path) -> None:
    replace_text(package / "f.csv", "a,ALL,2022,one,5,", "a,ALL,2022,one,five,")
    done = run("list", "--package", package)
    assert done.exit_code == 1
    assert "5 figures" in done.stdout
    assert "has 1 error" in done.stderr


def test_python_lists_too(package: Path) -> None:
    found = list_figures(package=package, years=[2022])
    assert [item.full_name for item in found.figures] == ["a/ALL/2022/one"]
