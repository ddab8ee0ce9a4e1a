"""What a build wrote as JSON, for a program."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtopendata.commands.build import Built
from mtopendata.report.json_document import to_json


def render_build_json(built: "Built", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/releases.md describes it."""
    return to_json(built.to_dict())
