"""The rules of a package as JSON, for a program."""

from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.commands.rules import ListedRules


def render(listed: "ListedRules") -> str:
    """All rules; docs/relations.md describes them."""
    return json_document(listed.to_dict())
