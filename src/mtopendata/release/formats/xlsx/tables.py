"""A sheet for each table."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from mtopendata.package.model import Field, Resource
from mtopendata.release.formats.xlsx.plan import (
    BATCH,
    LINE,
    MAX_ROWS,
    MOST_LINES,
    WIDEST,
)
from mtopendata.release.storage import (
    as_text,
    int_or_0,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(
    sheet: "Worksheet", resource: Resource, frame: pl.DataFrame, formats: "dict[str, Format]"
) -> Iterator[None]:
    """Write a header and the rows, and yield after each row."""
    fields = {item.name: item for item in resource.schema.fields} if resource.schema else {}
    chosen = [formats[_format_name(series, fields.get(series.name))] for series in frame]
    for column, series in enumerate(frame):
        sheet.set_column(column, column, _width(series), chosen[column])
        head = formats["number_head" if series.dtype.is_numeric() else "head"]
        sheet.write_string(0, column, series.name, head)
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
        sheet.ignore_errors(
            {"number_stored_as_text": f"A1:{_column_letters(frame.width)}{MAX_ROWS + 1}"}
        )
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{resource.name[:100].replace('&', '&&')}&R&P / &N")
    writers = [_writer(sheet, series, formats) for series in frame]
    long = [column for column, series in enumerate(frame) if _is_long(series)]
    for number, row in enumerate(frame.iter_rows(buffer_size=BATCH), 1):
        lines = max((len(row[column] or "") // WIDEST + 1 for column in long), default=1)
        if lines > 1:
            sheet.set_row(number, LINE * min(lines, MOST_LINES))
        for column, value in enumerate(row):
            if value is not None:
                writers[column](number, column, value, chosen[column])
        yield


def _writer(sheet: "Worksheet", series: pl.Series, formats: "dict[str, Format]") -> Any:
    """How the cells of a column are written: by its type, never by what they look like."""
    if series.dtype == pl.Boolean:
        return sheet.write_boolean
    if series.dtype == pl.Date:
        return sheet.write_datetime
    if series.dtype == pl.Int64:
        return sheet.write_number
    if series.dtype != pl.String:

        def write_number(row: int, column: int, value: float, format_: "Format") -> None:
            whole = value.is_integer()  # which would be shown with a point and nothing behind it
            sheet.write_number(row, column, value, formats["integer"] if whole else format_)

        return write_number
    quoted = formats["long_quoted" if _is_long(series) else "quoted"]

    def write_text(row: int, column: int, value: str, format_: "Format") -> None:
        shown = quoted if value.startswith(_FORMULA) else format_
        sheet.write_string(row, column, value, shown)

    return write_text


def _format_name(series: pl.Series, item: Field | None) -> str:
    if series.dtype == pl.String:
        return "long" if _is_long(series) else "text"
    if series.dtype == pl.Date:
        return "date"
    if series.dtype == pl.Int64:
        return "plain" if item is not None and item.type == "year" else "integer"
    return "number"


def _longest_text(series: pl.Series) -> int:
    return int_or_0(as_text(series.head(BATCH)).alias("0").str.len_chars().max())


def _is_long(series: pl.Series) -> bool:
    return _longest_text(series) > WIDEST


def _width(series: pl.Series) -> float:
    return min(max(_longest_text(series), len(series.name)) + 4, WIDEST)


def _column_letters(number: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number - 1))
