"""A rule in each place, with the figures that take part there: the fold that looks them up."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from mtopendata.ledger.report import State
from mtopendata.reading.tables import LINE, PART, Block, Columns, Place
from mtopendata.rules.model import PLACE, Figure, Instance, Rule, Term
from mtopendata.rules.tables import FIGURE_FIELDS

WRONG = "wrong\0"
"""The column that says whether a row has errors. No field of a table can be called that."""
Key = tuple[str, str | None, int | None]
"""Measure, area and period: a figure, whatever its source."""
Places = Mapping[State, pl.DataFrame]
"""The places of a rule in which it has a state, of each the first ones, in order."""
KnownFigures = Mapping[Key, Sequence[Figure]]


def term_key(term: Term, area: str | None, period: int | None) -> Key:
    """Which figure a term means in a place."""
    return (
        term.measure,
        area if term.area is None else term.area,
        None if period is None else period - term.lag,
    )


class FiguresLookup:
    """The fold that finds the figures of rules in some of their places."""

    def __init__(
        self,
        figures: Columns,
        places: Iterable[tuple[Rule, Places]],
        are_wrong: Callable[[Block], pl.Series] | None,
    ) -> None:
        """`are_wrong` tells which rows have errors of their own; None: no row has."""
        self.are_wrong = are_wrong
        keys = {
            term_key(term, area, period)
            for rule, by_state in places
            for part in by_state.values()
            for area, period in part.select("area", "period").iter_rows()
            for term in rule.terms_in(area)
        }
        self.figures = figures
        self.keys = ["measure", *(n for n in ("area", "period") if figures.has((n,)))]
        wanted = pl.DataFrame(
            sorted(keys, key=str),
            schema={"measure": pl.String(), "area": PLACE["area"], "period": PLACE["period"]},
            orient="row",
        )
        self.wanted = wanted.select(self.keys).unique()

    def see(self, block: Block) -> list[tuple[Place, dict[str, Any]]]:
        """The figures of a block that are wanted, with their places."""
        frame = block.frame
        rows = (
            frame.select(name for name in frame.columns if name in FIGURE_FIELDS)
            .hstack(block.places())
            .with_columns(self._marks(block))
            .join(self.wanted, on=self.keys, how="semi", nulls_equal=True)
        )
        return [(Place(row[PART], row[LINE]), row) for row in rows.iter_rows(named=True)]

    def _marks(self, block: Block) -> pl.Series | pl.Expr:
        if self.are_wrong is None:
            return pl.lit(value=False).alias(WRONG)
        return self.are_wrong(block).alias(WRONG)

    def merge(
        self, one: list[tuple[Place, dict[str, Any]]], other: list[tuple[Place, dict[str, Any]]]
    ) -> list[tuple[Place, dict[str, Any]]]:
        """Those of both."""
        return one + other

    def conclude(self, kept: list[tuple[Place, dict[str, Any]]]) -> KnownFigures:
        """The figures with each key, in the order of their rows."""
        has_bounds = self.figures.has(("lower", "upper"))
        found: dict[Key, list[Figure]] = {}
        for place, row in sorted(kept, key=lambda item: item[0]):
            key = (row["measure"], row.get("area"), row.get("period"))
            found.setdefault(key, []).append(figure_of(place, row, has_bounds, is_wrong=row[WRONG]))
        return found


def instances_in(
    rule: Rule, state: State, places: pl.DataFrame, known: KnownFigures
) -> Iterator[Instance]:
    """The rule in each of these places, in which it has the state."""
    for area, period, source in places.select(*PLACE).iter_rows():
        figures = []
        for term in rule.terms_in(area):
            candidates = known.get(term_key(term, area, period), ())
            if not term.lag:
                candidates = [figure for figure in candidates if figure.source == source]
            figures.append(candidates[0] if candidates else None)
        yield Instance(rule, area, period, source, state, tuple(figures))


def figure_of(place: Place, row: Mapping[str, Any], has_bounds: bool, *, is_wrong: bool) -> Figure:
    """A row of figures as an interval; one without bounds is exact. One with errors has none."""
    names = ("value", "lower", "upper") if has_bounds else ("value",) * 3
    value, lower, upper = (
        None if is_wrong or row[name] is None else Decimal(row[name]) for name in names
    )
    return Figure(
        value, lower, upper, row.get("source"), place, row.get("printed"), row.get("unit"), is_wrong
    )
