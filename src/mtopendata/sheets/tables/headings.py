"""The headings of columns: where in a document a table begins, and where its columns stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from mtopendata.sheets.tables.printed_lines import WIDE, PrintedLine, Token, text_of
from mtopendata.sheets.tables.table_cues import TableKind

NAME, NUMBER = "name column", "number column"
_STACKED = 0.5
"""So many heights are the farthest between two lines of one heading."""
_LINES = 3
"""Lines that a heading of columns has at the most."""


class HeadingSpan(NamedTuple):
    """From where to where a heading reaches, from the left."""

    left: float
    right: float

    def distance(self, left: float, right: float) -> float:
        """How far other edges are from it; 0 where they overlap."""
        return max(0.0, left - self.right, self.left - right)


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """A heading of names and one of numbers behind it. `others` are those of columns that are not
    read; `is_close`: only a blank stands between the two.
    """

    name: HeadingSpan
    number: HeadingSpan
    others: tuple[HeadingSpan, ...]
    is_close: bool


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """All headings of columns in one line, from the left. `unknown` are those that no cue has;
    `is_ordered`: before each column of numbers stands its column of names. `first` and `last` are
    the indexes of its lines on the page.
    """

    columns: tuple[ColumnHeading, ...]
    unknown: tuple[str, ...]
    is_ordered: bool
    line: PrintedLine
    first: int
    last: int


def find_heading_lines(lines: Sequence[PrintedLine], kind: TableKind) -> list[HeadingLine]:
    """The lines of a page that have headings of columns, from its top."""
    found: dict[int, HeadingLine] = {}
    for count in range(1, _LINES + 1):  # what stands above a heading is no part of it
        for index in range(len(lines) - count + 1):
            if not found.keys() & set(range(index, index + count)):
                heading = _heading_of(lines[index : index + count], index, kind)
                if heading is not None:
                    found |= dict.fromkeys(range(index, index + count), heading)
    return [found[index] for index in sorted(found) if found[index].first == index]


def _heading_of(window: Sequence[PrintedLine], first: int, kind: TableKind) -> HeadingLine | None:
    """The headings that these lines are, of which the first has this index; None: they are none."""
    if any(not _is_stacked(upper, lower) for upper, lower in pairwise(window)):
        return None
    columns = [
        (cell, kind.column(text), is_close) for cell, text, is_close in _table_columns(window, kind)
    ]
    kinds = [kind for _, kind, _ in columns]
    if NAME not in kinds or NUMBER not in kinds:
        return None
    last = first + len(window) - 1
    pairs = tuple(_name_and_number(columns))
    order = [kind for kind in kinds if kind in (NAME, NUMBER)]
    unknown = tuple(text_of(cell) for cell, kind, _ in columns if kind is None)
    is_ordered = order == [NAME, NUMBER] * len(pairs)
    return HeadingLine(pairs, unknown, is_ordered, window[0], first, last)


def _is_stacked(upper: PrintedLine, lower: PrintedLine) -> bool:
    return lower.top - upper.bottom <= _STACKED * (upper.bottom - upper.top)


def _table_columns(
    window: Sequence[PrintedLine], kind: TableKind
) -> Iterator[tuple[tuple[Token, ...], str, bool]]:
    """What stands one below the other in some lines, from the left, with its text, and whether
    only a blank divides it from what is before it.
    """
    wide = WIDE * min(line.bottom - line.top for line in window)
    placed = [(index, token) for index, line in enumerate(window) for token in line.tokens]
    cells: list[list[tuple[int, Token]]] = []
    right = 0.0
    for item in sorted(placed, key=lambda item: item[1].left):
        if cells and item[1].left - right <= wide:
            cells[-1].append(item)
            right = max(right, item[1].right)
        else:
            cells.append([item])
            right = item[1].right
    for cell in cells:
        tokens = tuple(token for _, token in sorted(cell, key=lambda i: (i[0], i[1].left)))
        yield from _split_heading(tokens, kind)


def _split_heading(
    tokens: tuple[Token, ...], kind: TableKind
) -> Iterator[tuple[tuple[Token, ...], str, bool]]:
    """One heading, or two with only a blank between them."""
    if kind.column(text_of(tokens)) is None and len(tokens) <= 2 * kind.longest:
        for place in range(1, len(tokens)):
            parts = tokens[:place], tokens[place:]
            if all(kind.column(text_of(part)) for part in parts):
                yield parts[0], text_of(parts[0]), False
                yield parts[1], text_of(parts[1]), True
                return
    yield tokens, text_of(tokens), False


def _name_and_number(
    columns: Sequence[tuple[tuple[Token, ...], str | None, bool]],
) -> Iterator[ColumnHeading]:
    """Each column of names with the column of numbers that is next behind it."""
    spans = [
        (HeadingSpan(min(t.left for t in cell), max(t.right for t in cell)), kind, is_close)
        for cell, kind, is_close in columns
    ]
    others = tuple(span for span, kind, _ in spans if kind not in (NAME, NUMBER))
    name = None
    for span, kind, is_close in spans:
        if kind == NAME:
            name = span
        elif kind == NUMBER and name is not None:
            yield ColumnHeading(name, span, others, is_close)
            name = None
