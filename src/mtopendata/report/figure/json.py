"""All that a package says of one figure as JSON, for a program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mtopendata.report.json_document import to_json

if TYPE_CHECKING:
    from mtopendata.commands.show import Story


def render_stories_json(stories: Sequence["Story"], *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/sheets.md describes it."""
    return to_json({"figures": [story.to_dict() for story in stories]})
