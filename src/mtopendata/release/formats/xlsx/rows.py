"""A row of a sheet that is read: as high as its texts are, which are wrapped."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from mtopendata.release.formats.xlsx.plan import LINE, MAX_CELL, MOST_LINES

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | None
_LETTERS = 1.08
"""Letters of a text that stand in the room of a digit, by which widths of columns are counted."""


def write_row(
    sheet: "Worksheet",
    row: int,
    cells: Sequence[Cell],
    styles: "Sequence[Format]",
    widths: Sequence[int],
) -> int:
    """Write a row whose last cell takes all the columns that are left, and return the row below.

    Its height is set, because not every program finds it, and none does for cells that are merged.
    """
    last, edge = len(cells) - 1, len(widths) - 1
    spans = [*widths[:last], sum(widths[last:])]
    lines = max(_lines_of_cell(cell, width) for cell, width in zip(cells, spans, strict=True))
    sheet.set_row(row, LINE * min(lines, MOST_LINES))
    if last < edge:
        sheet.merge_range(row, last, row, edge, "", styles[last])
    for column, (cell, style) in enumerate(zip(cells, styles, strict=True)):
        if isinstance(cell, str):
            sheet.write_string(row, column, cell[:MAX_CELL], style)
        elif cell is None:
            sheet.write_blank(row, column, None, style)
        else:
            sheet.write_number(row, column, cell, style)
    return row + 1


def _lines_of_cell(cell: Cell, width: int) -> int:
    """The lines that a cell takes in a column of this width."""
    if not isinstance(cell, str):
        return 1
    return sum(len(wrap(line, int(width * _LETTERS))) or 1 for line in cell[:MAX_CELL].split("\n"))
