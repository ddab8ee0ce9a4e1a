"""Figures traced back to a document as JSON, for a program."""

from typing import TYPE_CHECKING

from mtopendata.report.json_document import to_json

if TYPE_CHECKING:
    from mtopendata.commands.extract import Tracing
from mtopendata.report.sheets import _figure, _problem_dicts


def render_tracing_json(tracing: "Tracing", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/sheets.md describes it."""
    return to_json(
        {
            "holds": tracing.holds,
            "document": tracing.reading.document.name,
            "source": tracing.source,
            "sha256": tracing.reading.document.sha256,
            "is_recorded": tracing.is_recorded,
            "figures": [
                {
                    "name": item.name, "state": item.state, "printed": item.figure["printed"],
                    "found": None if item.printed is None else _figure(item.printed),
                }
                for item in tracing.traces
            ],
            "problems": _problem_dicts(tracing.reading.problems),
        }
    )  # fmt: skip
