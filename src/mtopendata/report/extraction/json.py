"""What was read from a sheet as JSON, for a program."""

from dataclasses import asdict
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from mtopendata.report.json_document import json_document
from mtopendata.report.sheet_words import problem_data, sheet_figure_data
from mtopendata.values.json_values import json_number

if TYPE_CHECKING:
    from mtopendata.commands.extract import Extraction
    from mtopendata.entry.earlier import Earlier


def render(extraction: "Extraction") -> str:
    """The figures, the problems and what was added; docs/sheets.md describes it."""
    found: dict[str, Any] = {
        "figures": [
            {**sheet_figure_data(item), "before": before and _earlier_data(before)}
            for item, before in zip_longest(extraction.reading.figures, extraction.earlier)
        ],
        "problems": problem_data(extraction.problems),
        "slips": problem_data(extraction.reading.slips),
        "findings": [found.to_dict() for found in extraction.findings],
        "rules": [asdict(rule) for rule in extraction.rules],
    }
    if extraction.report is not None:
        found["raised"] = list(extraction.raised)
        found["added"] = {item.path: len(item.lines) for item in extraction.inserted}
        found["report"] = extraction.report.to_dict()
    return json_document(found)


def _earlier_data(earlier: "Earlier") -> dict[str, Any]:
    moved = earlier.difference.difference
    return {
        "period": earlier.period,
        "printed": earlier.printed,
        "difference": None if moved is None else json_number(moved),
    }
