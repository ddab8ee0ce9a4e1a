"""The places in which figures are suppressed: no rule links a figure of another place to these."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.figures.marks import SUPPRESSED
from mtopendata.reading.tables import Block
from mtopendata.rules.model import Rule, Term

AREA, PERIOD = "area", "period"
AT_ONCE = 50_000
"""Figures that are looked at together, if a place does not have more."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The measures of suppressed figures, and where these stand: frames of areas and periods, as
    far as a table has them.
    """

    measures: frozenset[str]
    places: tuple[pl.DataFrame, ...]

    def plus(self, other: "Suppressed") -> "Suppressed":
        """Those of both."""
        return Suppressed(self.measures | other.measures, self.places + other.places)


def suppressed_in(block: Block) -> Suppressed:
    """What is suppressed in a block of figures."""
    names = [name for name in (AREA, PERIOD) if name in block.frame.columns]
    found = block.frame.select("measure", "qualifier", *names).filter(
        pl.col("qualifier") == SUPPRESSED
    )
    if not found.height:
        return Suppressed(frozenset(), ())
    measures = frozenset(found.get_column("measure").drop_nulls())
    return Suppressed(measures, (found.select(names).unique(),) if names else ())


@dataclass(frozen=True, slots=True)
class SuppressedPlaces:
    """The places with suppressed figures: rows of `by`, the columns in which figures that are
    linked are alike. Without any, all figures are one place.
    """

    by: Sequence[str]
    frame: pl.DataFrame

    def rows_in(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of figures in these places."""
        if not self.by:
            return rows
        return rows.join(self.frame, on=self.by, how="semi", nulls_equal=True)

    def some_at_once(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The rows in some frames: those of a place are in one, in the order that they have."""
        if not self.by:
            yield rows
            return
        rows = rows.sort(self.by, maintain_order=True)
        number = pl.struct(self.by).rle_id()
        first = rows.select((number != number.shift(1)).fill_null(value=True).arg_true())
        starts = first.to_series()
        start = 0
        while start < rows.height:
            after = starts.search_sorted(start + AT_ONCE)
            end = int(starts[after]) if after < len(starts) else rows.height
            yield rows.slice(start, end - start)
            start = end


def places_of(
    suppressed: Suppressed,
    linked: Collection[str],
    rules: Sequence[Rule],
    schema: Mapping[str, pl.DataType],
) -> SuppressedPlaces:
    """The places, as far as the rules over linked measures keep to one area or one period."""
    terms = [term for rule in rules if _has_term_of(rule, linked) for term in rule.terms]
    by = []
    if schema.get(AREA) == pl.String and not any(map(_is_across, terms)):
        by.append(AREA)
    if PERIOD in schema and schema[PERIOD].is_integer() and not any(term.lag for term in terms):
        by.append(PERIOD)
    if not by:
        return SuppressedPlaces([], pl.DataFrame())
    return SuppressedPlaces(by, pl.concat(at.select(by) for at in suppressed.places).unique())


def _has_term_of(rule: Rule, measures: Collection[str]) -> bool:
    return any(term.measure in measures for term in rule.terms)


def _is_across(term: Term) -> bool:
    """Whether a term takes figures of other areas than the one being checked."""
    return term.of_parts or term.area is not None
