"""The figures on which the repair of violated rules can bear: the fold that looks them up."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.reading.tables import LINE, PART, Block, Columns, Place
from mtopendata.rules.instances import WRONG, Key, KnownFigures, figure_of
from mtopendata.rules.model import Figure, Rule
from mtopendata.rules.tables import FIGURE_FIELDS

MOST_FIGURES = 5_000
"""Figures that are looked at for the sake of a repair."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Figures as rows with their places: those near a violated place, and those of other areas;
    None: there are too many.
    """

    near: pl.DataFrame | None
    far: pl.DataFrame | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The figures around violated places; None: there are too many. `has_all_areas`: those of all
    areas are among them, so that all places are known in which a figure takes part.
    """

    figures: KnownFigures | None
    has_all_areas: bool


NOTHING_AROUND = Surroundings({}, has_all_areas=True)


class SurroundingFigures:
    """The fold that finds what rules say of the figures in some places, and of those beside."""

    def __init__(
        self,
        figures: Columns,
        rules: Sequence[Rule],
        violated: Sequence[pl.DataFrame],
        are_wrong: Callable[[Block], pl.Series] | None,
    ) -> None:
        """`violated` are places of rules, `are_wrong` as of FiguresLookup."""
        self.figures = figures
        self.are_wrong = are_wrong
        self.measures = sorted({term.measure for rule in rules for term in rule.terms})
        is_lagged = any(term.lag for rule in rules for term in rule.terms)
        areas = {area for part in violated for area in part.get_column("area")}
        named = {area for rule in rules for area in _named_areas(rule, areas)}
        periods = {period for part in violated for period in part.get_column("period")}
        is_wanted = pl.col("measure").is_in(self.measures)
        if figures.has(("period",)) and not is_lagged:
            is_wanted &= pl.col("period").is_in(list(periods), nulls_equal=True)
        self.is_wanted = is_wanted
        is_near = pl.lit(value=True)
        if figures.has(("area",)):
            is_near = pl.col("area").is_in([*areas, *named, None], nulls_equal=True)
        self.is_near = is_near

    def see(self, block: Block) -> Gathered:
        """The figures of a block."""
        frame = block.frame
        marks: pl.Series | pl.Expr = pl.lit(value=False).alias(WRONG)
        if self.are_wrong is not None:
            marks = self.are_wrong(block).alias(WRONG)
        rows = (
            frame.select(name for name in frame.columns if name in FIGURE_FIELDS)
            .hstack(block.places())
            .with_columns(marks)
            .filter(self.is_wanted)
        )
        return Gathered(_few(rows.filter(self.is_near)), _few(rows.filter(~self.is_near)))

    def merge(self, one: Gathered, other: Gathered) -> Gathered:
        """Those of both."""
        return Gathered(_both_places(one.near, other.near), _both_places(one.far, other.far))

    def conclude(self, kept: Gathered) -> Surroundings:
        """The figures by their keys, in the order of their rows."""
        if kept.near is None:
            return Surroundings(None, has_all_areas=False)
        rows = _both_places(kept.near, kept.far)
        has_bounds = self.figures.has(("lower", "upper"))
        found: dict[Key, list[Figure]] = {}
        part = kept.near if rows is None else rows
        for row in part.sort(PART, LINE).iter_rows(named=True):
            key = (row["measure"], row.get("area"), row.get("period"))
            place = Place(row[PART], row[LINE])
            found.setdefault(key, []).append(figure_of(place, row, has_bounds, is_wrong=row[WRONG]))
        return Surroundings(found, has_all_areas=rows is not None)


def _named_areas(rule: Rule, places: Collection[str | None]) -> Iterator[str]:
    """The areas that the terms of a rule name, where it is checked for these."""
    for place in places if rule.is_over_parts else (None,):
        yield from (term.area for term in rule.terms_in(place) if term.area is not None)


def _few(rows: pl.DataFrame) -> pl.DataFrame | None:
    return rows if rows.height <= MOST_FIGURES else None


def _both_places(one: pl.DataFrame | None, other: pl.DataFrame | None) -> pl.DataFrame | None:
    if one is None or other is None or one.height + other.height > MOST_FIGURES:
        return None
    # A block may hold whole numbers where another has decimals.
    return pl.concat([one, other], how="vertical_relaxed") if other.height else one
