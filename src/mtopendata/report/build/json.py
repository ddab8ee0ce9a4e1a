"""What a build wrote as JSON, for a program."""

from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.commands.build import Built


def render(built: "Built") -> str:
    """The files with their digests, and the report; docs/releases.md describes it."""
    return json_document(built.to_dict())
