"""A line of a table divided into the cell with the name and the cell with the number."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from mtopendata.sheets.tables.headings import ColumnHeading
from mtopendata.sheets.tables.printed_lines import PrintedLine, Token, text_of

_LAST_WORD = re.compile(r"[<>≤≥~≈]?\d[\d.,'’\s]*[+*%]?|[-–—]")
"""What in a text with single blanks is meant as a number, and no word that has digits."""
_LIKE_NUMBER = re.compile(r"[<>≤≥~≈]?\s*\d.*|[-–—]")


class Cells(NamedTuple):
    """The name and the number of a line, as they are printed; either may be empty. `is_across`:
    the line, which is all in `name`, is not made of the two.
    """

    name: str
    number: str
    is_across: bool = False


Division = Callable[[PrintedLine], Cells]


def division_of(column: ColumnHeading, lines: Iterable[PrintedLine], *, is_text: bool) -> Division:
    """How the lines below a heading are divided: by their places, and in a text with single blanks
    by the last word.
    """
    if is_text and column.is_close:
        return _by_last_word
    parts = [_without_others(line, column) for line in lines]
    clear = [
        cells[-1][0].left
        for cells in parts
        if len(cells) > 1
        and _LIKE_NUMBER.match(text_of(cells[-1]))
        and _belongs_to_number(cells[-1], column)
    ]
    edge = min([column.number.left, *clear])
    return partial(_by_place, column=column, edge=edge, is_text=is_text)


def _by_last_word(line: PrintedLine) -> Cells:
    *before, last = line.tokens
    if _LAST_WORD.fullmatch(last.text):
        return Cells(text_of(before), last.text)
    return Cells(line.text, "")


def _by_place(line: PrintedLine, column: ColumnHeading, edge: float, is_text: bool) -> Cells:
    """`edge` is where the numbers begin at the farthest left."""
    cells = _without_others(line, column)
    if len(cells) == 2:
        name, number = cells
        # Where nothing stands straight, a wide blank still divides.
        is_clear = is_text or _belongs_to_number(number, column)
        if is_clear and _LIKE_NUMBER.match(text_of(number)) and name[0].left < edge:
            return Cells(text_of(name), text_of(number))
    return _by_edge(line, cells, edge)


def _by_edge(line: PrintedLine, cells: Sequence[Sequence[Token]], edge: float) -> Cells:
    tokens = [token for cell in cells for token in cell]
    slack = line.wide / 2
    names = [token for token in tokens if token.left < edge - slack]
    numbers = [token for token in tokens if token.left >= edge - slack]
    is_no_number = bool(names and numbers) and not _LIKE_NUMBER.match(text_of(numbers))
    if is_no_number or any(token.right > edge + slack for token in names):
        return Cells(line.text, "", True)
    return Cells(text_of(names), text_of(numbers))


def is_number(token: Token) -> bool:
    """Whether a token is meant as a number, in whatever form."""
    return _LIKE_NUMBER.fullmatch(token.text) is not None


def _without_others(line: PrintedLine, column: ColumnHeading) -> Sequence[Sequence[Token]]:
    """The cells of a line but for those of columns that are not read."""
    if not column.others:
        return line.cells
    spans = (column.name, column.number, *column.others)

    def is_read(cell: Sequence[Token]) -> bool:
        far = [span.distance(cell[0].left, cell[-1].right) for span in spans]
        return min(far[:2]) <= min(far[2:])

    return [cell for cell in line.cells if is_read(cell)]


def _belongs_to_number(cell: Sequence[Token], column: ColumnHeading) -> bool:
    """Whether a cell is nearer to the heading of the numbers than to that of the names."""
    edges = cell[0].left, cell[-1].right
    return column.number.distance(*edges) < column.name.distance(*edges)
