"""Two transcriptions of one sheet, compared, as JSON, for a program."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mtopendata.report.json_document import to_json

if TYPE_CHECKING:
    from mtopendata.sheets.transcription import Comparison


def render_transcriptions_json(comparison: "Comparison", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/sheets.md describes it."""
    differences: list[Mapping[str, Any]] = [
        {
            "figure": item.figure, "column": item.column, "first": item.first,
            "second": item.second, "lines": list(item.lines),
        }
        for item in comparison.differences
    ]  # fmt: skip
    return to_json(
        {
            "first": comparison.first, "second": comparison.second, "figures": comparison.figures,
            "columns": list(comparison.columns), "differences": differences,
        }
    )  # fmt: skip
