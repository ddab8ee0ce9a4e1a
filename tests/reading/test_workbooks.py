"""Sheets of workbooks, as a package has them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

import mtopendata
from mtopendata.ledger.report import Report
from mtopendata.reading.sheet_marks import marks_of
from mtopendata.reading.workbooks import sheets_of


def validated(folder: Path, path: str, sheet: str, names: Sequence[str]) -> Report:
    schema = {"fields": [{"name": name, "type": "integer"} for name in names]}
    resource = {"name": "t", "path": path, "dialect": {"sheetName": sheet}, "schema": schema}
    described = {"name": "p", "resources": [resource]}
    (folder / "datapackage.json").write_text(json.dumps(described))
    return mtopendata.validate(folder)


def book_with(rows: Sequence[Sequence[Any]]) -> Any:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    return book


def test_columns_with_a_format_alone_are_no_fault_and_a_value_in_one_is(tmp_path: Path) -> None:
    book = book_with([("a", "b"), (1, 2), (3, 4)])
    book.active["D2"].fill = PatternFill("solid", fgColor="FF0000")
    book.save(tmp_path / "t.xlsx")
    assert validated(tmp_path, "t.xlsx", "Sheet", ["a", "b"]).findings == []
    book.active["D3"] = 5
    book.save(tmp_path / "t.xlsx")
    assert validated(tmp_path, "t.xlsx", "Sheet", ["a", "b"]).errors > 0


def test_a_sheet_of_opendocument_is_read_by_its_name(tmp_path: Path) -> None:
    ezodf = pytest.importorskip("ezodf", reason="what reads .ods is not installed")
    book = ezodf.newdoc("ods", str(tmp_path / "t.ods"))
    for name, label in (("One", "a"), ("Two", "b")):
        sheet = ezodf.Sheet(name, size=(2, 1))
        book.sheets += sheet
        sheet[0, 0].set_value(label)
        sheet[1, 0].set_value(7)
    book.save()
    assert validated(tmp_path, "t.ods", "Two", ["b"]).findings == []
    assert validated(tmp_path, "t.ods", "One", ["b"]).errors > 0


def test_a_sheet_tells_what_stands_in_it_besides_values(tmp_path: Path) -> None:
    book = book_with([("a", "b"), (1, "=A2"), (3, "=A3+1")])
    book.active.merge_cells("A5:B6")
    book.create_sheet("Other").sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    first, second = sheets_of(tmp_path / "t.xlsx", "xlsx")
    assert (first.is_hidden, second.name, second.is_hidden) == (False, "Other", True)
    marks = marks_of(tmp_path / "t.xlsx", first)
    assert marks._asdict() == {
        "merged": ("A5:B6",), "uncounted": 2, "first": "B2", "has_drawing": False, "beyond": "",
        "vast": "",
    }  # fmt: skip
