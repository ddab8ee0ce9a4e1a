"""The lines below the headings of a table, column by column, as strips of a name and a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mtopendata.sheets.tables.cells import Cells, division_of, is_number
from mtopendata.sheets.tables.headings import ColumnHeading, HeadingLine, find_heading_lines
from mtopendata.sheets.tables.printed_lines import PrintedLine
from mtopendata.sheets.tables.table_cues import TableKind


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of a column of names and its numbers; either may be empty. `column` counts the columns
    of names of the document. `middle` is how far down it is, and `left` how far right; None where
    its place says nothing. `is_across`: the line, all in `name`, is not made of the two.
    """

    name: str
    number: str
    page: int | None
    line: int
    column: int = 0
    middle: float | None = None
    left: float | None = None
    is_across: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Its page and its line."""
        return self.page or 0, self.line


def find_strips(
    pages: Sequence[Sequence[PrintedLine]], kind: TableKind, *, is_text: bool
) -> tuple[list[Strip], list[HeadingLine]]:
    """The strips of all tables of this kind in the order of reading, and the headings. A page
    without headings goes on with the columns of the page before.
    """
    strips: list[Strip] = []
    headings: list[HeadingLine] = []
    columns: Sequence[ColumnHeading] = ()
    for lines in pages:
        found = find_heading_lines(lines, kind)
        headings += found
        ends = [*(heading.first for heading in found[1:]), len(lines)]
        parts: list[tuple[Sequence[ColumnHeading], Sequence[PrintedLine]]] = [
            (heading.columns, lines[heading.last + 1 : end])
            for heading, end in zip(found, ends, strict=False)
        ]
        for below, body in parts or [(columns, lines)]:
            columns = below
            kept = [line for line in body if not kind.is_line(line.text)]
            number = strips[-1].column + 1 if strips else 0
            strips += _strips_below(columns, kept, number, is_text=is_text)
    return strips, headings


def _strips_below(
    columns: Sequence[ColumnHeading], lines: Sequence[PrintedLine], number: int, *, is_text: bool
) -> Iterator[Strip]:
    """The strips below headings that stand in one line, of which the first is the column of this
    number.
    """
    cuts = [_cut(left, right, lines) for left, right in pairwise(columns)]
    edges = [float("-inf"), *cuts, float("inf")]
    across = {id(line) for line in lines if any(_crosses(line, cut) for cut in cuts)}
    for index, column in enumerate(columns):
        part = list(_gap_between(edges[index], edges[index + 1], lines, across))
        divide = division_of(column, part, is_text=is_text)
        whole = [line for line in lines if id(line) in across and not index]
        for line in sorted([*part, *whole], key=lambda line: line.line):
            first = line.tokens[0]
            is_flat = is_text and column.is_close
            middle, left = (None, None) if is_flat else (first.middle, first.left)
            cells = Cells(line.text, "", True) if id(line) in across else divide(line)
            yield Strip(
                cells.name,
                cells.number,
                line.page,
                line.line,
                number + index,
                middle,
                left,
                cells.is_across,
            )


def _gap_between(
    start: float, end: float, lines: Sequence[PrintedLine], across: set[int]
) -> Iterator[PrintedLine]:
    """What of lines stands between two cuts; nothing of those across."""
    for line in lines:
        tokens = tuple(t for t in line.tokens if start <= (t.left + t.right) / 2 < end)
        if tokens and id(line) not in across:
            yield PrintedLine(tokens, line.page, line.line)


def _crosses(line: PrintedLine, cut: float) -> bool:
    """Whether text reaches over a cut. Behind a number it does not, however near the next is."""
    for cell in line.cells:
        left = [token for token in cell if token.left < cut]
        if left and cell[-1].right > cut and (left[-1].right > cut or not is_number(left[-1])):
            return True
    return False


def _cut(left: ColumnHeading, right: ColumnHeading, lines: Sequence[PrintedLine]) -> float:
    """Where the numbers of one column end and the names of the next begin: the middle of the widest
    space between them that no word reaches into, in lines that have several cells.
    """
    start, end = left.number.left, right.name.right
    words = [(t.left, t.right) for line in lines if len(line.cells) > 1 for t in line.tokens]
    taken = sorted([left.number, right.name, *words])
    widest, cut, reached = 0.0, (left.number.right + right.name.left) / 2, start
    for begin, stop in taken:
        if start <= begin <= end and begin - reached > widest:
            widest, cut = begin - reached, (begin + reached) / 2
        if stop > start and begin < end:
            reached = max(reached, stop)
    return cut
