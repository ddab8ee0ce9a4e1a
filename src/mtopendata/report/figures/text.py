"""A list of figures, for a person: by programme, in 80 columns."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from mtopendata.figures.described import as_printed
from mtopendata.report.printable import printable
from mtopendata.report.sheet_words import NOT_REPORTED
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.figures.described import Described

WIDTH = 80
MARGIN = 2
WIDEST = 24
"""Columns of the longest printed text that the titles stand beside, and not below."""


def render(figures: "Sequence[Described]") -> str:
    """Each figure as it is printed, with its title, area and period, and its name below these."""
    programmes: dict[str, list[Described]] = {}
    for item in figures:
        code = item.measure.get("programme")
        programmes.setdefault(str(item.programme.get("title") or code or ""), []).append(item)
    lengths = [len(line) for item in figures if len(line := _printed(item)) <= WIDEST]
    column = MARGIN + max(lengths, default=0) + 2
    lines: list[str] = []
    for programme, items in programmes.items():
        if programme:
            lines += _wrapped(programme, "", bold=True)
        lines += [line for item in items for line in _item_lines(item, column)]
        lines.append("")
    end = f"{plural(len(figures), 'figure')}; all that is said of one: mtopendata show NAME"
    return "\n".join([*lines, end if figures else "no figures"]) + "\n"


def _item_lines(item: "Described", column: int) -> Iterator[str]:
    where = ", ".join(filter(None, (item.area_title, item.period)))
    printed = _printed(item)
    texts = _wrapped(f"{item.title} ({where})" if where else item.title, " " * column)
    if len(printed) + MARGIN + 2 <= column:
        yield f"{' ' * MARGIN}{printed:<{column - MARGIN}}{texts[0].lstrip()}"
        yield from texts[1:]
    else:
        yield from _wrapped(printed, " " * MARGIN)
        yield from texts
    # A name is for copying, so it is never cut.
    yield " " * column + click.style(printable(item.name), dim=True)


def _printed(item: "Described") -> str:
    return printable(as_printed(item.figure) or NOT_REPORTED)


def _wrapped(text: str, indent: str, *, bold: bool = False) -> list[str]:
    lines = textwrap.wrap(
        printable(text), WIDTH, initial_indent=indent, subsequent_indent=indent,
        break_on_hyphens=False,
    )  # fmt: skip
    return [click.style(line, bold=True) if bold else line for line in lines or [indent]]
