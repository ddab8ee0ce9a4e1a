"""A list of figures as JSON, for a program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document
from mtopendata.values.json_values import json_number

if TYPE_CHECKING:
    from mtopendata.figures.described import Described


def render(figures: "Sequence[Described]") -> str:
    """What tells each figure from the others, and what is printed; docs/sheets.md describes it."""
    return json_document({"figures": [_listed(item) for item in figures]})


def _listed(item: "Described") -> dict[str, object]:
    period = item.figure.get("period")
    return {
        "name": item.full_name,
        "measure": item.figure["measure"],
        "title": item.title,
        "programme": item.programme.get("title") or item.measure.get("programme"),
        "area": item.figure.get("area"),
        "area_title": item.area_title or None,
        "period": period if period is None or isinstance(period, str) else json_number(period),
        "printed": item.figure.get("printed"),
    }
