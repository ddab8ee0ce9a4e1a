"""Whether it is declared which source comes first, where several give one figure other numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from mtopendata.figures.source_order import THING
from mtopendata.figures.tables import NUMBERS
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.queries import Rows
from mtopendata.reading.tables import LINE, PART, Columns, Place

_LAST = 2**62


@dataclass(frozen=True, slots=True)
class Ties:
    """How many figures have several sources, and the sources that come first both or all: of how
    many figures, and the first of these.
    """

    tested: int
    groups: pl.DataFrame

    def plus(self, other: "Ties") -> "Ties":
        """Those of both."""
        if self.groups.is_empty() or other.groups.is_empty():
            some = other if self.groups.is_empty() else self
            return Ties(self.tested + other.tested, some.groups)
        groups = (
            pl.concat([self.groups, other.groups])
            .sort(PART, LINE)
            .group_by("sources", maintain_order=True)
            .agg(pl.col("count").sum(), *(pl.col(name).first() for name in (PART, LINE, *THING)))
        )
        return Ties(self.tested + other.tested, groups)


NO_TIES = Ties(0, pl.DataFrame())


def ties_among(rows: pl.DataFrame, ranks: Mapping[str, int]) -> Ties:
    """The sources that come first and print a figure differently. `rows` has a row for each source
    of a figure of which there are several.
    """
    rank = pl.col("source").replace_strict(dict(ranks), default=_LAST, return_dtype=pl.Int64)
    first = rows.filter(rank == rank.min().over(THING))
    groups = (
        first.sort(PART, LINE)
        .group_by(THING, maintain_order=True)
        .agg(
            pl.col("source").alias("sources"),
            pl.struct(NUMBERS).n_unique().alias("numbers"),
            pl.col(PART, LINE).last(),
        )
        .filter(pl.col("numbers") > 1)
        .with_columns(pl.col("sources").list.sort())
        .sort(PART, LINE)
        .group_by("sources", maintain_order=True)
        .agg(pl.len().alias("count"), *(pl.col(name).first() for name in (PART, LINE, *THING)))
    )
    return Ties(rows.select(THING).n_unique() if rows.height else 0, groups)


def ties(figures: Columns, found: Ties) -> Outcome:
    """Whether it is declared which source comes first; of each group the first figure is told."""
    name = "it is declared which source comes first"
    say = partial(_say_tie, figures)
    what = "figure", name, figures.resource.name
    return Outcome(*what, found.tested, Rows(found.groups), say, "warning")


def _say_tie(figures: Columns, found: tuple[Any, ...]) -> Finding:
    sources, count, part, line, measure, area, period = found
    names = " and ".join(filter(None, (", ".join(sources[:-1][:5]), sources[-1])))
    more = "" if count == 1 else f", and for {count - 1:,} more"
    message = (
        f"{names} print other numbers for {measure}, {area} {period}{more}, and nothing says which "
        "one a reader gets first"
    )
    hint = (
        "give the sources different numbers in the column rank of the table sources, or of a table "
        "source_ranks beside it, an integer: 1 comes first"
    )
    place = Place(part, line)
    return figures.finding_at("no-first-source", place, "source", None, message, hint)
