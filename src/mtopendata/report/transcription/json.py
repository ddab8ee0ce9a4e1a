"""Two transcriptions of one sheet, compared, as JSON, for a program."""

from typing import TYPE_CHECKING, Any

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.sheets.transcription import Difference, TranscriptionComparison


def render(comparison: "TranscriptionComparison") -> str:
    """Both files and their differences; docs/sheets.md describes it."""
    return json_document(
        {
            "first": comparison.first,
            "second": comparison.second,
            "figures": comparison.figures,
            "columns": list(comparison.columns),
            "differences": [_difference_data(item) for item in comparison.differences],
        }
    )


def _difference_data(item: "Difference") -> dict[str, Any]:
    return {
        "figure": item.figure,
        "column": item.column,
        "first": item.first,
        "second": item.second,
        "lines": list(item.lines),
    }
