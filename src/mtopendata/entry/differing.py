"""Figures of a sheet that another source prints otherwise, with a note of why."""

from collections.abc import Collection, Sequence
from typing import Any

from mtopendata.changes.figures import are_apart, figure_state
from mtopendata.changes.revision_rows import Row
from mtopendata.figures.tables import FIGURE_COLUMNS
from mtopendata.reading.tables import Table
from mtopendata.values.errors import MtopendataError

_PLACE = ("measure", "area", "period")


def with_notes(
    rows: Sequence[Row], figures: Table, superseded: Collection[str], because: str
) -> list[Row]:
    """The rows, of which those that have no number in common with a source that is there say so in
    their note, and why.

    MtopendataError: no row differs, or figures have no note.
    """
    if not because.strip():
        raise MtopendataError("--because", "is empty", "say in a few words why the figures differ")
    if not figures.has(("note", "source", *_PLACE)) or not FIGURE_COLUMNS.is_met(figures):
        raise MtopendataError("--because", "has no place: figures have no note", "leave it out")
    others: dict[tuple[Any, ...], list[Row]] = {}
    for row in figures.frame.iter_rows(named=True):
        if row["source"] not in superseded:
            others.setdefault(_same_figure(row), []).append(row)
    noted = [_noted(row, others.get(_same_figure(row), ()), because) for row in rows]
    if noted == list(rows):
        what = "no figure of the sheet differs from another source's"
        raise MtopendataError("--because", what, "leave it out")
    return noted


def _same_figure(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in _PLACE)


def _noted(row: Row, others: Sequence[Row], because: str) -> Row:
    state = figure_state(row)
    others = [other for other in others if other["source"] != row["source"]]
    apart = [other for other in others if are_apart(figure_state(other), state)]
    if not apart:
        return row
    named = "; ".join(f"{other['source']} prints {other.get('printed')}" for other in apart)
    return {**row, "note": f"{because.strip().rstrip('.')}: {named}."}
