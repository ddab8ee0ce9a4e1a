"""Figures traced back to a document as JSON, for a program."""

from typing import TYPE_CHECKING, Any

from mtopendata.report.json_document import json_document
from mtopendata.report.sheet_words import problem_data, sheet_figure_data

if TYPE_CHECKING:
    from mtopendata.sheets.tracing import Trace, Tracing


def render(tracing: "Tracing") -> str:
    """Each figure with what the document prints; docs/sheets.md describes it."""
    return json_document(
        {
            "holds": tracing.holds,
            "document": tracing.reading.document.name,
            "source": tracing.source,
            "sha256": tracing.reading.document.sha256,
            "is_recorded": tracing.is_recorded,
            "figures": [_trace_data(item) for item in tracing.traces],
            "problems": problem_data(tracing.reading.problems),
            "slips": problem_data(tracing.reading.slips),
        }
    )


def _trace_data(item: "Trace") -> dict[str, Any]:
    return {
        "name": item.name,
        "state": item.state,
        "printed": item.figure["printed"],
        "found": None if item.printed is None else sheet_figure_data(item.printed),
    }
