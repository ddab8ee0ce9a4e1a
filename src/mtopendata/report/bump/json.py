"""What raising a version wrote as JSON, for a program."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.commands.bump import Bumped


def render(bumped: "Bumped") -> str:
    """The version, its day, and the names of the files; docs/diff.md describes it."""
    return json_document(asdict(bumped))
