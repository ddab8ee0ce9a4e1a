"""Figures as a table on the terminal."""

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from mtopendata.figures.described import as_printed
from mtopendata.report.printable import printable
from mtopendata.report.sheet_words import NOT_REPORTED
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.commands.list import FoundFigures
    from mtopendata.figures.described import Described

GAP = "  "
NARROWEST = 24
"""Columns that a title has at the least; a line may then be longer than the terminal."""
HEADINGS = ("as printed", "year", "area", "what is counted", "source")
WHAT = HEADINGS.index("what is counted")


def render(found: "FoundFigures") -> str:
    """A line for each figure, or some where its title is long, and how many there are."""
    rows = [_figure_cells(item) for item in found.figures]
    lines = list(_table(rows)) if rows else []
    end = plural(len(rows), "figure")
    more = "; all that is said of one: mtopendata show NAME" if rows else ""
    return "\n".join([*lines, *[""] * bool(lines), f"{end}{more}"]) + "\n"


def _figure_cells(item: "Described") -> tuple[str, ...]:
    row = item.figure
    printed = as_printed(row) or NOT_REPORTED
    cells = (printed, item.period, row.get("area") or "", item.title, row.get("source") or "")
    return tuple(printable(str(cell)) for cell in cells)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    every = [HEADINGS, *rows]
    widths = [max(len(row[column]) for row in every) for column in range(len(HEADINGS))]
    others = sum(widths) - widths[WHAT] + len(GAP) * (len(HEADINGS) - 1)
    room = shutil.get_terminal_size((80, 24)).columns - others
    widths[WHAT] = min(widths[WHAT], max(room, NARROWEST))
    for number, row in enumerate(every):
        for line in _figure_lines(row, widths):
            yield click.style(line, bold=True) if not number else line


def _figure_lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    titles = textwrap.wrap(row[WHAT], widths[WHAT], break_on_hyphens=False) or [""]
    for number, title in enumerate(titles):
        cells = [cell if not number else "" for cell in row]
        cells[WHAT] = title
        numbers, *texts = zip(cells, widths, strict=True)
        parts = [numbers[0].rjust(numbers[1]), *(cell.ljust(width) for cell, width in texts)]
        yield GAP.join(parts).rstrip()
