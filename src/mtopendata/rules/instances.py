"""A rule in each place, with the figures that take part there: looked up when it is asked for."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from mtopendata.ledger.report import State
from mtopendata.reading.queries import collect
from mtopendata.reading.tables import Table
from mtopendata.rules.model import PLACE, Figure, Instance, Rule, Term
from mtopendata.rules.tables import FIGURE_FIELDS

FIRST = 100
"""So many places of each state are looked up first, and then twice as many each time: all figures
are gone through for it.
"""

Key = tuple[str, str | None, int | None]
"""Measure, area and period: a figure, whatever its source."""


def instances_of(
    rule: Rule, places: Mapping[State, pl.DataFrame], figures: Table
) -> Callable[[State, int], Instance]:
    """What gives the rule in one of its places, by the state there and the place's index."""

    @cache
    def batch(start: int) -> dict[State, list[Instance]]:
        parts = {
            # Polars need not sort all places for the first of them.
            state: part.lazy().sort(*PLACE).slice(start, start + FIRST).collect()
            for state, part in places.items()
        }
        keys = {
            _key(term, area, period)
            for part in parts.values()
            for area, period in part.select("area", "period").iter_rows()
            for term in rule.terms
        }
        known = _figures_with(keys, figures)
        return {
            state: [_instance_at(place, rule, state, known) for place in part.select(*PLACE).rows()]
            for state, part in parts.items()
        }

    def instance(state: State, index: int) -> Instance:
        doublings = (index // FIRST + 1).bit_length() - 1
        start = FIRST * ((1 << doublings) - 1)
        return batch(start)[state][index - start]

    return instance


def _key(term: Term, area: str | None, period: int | None) -> Key:
    """Which figure a term means in a place."""
    return (
        term.measure,
        area if term.area is None else term.area,
        None if period is None else period - term.lag,
    )


def _instance_at(
    place: tuple[str | None, int | None, str | None],
    rule: Rule,
    state: State,
    known: Mapping[Key, Sequence[Figure]],
) -> Instance:
    area, period, source = place
    figures = []
    for term in rule.terms:
        candidates = known.get(_key(term, area, period), ())
        if not term.lag:
            candidates = [figure for figure in candidates if figure.source == source]
        figures.append(candidates[0] if candidates else None)
    return Instance(rule, area, period, source, state, tuple(figures))


def _figures_with(keys: set[Key], figures: Table) -> dict[Key, list[Figure]]:
    """The figures with these keys, in the order of their rows."""
    frame = figures.frame
    present = ["measure", *(name for name in ("area", "period") if name in frame.columns)]
    wanted = pl.DataFrame(
        sorted(keys, key=str),
        schema={"measure": pl.String(), "area": PLACE["area"], "period": PLACE["period"]},
        orient="row",
    ).select(present)
    rows = collect(
        frame.lazy()
        .select(name for name in frame.columns if name in FIGURE_FIELDS)
        .with_row_index("row")
        .join(wanted.unique().lazy(), on=present, how="semi", nulls_equal=True)
        .sort("row"),
        frame.height,
    ).iter_rows(named=True)
    has_bounds = figures.has(("lower", "upper"))
    found: dict[Key, list[Figure]] = {}
    for row in rows:
        key = (row["measure"], row.get("area"), row.get("period"))
        found.setdefault(key, []).append(_figure_of(row, has_bounds))
    return found


def _figure_of(row: Mapping[str, Any], has_bounds: bool) -> Figure:
    """A row of figures as an interval; one without bounds is exact."""
    names = ("value", "lower", "upper") if has_bounds else ("value",) * 3
    numbers = [None if row[name] is None else Decimal(row[name]) for name in names]
    value, lower, upper = numbers
    return Figure(
        value, lower, upper, row.get("source"), row["row"], row.get("printed"), row.get("unit")
    )
