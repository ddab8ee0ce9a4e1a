"""All that a package says of one figure as JSON, for a program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.commands.show import Story


def render(stories: Sequence["Story"]) -> str:
    """The stories of all figures that a name fits; docs/sheets.md describes them."""
    return json_document({"figures": [story.to_dict() for story in stories]})
