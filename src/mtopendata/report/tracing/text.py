"""Figures traced back to a document, for a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mtopendata.report.counts import plural
from mtopendata.report.printable import printable

if TYPE_CHECKING:
    from mtopendata.commands.extract import Tracing
    from mtopendata.sheets.tracing import Trace
from mtopendata.report.sheets import NOT_REPORTED, _around, _problems

_COLOURS = {"agrees": "green", "left out": "green", "differs": "red", "not found": "red"}


def render_tracing(tracing: "Tracing", *, verbose: bool = False) -> str:  # noqa: ARG001
    """Each figure with where the document prints it, and whether it is the same."""
    document = tracing.reading.document
    lines = []
    for item in tracing.traces:
        state = click.style(f"{item.state:<9}", fg=_COLOURS[item.state], bold=not item.holds)
        said = item.figure["printed"]
        lines.append(f"{state}  {printable(item.name)}: {printable(said or NOT_REPORTED)}")
        lines += [f"           {line}" for line in _place(item, document.name)]
    if not tracing.is_recorded:
        wrong = click.style("another document", fg="red", bold=True)
        lines.append(
            f"{wrong}: the SHA-256 of {printable(document.name)} is not that of the source"
        )
    wrong_figures = [item for item in tracing.traces if not item.holds]
    if wrong_figures:
        lines += _problems(tracing.reading.problems, document.name)
    printed = sum(item.state == "agrees" for item in tracing.traces)
    left_out = sum(item.state == "left out" for item in tracing.traces)
    agree = f"{printed} of {plural(len(tracing.traces), 'figure')}"
    colour = "green" if tracing.holds else "red"
    lines += [
        "", f"{printable(document.name)}: {click.style(agree, fg=colour, bold=True)} of "
        f"{printable(tracing.source)} as printed" + (f", {left_out} left out" if left_out else ""),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _place(item: "Trace", name: str) -> Iterator[str]:
    if item.printed is None:
        return
    found = item.printed
    yield f"{printable(name)}:{found.line}:{found.column}  {_around(found)}"
