"""A first descriptor and what is not certain in it as JSON, for a program."""

from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.commands.init import Drafted


def render(drafted: "Drafted") -> str:
    """The descriptor, doubts, problems and rules."""
    return json_document(drafted.to_dict())
