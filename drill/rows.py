"""Kinds of corruption of a row, or of two columns."""

from collections.abc import Callable, Sequence

from drill.tables import Rows

# By a function of a table and the index of a row


def row_deleted(table: Rows, row: int) -> list[Rows]:
    return [table[:row] + table[row + 1 :]]


def row_doubled(table: Rows, row: int) -> list[Rows]:
    return [table[: row + 1] + table[row:]]


def rows_swapped(table: Rows, row: int) -> list[Rows]:
    if row + 1 == len(table):
        return []
    return [[*table[:row], table[row + 1], table[row], *table[row + 2 :]]]


def row_doubled_changed(table: Rows, row: int) -> list[Rows]:
    """The copy differs in the figure's value, elsewhere in its last text of some length."""
    line = list(table[row])
    header = table[0]
    column = (
        header.index("value")
        if "value" in header
        else max(index for index, cell in enumerate(line) if len(cell) > 1)
    )
    line[column] = line[column][:-1] or "1"
    if line[column] == table[row][column]:
        return []
    return [[*table[: row + 1], line, *table[row + 1 :]]]


RowKind = Callable[[Rows, int], list[Rows]]

ROW_KINDS: tuple[tuple[str, RowKind], ...] = (
    ("row deleted", row_deleted),
    ("row doubled", row_doubled),
    ("row doubled with a changed value", row_doubled_changed),
    ("two rows swapped", rows_swapped),
)

# By a function of a table and the indexes of two columns


def exchanged(line: Sequence[str], first: int, second: int) -> list[str]:
    cells = list(line)
    cells[first], cells[second] = cells[second], cells[first]
    return cells


def columns_swapped(table: Rows, first: int, second: int) -> Rows:
    return [exchanged(line, first, second) for line in table]


def headers_swapped(table: Rows, first: int, second: int) -> Rows:
    return [exchanged(table[0], first, second), *table[1:]]


def cells_swapped(table: Rows, first: int, second: int) -> Rows:
    return [table[0], *(exchanged(line, first, second) for line in table[1:])]


ColumnKind = Callable[[Rows, int, int], Rows]

COLUMN_KINDS: tuple[tuple[str, ColumnKind], ...] = (
    ("two columns swapped, header with cells", columns_swapped),
    ("two columns swapped, header only", headers_swapped),
    ("two columns swapped, cells only", cells_swapped),
)
