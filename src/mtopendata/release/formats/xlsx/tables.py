"""A sheet for each table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from mtopendata.package.model import Field
from mtopendata.release.formats.xlsx.pages import set_up_pages
from mtopendata.release.formats.xlsx.plan import (
    BATCH,
    LINE,
    MAX_ROWS,
    MOST_LINES,
    WIDEST,
    Sheet,
)
from mtopendata.release.model import Release
from mtopendata.release.storage import (
    as_text,
    int_or_0,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class SheetColumn:
    """A column as it looks in a sheet: `longest` is the longest text of its first cells."""

    series: pl.Series
    item: Field | None
    longest: int

    @property
    def is_long(self) -> bool:
        """Whether its texts need more lines than one."""
        return self.longest + 2 > WIDEST

    @property
    def width(self) -> int:
        """In characters."""
        return min(max(self.longest + 2, len(self.series.name) + 4), WIDEST)  # 4: a filter's button

    @property
    def format_name(self) -> str:
        """The format of its cells."""
        if self.series.dtype == pl.String:
            return "long" if self.is_long else "text"
        if self.series.dtype == pl.Date:
            return "date"
        if self.series.dtype == pl.Int64:
            return "plain" if self.item is not None and self.item.type == "year" else "integer"
        return "number"


def write_table(
    sheet: "Worksheet", release: Release, table: Sheet, formats: "dict[str, Format]"
) -> Iterator[None]:
    """Write a header and the rows, and yield after each row."""
    resource, frame = table.resource, table.stored
    fields = {item.name: item for item in resource.schema.fields} if resource.schema else {}
    columns = [
        SheetColumn(series, fields.get(series.name), _longest_text(series)) for series in frame
    ]
    _write_head(sheet, columns, formats)
    _set_up(sheet, frame)
    set_up_pages(sheet, release, 0)
    writers = [_cell_writer(sheet, column, formats) for column in columns]
    chosen = [formats[column.format_name] for column in columns]
    long = [place for place, column in enumerate(columns) if column.is_long]
    for number, row in enumerate(frame.iter_rows(buffer_size=BATCH), 1):
        lines = max((_lines_needed(row[place] or "") for place in long), default=1)
        if lines > 1:
            sheet.set_row(number, LINE * min(lines, MOST_LINES))
        for place, value in enumerate(row):
            if value is not None:
                writers[place](number, place, value, chosen[place])
        yield


def _lines_needed(text: str) -> int:
    """About how many lines a text takes in the widest column, where words stay whole."""
    return len(text) // (WIDEST - 4) + 1 + text.count("\n")


def _longest_text(series: pl.Series) -> int:
    return int_or_0(as_text(series.head(BATCH)).alias("0").str.len_chars().max())


def _write_head(
    sheet: "Worksheet", columns: list[SheetColumn], formats: "dict[str, Format]"
) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats[column.format_name])
        head = formats["number_head" if column.series.dtype.is_numeric() else "head"]
        sheet.write_string(0, place, column.series.name, head)


def _set_up(sheet: "Worksheet", frame: pl.DataFrame) -> None:
    """What a sheet does when it is read."""
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
        sheet.ignore_errors(
            {"number_stored_as_text": f"A1:{_column_letters(frame.width)}{MAX_ROWS + 1}"}
        )


def _cell_writer(sheet: "Worksheet", column: SheetColumn, formats: "dict[str, Format]") -> Any:
    """How the cells of a column are written: by its type, never by what they look like."""
    dtype = column.series.dtype
    if dtype == pl.Boolean:
        return sheet.write_boolean
    if dtype == pl.Date:
        return sheet.write_datetime
    if dtype == pl.Int64:
        return sheet.write_number
    if dtype != pl.String:

        def write_number(row: int, place: int, value: float, format_: "Format") -> None:
            whole = value.is_integer()  # which would be shown with a point and nothing behind it
            sheet.write_number(row, place, value, formats["integer"] if whole else format_)

        return write_number
    quoted = formats["long_quoted" if column.is_long else "quoted"]

    def write_text(row: int, place: int, value: str, format_: "Format") -> None:
        shown = quoted if value.startswith(_FORMULA) else format_
        sheet.write_string(row, place, value, shown)

    return write_text


def _column_letters(number: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number - 1))
