"""Two transcriptions of one sheet, compared, for a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mtopendata.report.printable import printable
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.sheets.transcription import Difference, TranscriptionComparison


def render(comparison: "TranscriptionComparison") -> str:
    """Each difference, with both files and lines."""
    lines = [
        line for item in comparison.differences for line in _difference_lines(item, comparison)
    ]
    count = plural(len(comparison.differences), "difference")
    verdict = click.style(count, fg="red" if comparison.differences else "green", bold=True)
    columns = plural(len(comparison.columns), "column")
    lines.append(f"{plural(comparison.figures, 'figure')} in both, {columns}: {verdict}")
    return "\n".join(lines) + "\n"


def _difference_lines(item: "Difference", comparison: "TranscriptionComparison") -> Iterator[str]:
    subject = ", ".join(filter(None, (item.figure, item.column))) or "?"
    yield click.style(printable(subject), bold=True)
    files, texts = (comparison.first, comparison.second), (item.first, item.second)
    for file, line, text in zip(files, item.lines, texts, strict=True):
        place = file if line is None else f"{file}:{line}"
        words = "(not there)" if text is None else repr(text) if item.figure else "(there)"
        yield f"    {printable(place)}: {printable(words)}"
