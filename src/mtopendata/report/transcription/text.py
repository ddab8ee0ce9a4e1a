"""Two transcriptions of one sheet, compared, for a person."""

from typing import TYPE_CHECKING

import click

from mtopendata.report.counts import plural
from mtopendata.report.printable import printable

if TYPE_CHECKING:
    from mtopendata.sheets.transcription import Comparison


def render_transcriptions(comparison: "Comparison", *, verbose: bool = False) -> str:  # noqa: ARG001
    """Each difference, with both files and lines."""
    lines = []
    for item in comparison.differences:
        subject = ", ".join(filter(None, (item.figure, item.column))) or "?"
        lines.append(click.style(printable(subject), bold=True))
        sides = zip(
            (comparison.first, comparison.second), item.lines, (item.first, item.second),
            strict=True,
        )  # fmt: skip
        for name, line, text in sides:
            place = name if line is None else f"{name}:{line}"
            shown = "(not there)" if text is None else repr(text) if item.figure else "(there)"
            lines.append(f"    {printable(place)}: {printable(shown)}")
    count = plural(len(comparison.differences), "difference")
    verdict = click.style(count, fg="red" if comparison.differences else "green", bold=True)
    columns = plural(len(comparison.columns), "column")
    lines.append(f"{plural(comparison.figures, 'figure')} in both, {columns}: {verdict}")
    return "\n".join(lines) + "\n"
