"""A Comparison as JSON, for a program."""

from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison


def render(comparison: "Comparison") -> str:
    """The whole comparison; docs/diff.md describes it."""
    return json_document(comparison.to_dict())
