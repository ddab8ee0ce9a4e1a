"""Figures traced back to a document, for a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mtopendata.report.printable import printable
from mtopendata.report.sheet_words import NOT_REPORTED, printed_words, problem_lines, slip_lines
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.sheets.tracing import Trace, Tracing

_COLOURS = {
    "agrees": "green",
    "left out": "green",
    "differs": "red",
    "elsewhere": "red",
    "not found": "red",
}


def render(tracing: "Tracing") -> str:
    """Each figure with where the document prints it, and whether it is the same."""
    document = printable(tracing.reading.document.name)
    lines = [line for item in tracing.traces for line in _trace_lines(item, document)]
    if not tracing.is_recorded:
        wrong = click.style("another document", fg="red", bold=True)
        lines.append(f"{wrong}: the SHA-256 of {document} is not that of the source")
    if not all(item.holds for item in tracing.traces):
        lines += problem_lines(tracing.reading.problems, tracing.reading.document.name)
    lines += slip_lines(tracing.reading.slips, tracing.reading.document.name)
    return "\n".join([*lines, "", _count_line(tracing, document)]) + "\n"


def _trace_lines(item: "Trace", document: str) -> Iterator[str]:
    state = click.style(f"{item.state:<9}", fg=_COLOURS[item.state], bold=not item.holds)
    printed = item.figure["printed"] or NOT_REPORTED
    yield f"{state}  {printable(item.name)}: {printable(printed)}"
    if (found := item.printed) is not None:
        yield f"           {found.place_in(document)}  {printed_words(found)}"


def _count_line(tracing: "Tracing", document: str) -> str:
    printed, left_out = (
        sum(item.state == state for item in tracing.traces) for state in ("agrees", "left out")
    )
    colour = "green" if tracing.holds else "red"
    agree = f"{printed} of {plural(len(tracing.traces), 'figure')}"
    agree = click.style(agree, fg=colour, bold=True)
    line = f"{document}: {agree} of {printable(tracing.source)} as printed"
    return f"{line}, {left_out} left out" if left_out else line
