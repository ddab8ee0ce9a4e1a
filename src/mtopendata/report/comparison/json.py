"""A Comparison as JSON, for a program."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
from mtopendata.report.json_document import to_json


def render_diff_json(comparison: "Comparison", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/diff.md describes it."""
    return to_json(comparison.to_dict())
