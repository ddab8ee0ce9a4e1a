"""A workbook to be filled in as JSON, for a program."""

from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.commands.template import Template


def render(template: "Template") -> str:
    """The two files, and the sheets with their columns."""
    return json_document(template.to_dict())
