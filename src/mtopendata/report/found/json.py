"""Figures as JSON, for a program: a row each."""

from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document

if TYPE_CHECKING:
    from mtopendata.commands.list import FoundFigures


def render(found: "FoundFigures") -> str:
    """What each figure is of, with titles, and its cells; docs/use.md describes it."""
    from mtopendata.commands.list import cell_as_json, listed_row

    rows = (listed_row(item) for item in found.figures)
    figures = [{name: cell_as_json(value) for name, value in row.items()} for row in rows]
    return json_document({"figures": figures})
