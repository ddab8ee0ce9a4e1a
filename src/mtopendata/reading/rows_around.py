"""The rows around a fault as a small table: some columns of the line above, at and below it."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from mtopendata.ledger.excerpt import Excerpt, ExcerptRow
from mtopendata.ledger.report import Finding
from mtopendata.values.excerpts import cut

ALIKE = 10
"""Findings of one kind in a file that have the rows around them."""
MOST = 500
"""Findings of a file that have them, of whatever kinds."""
COLUMNS = 5
"""Columns that a person can read side by side."""
LONGEST_CELL, LONGEST_TEXT = 40, 120
"""Characters that are shown of a cell, and of a line that the columns do not divide."""
_OF_THE_LINE = ("extra-cell", "missing-cell")
"""Codes of faults that begin behind the last cell that both the line and the columns have."""


class CutLine(NamedTuple):
    """The text of a line, and where each of its cells begins and ends."""

    text: str
    cells: Sequence[tuple[int, int]]


def first_of_each_kind(findings: Sequence[Finding], numbers: Mapping[int, list[int]]) -> set[int]:
    """Which of the findings of a file, whose numbers are given by line, have the rows around."""
    chosen: set[int] = set()
    seen: dict[Hashable, int] = {}
    for row in sorted(numbers):
        for number in numbers[row]:
            found = findings[number]
            kind = found.severity, found.code, found.check, found.field
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] <= ALIKE:
                chosen.add(number)
        if len(chosen) >= MOST:
            break
    return chosen


def with_rows(finding: Finding, columns: Sequence[str], lines: Mapping[int, CutLine]) -> Finding:
    """A finding with the rows around its own, of those lines that there are."""
    own = finding.row or 0
    if own not in lines or finding.excerpt is None:
        return finding
    marked, width, is_divided = _marked(finding, columns, len(lines[own].cells))
    first = max(0, min((marked or 0) - COLUMNS // 2, width - COLUMNS))
    shown = range(first, min(first + COLUMNS, width))
    heads = tuple(columns[place] if place < len(columns) else None for place in shown)
    divided = {own: is_divided}
    for number in (own - 1, own + 1):
        if number in lines and lines[number].text:
            divided[number] = len(lines[number].cells) == len(columns)
    rows = [_excerpt_row(line, lines[line], shown, divided[line]) for line in sorted(divided)]
    # The header is no neighbour: it stands above the rows in any case.
    around = tuple(row for row in rows if row.number == own or row.cells != heads)
    place = None if marked is None or not is_divided else marked - first
    excerpt = Excerpt(finding.excerpt.line, heads, first, place, around)
    return replace(finding, excerpt=excerpt)


def _marked(finding: Finding, columns: Sequence[str], cells: int) -> tuple[int | None, int, bool]:
    """Which cell of a line of so many cells is at fault, None: no one; how many columns there are
    to show; and whether the line is divided into them.
    """
    width = len(columns)
    if finding.code in _OF_THE_LINE:
        return min(cells, width), max(cells, width), True
    if finding.field not in columns:
        return None, width, cells == width
    marked = columns.index(finding.field)
    # A record may go on in the next line, and its cell at fault stand there.
    return marked, width, marked < cells


def _excerpt_row(number: int, line: CutLine, shown: Iterable[int], is_divided: bool) -> ExcerptRow:
    text, cells = line
    if not is_divided:
        return ExcerptRow(number, (cut(text, LONGEST_TEXT),), is_divided=False)
    texts = (
        cut(text[slice(*cells[place])], LONGEST_CELL) if place < len(cells) else None
        for place in shown
    )
    return ExcerptRow(number, tuple(texts))
