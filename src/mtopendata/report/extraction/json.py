"""What was read from a sheet as JSON, for a program."""

from typing import TYPE_CHECKING, Any

from mtopendata.report.json_document import to_json

if TYPE_CHECKING:
    from mtopendata.commands.extract import Extraction
from mtopendata.report.sheets import _figure, _problem_dicts


def render_extraction_json(extraction: "Extraction", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/sheets.md describes it."""
    found: dict[str, Any] = {
        "figures": [_figure(item) for item in extraction.reading.figures],
        "problems": _problem_dicts(extraction.problems),
    }
    if extraction.report is not None:
        found["added"] = {item.path: len(item.lines) for item in extraction.inserted}
        found["report"] = extraction.report.to_dict()
    return to_json(found)
