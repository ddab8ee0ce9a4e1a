"""Rows of the table of revisions as text: what to add, and how a message shows a cell."""

from collections.abc import Mapping, Sequence
from typing import Any

from mtopendata.figures.revisions import PREVIOUS
from mtopendata.package.csv_text import csv_row
from mtopendata.package.model import Resource
from mtopendata.reading.tables import Table
from mtopendata.values.cells import shown_cell
from mtopendata.values.excerpts import apart

REASONS = ("better_source", "recalculation", "method", "correction", "description")
"""Why a figure changes, where the descriptor of a package does not say it otherwise."""


Row = Mapping[str, Any]


def row_to_add(
    row: Row, key: Sequence[str], figures: Table, revisions: Table | None, next_: str
) -> str:
    """The row of revisions for a figure that was published as `row`, but for why it changed."""
    cells: dict[str, Any] = {name: row[name] for name in key} | {"version": next_}
    cells |= {PREVIOUS + name: row.get(name) for name in figures.frame.columns if name not in key}
    cells |= {"reason": None, "note": None}
    if revisions is None:
        return csv_row(cells.values(), Resource("revisions"))
    return csv_row(map(cells.get, revisions.frame.columns), revisions.resource)


def advice_to_add(row: str, revisions: Table | None) -> str:
    if revisions is None:
        return (
            f"undo the change; or add the table 'revisions', and in it the row {row} with a reason "
            f"({', '.join(REASONS)}) and a note"
        )
    is_last = revisions.frame.columns[-2:] == ["reason", "note"]
    place = ", in the last two cells" if is_last else ""
    return (
        f"undo the change; or add to {revisions.resource.path} the row {row} with a reason "
        f"({reasons_of(revisions)}) and a note{place}"
    )


def reasons_of(revisions: Table) -> str:
    """The reasons that the descriptor allows."""
    fields = revisions.resource.schema.fields if revisions.resource.schema else ()
    allowed = next((item.constraints.get("enum") for item in fields if item.name == "reason"), None)
    return ", ".join(map(str, allowed or REASONS))


def key_text(row: Row, key: Sequence[str]) -> str:
    return ", ".join(shown_cell(row[name]) for name in key)


def differences(row: Row, state: Row, names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Each field with its cell in `row` and in `state`, cut to where the two differ."""
    return [(name, *apart(shown_cell(row[name]), shown_cell(state[name]))) for name in names]
