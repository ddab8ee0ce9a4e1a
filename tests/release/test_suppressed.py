"""A suppressed figure, one not reported, and a reported zero are three things in a release."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

import mtopendata
from tests.kit.packages import PACKAGES
from tests.kit.program import run

FOLDER = PACKAGES / "good-figures-suppressed"
COLUMNS = ("measure", "value", "qualifier", "lower", "upper", "printed")
EXPECTED = [
    ("a", None, "suppressed", 1, 9, "*"),
    ("b", None, None, None, None, None),
    ("c", 0, "exact", 0, 0, "–"),
    ("d", 10, "fewer_than", 0, 9, "<10"),
]


def test_every_format_tells_them_apart(tmp_path: Path) -> None:
    mtopendata.build(FOLDER, tmp_path)
    with closing(sqlite3.connect(tmp_path / "p.sqlite")) as database:
        query = f"SELECT {', '.join(COLUMNS)} FROM figures ORDER BY measure"  # noqa: S608
        assert database.execute(query).fetchall() == EXPECTED
    assert pl.read_parquet(tmp_path / "figures.parquet").select(COLUMNS).rows() == EXPECTED
    head, *rows = openpyxl.load_workbook(tmp_path / "p.xlsx")["figures"].iter_rows(values_only=True)
    columns = [head.index(name) for name in COLUMNS]
    found: list[tuple[Any, ...]] = [tuple(row[place] for place in columns) for row in rows]
    assert found[:4] == EXPECTED


def test_they_are_shown_and_quoted_as_three_things() -> None:
    quotes = []
    for name in "abc":
        shown = run("show", name, "--package", FOLDER, "--format", "json")
        quotes.append(json.loads(shown.stdout)["figures"][0]["quote"])
    assert quotes == [
        'The figure for "a" is withheld because it is small (*).',
        'The figure for "b" is not reported, which is not 0.',
        'The figure for "c" is 0 (–).',
    ]
