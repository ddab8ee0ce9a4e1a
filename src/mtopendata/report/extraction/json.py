"""What was read from a sheet as JSON, for a program."""

from typing import TYPE_CHECKING, Any

from mtopendata.report.json_document import json_document
from mtopendata.report.sheet_words import problem_data, sheet_figure_data

if TYPE_CHECKING:
    from mtopendata.commands.extract import Extraction


def render(extraction: "Extraction") -> str:
    """The figures, the problems and what was added; docs/sheets.md describes it."""
    found: dict[str, Any] = {
        "figures": [sheet_figure_data(item) for item in extraction.reading.figures],
        "problems": problem_data(extraction.problems),
    }
    if extraction.report is not None:
        found["added"] = {item.path: len(item.lines) for item in extraction.inserted}
        found["report"] = extraction.report.to_dict()
    return json_document(found)
