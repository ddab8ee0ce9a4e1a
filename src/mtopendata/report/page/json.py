"""What became of a page as JSON, for a program."""

from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.commands.page import Paged


def render(paged: "Paged") -> str:
    """The file, its size, and the report; docs/page.md describes it."""
    return json_document(paged.to_dict())
