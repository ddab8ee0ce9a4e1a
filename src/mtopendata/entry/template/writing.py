"""The workbook of a template, written by XlsxWriter."""

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtopendata.entry.template.checks import cell_check
from mtopendata.entry.template.plan import COLUMNS, LISTS, TemplateColumn, TemplateSheet
from mtopendata.entry.template.words import explained, headed, wanted
from mtopendata.release.formats.xlsx.plan import FIRST_DATE, MAX_CELL, MAX_ROWS
from mtopendata.values.excerpts import cut

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_NO_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_TITLE, _LONGEST_PROMPT = 32, 255
"""Characters that a prompt beside a cell can have."""
_HEAD = {"bold": True, "bottom": 1, "bg_color": "#E8EEF4", "num_format": "@"}
_FORMATS: dict[str, dict[str, Any]] = {
    "head": _HEAD,
    "required_head": _HEAD | {"bg_color": "#C9DAEA"},
    "wrapped": {"text_wrap": True, "valign": "top", "num_format": "@"},
    "text": {"num_format": "@"},
    "integer": {"num_format": "0"},
    "number": {"num_format": "General"},
    "boolean": {"num_format": "General"},
    "date": {"num_format": "yyyy-mm-dd"},
    "datetime": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "time": {"num_format": "hh:mm:ss"},
}
_WIDTHS = {"date": 12, "datetime": 20, "time": 10, "year": 8, "boolean": 10}


def write_template(sheets: Sequence[TemplateSheet], file: Path) -> None:
    """Write a sheet for each table, one that says what their columns want, and a hidden one with
    the lists that cells are chosen from.
    """
    from xlsxwriter import Workbook

    with closing(Workbook(str(file), {"remove_timezone": True})) as book:
        formats = {name: book.add_format(properties) for name, properties in _FORMATS.items()}
        pages = [book.add_worksheet(sheet.name) for sheet in sheets]
        _write_columns(book.add_worksheet(COLUMNS), sheets, formats)
        lists = _Lists(book.add_worksheet(LISTS), formats)
        for page, sheet in zip(pages, sheets, strict=True):
            _write_sheet(page, sheet, lists, formats)


class _Lists:
    """The sheet of lists: a column for each."""

    def __init__(self, page: "Worksheet", formats: "dict[str, Format]") -> None:
        page.hide()
        self.page = page
        self.formats = formats
        self.ranges: dict[tuple[Any, ...], str] = {}

    def source(self, column: TemplateColumn) -> str:
        """The range that the values of a column are chosen from; empty where there is none."""
        from xlsxwriter.utility import quote_sheetname, xl_col_to_name

        if column.parent:
            name, index = column.parent
            letters, sheet = xl_col_to_name(index, col_abs=True), quote_sheetname(name)
            first, all_ = f"{sheet}!{letters}$2", f"{sheet}!{letters}$2:{letters}${MAX_ROWS + 1}"
            # As many rows as are filled in: beside an empty cell in a range anything would pass.
            return f"=OFFSET({first},0,0,MAX(1,COUNTA({all_})),1)"
        if not column.values:
            return ""
        key = (column.item.type, *map(repr, column.values))
        if key not in self.ranges:
            place = len(self.ranges)
            kind = self.formats[format_name(column)]
            for row, value in enumerate(column.values):
                _write_value(self.page, row, place, value, kind)
            letters = xl_col_to_name(place, col_abs=True)
            self.ranges[key] = f"={LISTS}!{letters}$1:{letters}${len(column.values)}"
        return self.ranges[key]


def _write_value(page: "Worksheet", row: int, place: int, value: Any, kind: "Format") -> None:
    if isinstance(value, str):
        page.write_string(row, place, value[:MAX_CELL], kind)
    elif isinstance(value, bool):
        page.write_boolean(row, place, value, kind)
    elif isinstance(value, date) and _excel_day(value) < FIRST_DATE:
        page.write_string(row, place, value.isoformat(), kind)
    elif isinstance(value, date | time):
        page.write_datetime(row, place, value, kind)
    else:
        page.write_number(row, place, float(value), kind)


def _excel_day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def format_name(column: TemplateColumn) -> str:
    """The format of a column's cells: text wherever a number or a day would be another value."""
    if any(isinstance(value, str) for value in column.values):
        return "text"
    name = "integer" if column.item.type == "year" else column.item.type
    return name if name in _FORMATS else "text"


def _write_sheet(
    page: "Worksheet", sheet: TemplateSheet, lists: _Lists, formats: "dict[str, Format]"
) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    for place, column in enumerate(sheet.columns):
        head = formats["required_head" if column.is_required else "head"]
        page.set_column(place, place, _column_width(column), formats[format_name(column)])
        page.write_string(0, place, column.item.name[:MAX_CELL], head)
        check = cell_check(column, xl_rowcol_to_cell(1, place), lists.source(column))
        page.data_validation(1, place, MAX_ROWS, place, check | _prompt(column))


def _column_width(column: TemplateColumn) -> int:
    longest = max((len(str(value)) for value in column.values), default=0)
    usual = _WIDTHS.get(column.item.type, 14)
    return min(max(len(column.item.name) + 4, longest + 4, usual), 40)


def _prompt(column: TemplateColumn) -> dict[str, Any]:
    """What stands beside a cell that is chosen, and what a wrong entry is answered with."""
    texts = [text for text in (wanted(column), explained(column)) if text]
    title = cut(_writable(headed(column)), _LONGEST_TITLE)
    return {
        "ignore_blank": not column.is_required,
        "input_title": title,
        "input_message": cut(_writable("\n".join(texts)), _LONGEST_PROMPT),
        "error_title": title,
        "error_message": cut(_writable(f"Wanted: {wanted(column)}"), _LONGEST_PROMPT),
    }


def _writable(text: str) -> str:
    """A text without signs that the format has no way to write."""
    return _NO_XML.sub("", text)


def _write_columns(
    page: "Worksheet", sheets: Sequence[TemplateSheet], formats: "dict[str, Format]"
) -> None:
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    heads = (("Sheet", 20), ("Column", 24), ("Wanted", 50), ("Title", 30), ("Meaning", 80))
    for place, (head, width) in enumerate(heads):
        page.set_column(place, place, width)
        page.write_string(0, place, head, formats["head"])
    rows = ((sheet, column) for sheet in sheets for column in sheet.columns)
    for row, (sheet, column) in enumerate(rows, 1):
        title = str(column.item.descriptor.get("title") or "")
        texts = (sheet.name, column.item.name, wanted(column), title, explained(column))
        for place, text in enumerate(texts):
            if text:
                page.write_string(row, place, text[:MAX_CELL], formats["wrapped"])
