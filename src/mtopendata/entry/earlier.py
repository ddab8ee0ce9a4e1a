"""What a figure was in the last year before: beside it a person sees a slip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.changes.figures import Movement, difference_between, figure_state
from mtopendata.changes.revision_rows import Row
from mtopendata.figures.tables import FIGURE_COLUMNS
from mtopendata.reading.tables import Table
from mtopendata.values.cells import shown_cell


@dataclass(frozen=True, slots=True)
class Earlier:
    """A figure of an earlier period as it was printed, and what has changed since then."""

    period: int
    printed: str
    difference: Movement


def earlier_figures(rows: Sequence[Row], figures: Table) -> list[Earlier | None]:
    """For each row of a sheet the last reported figure of its measure and area before its period;
    None where there is none. Of several sources the one that stands last is taken.
    """
    has_place = figures.has(("area", "period")) and figures.is_typed(("period",), pl.Int64)
    if not has_place or not FIGURE_COLUMNS.is_met(figures):
        return [None] * len(rows)
    by_place: dict[tuple[str, str | None], list[Row]] = {}
    for row in figures.frame.drop_nulls(["measure", "period", "qualifier"]).iter_rows(named=True):
        by_place.setdefault((row["measure"], row["area"]), []).append(row)
    return [_earlier(row, by_place) for row in rows]


def _earlier(row: Row, by_place: Mapping[tuple[str, str | None], Sequence[Row]]) -> Earlier | None:
    place, period = (row["measure"], row.get("area")), row.get("period")
    before = [other for other in by_place.get(place, ()) if period and other["period"] < period]
    if not before or row.get("qualifier") is None:
        return None
    last = max(other["period"] for other in before)
    other = [item for item in before if item["period"] == last][-1]
    printed = other.get("printed") or shown_cell(other["value"])
    return Earlier(last, printed, difference_between(figure_state(other), figure_state(row)))
