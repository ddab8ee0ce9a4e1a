"""The strips of a table whose cells a sign divides: CSV, with semicolons, tabs, or in Markdown."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mtopendata.sheets.tables.headings import NAME, NUMBER
from mtopendata.sheets.tables.strips import Strip
from mtopendata.sheets.tables.table_cues import TableKind

_DELIMITERS = (",", ";", "\t", "|")
_PERIOD = "period column"


class Record(NamedTuple):
    """The cells of a row, and the line in which it begins."""

    cells: Sequence[str]
    line: int


class RecordsFound(NamedTuple):
    """What a table of records holds: its strips, the cells of its columns of years, its heading,
    the headings that no cue has, and whether names and numbers can be told apart.
    """

    strips: list[Strip]
    years: set[str]
    heading: Record
    unknown: Sequence[str]
    is_ordered: bool


def find_records(text: str, kind: TableKind) -> RecordsFound | None:
    """The table of this kind in a text; None: no sign divides it so that its headings are cells."""
    for delimiter in _DELIMITERS:
        try:
            records = list(_records(text, delimiter))
        except csv.Error:
            continue
        for index, record in enumerate(records):
            kinds = [kind.column(cell) if cell else None for cell in record.cells]
            if NAME in kinds and NUMBER in kinds:
                return _records_found(records[index:], kinds)
    return None


def _records(text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for cells in reader:
        plain = [cell.replace("**", "").strip() for cell in cells]
        is_rule = delimiter == "|" and not any(cell.strip("-: ") for cell in plain)
        if any(plain) and not is_rule:
            yield Record(plain, line)
        line = reader.line_num + 1


def _records_found(records: Sequence[Record], kinds: Sequence[str | None]) -> RecordsFound:
    heading, *rows = records
    names, numbers, periods = (_columns_of(kinds, wanted) for wanted in (NAME, NUMBER, _PERIOD))
    # In the one pair of a record each column is known by its heading, in whatever order.
    order = [kind for kind in kinds if kind in (NAME, NUMBER)]
    is_ordered = len(order) == 2 or order == [NAME, NUMBER] * len(names)
    rows = [row for row in rows if list(row.cells) != list(heading.cells)]
    pairs = zip(heading.cells, kinds, strict=True)
    unknown = [cell for cell, kind in pairs if cell and kind is None]
    strips = []
    for column, (name, number) in enumerate(zip(names, numbers, strict=False)):
        found = [_strip(row, name, number, column, len(kinds)) for row in rows]
        strips += [strip for strip in found if strip.name or strip.number]
    return RecordsFound(strips, _cells_in(rows, periods), heading, unknown, is_ordered)


def _columns_of(kinds: Sequence[str | None], wanted: str) -> list[int]:
    """The columns of a kind."""
    return [index for index, kind in enumerate(kinds) if kind == wanted]


def _cells_in(rows: Sequence[Record], columns: Sequence[int]) -> set[str]:
    """What stands in some columns, in whatever row."""
    cells = {row.cells[index] for row in rows for index in columns if index < len(row.cells)}
    return cells - {""}


def _strip(row: Record, name: int, number: int, column: int, width: int) -> Strip:
    """A row of another width than the heading has text that belongs to no column."""
    cells = row.cells
    is_whole = len(cells) == width
    if not is_whole and not any(cells[1:]):
        return Strip(" ".join(cells[0].split()), "", None, row.line, column)
    if not is_whole:
        return Strip(" ".join(" ".join(cells).split()), "", None, row.line, column, is_across=True)
    return Strip(" ".join(cells[name].split()), cells[number], None, row.line, column)
