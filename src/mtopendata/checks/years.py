"""What the kind of a measure lets one expect from one year to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from mtopendata.checks.key_values import by_hash
from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.sound_rows import SoundRows, sound_rows
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES, MEASURES, WHOLE, Demand, text_columns
from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import NO_FAILURES, Failures, failures_of
from mtopendata.reading.tables import LINE, PART, Block, Columns, Table
from mtopendata.values.cells import plain


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of the measures of a kind. `is_tested` and `fails` are conditions on a year
    and the last one before it that has a figure, whose columns begin with `before_`.
    """

    kind: str
    check: str
    code: str
    is_tested: pl.Expr
    fails: pl.Expr
    words: str
    hint: str


_EXPLAINED = (
    pl.col("note")
    .str.contains(pl.col("before_period").cast(pl.String), literal=True)
    .fill_null(value=False)
)
"""A note that names the year before says what happened."""
_BOTH = (pl.col("least") > 0) & (pl.col("before_least") > 0)
EXPECTATIONS = (
    Expectation(
        "cumulative",
        "running totals do not fall",
        "falls",
        pl.lit(value=True),
        pl.col("upper") < pl.col("before_lower"),
        "falls",
        "a total that only grows cannot fall: compare both years with their sources; if the "
        "publisher has corrected it, say so in the note, and name the year before",
    ),
    Expectation(
        # From or to 0 a change has no size.
        "flow",
        "flows change no more than tenfold",
        "leap",
        _BOTH,
        (pl.col("least") > 10 * pl.col("before_most"))
        | (pl.col("before_least") > 10 * pl.col("most")),
        "changes more than tenfold",
        "look for a lost or doubled digit in one of the two years; if both are as printed, say so "
        "in the note, and name the year before",
    ),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """How many years were held against an earlier one, and which are not as expected."""

    tested: int = 0
    unexpected: Failures = NO_FAILURES

    def plus(self, other: "Compared", limit: int) -> "Compared":
        """Those of both, of which `limit` are listed."""
        unexpected = self.unexpected.plus(other.unexpected, limit)
        return Compared(self.tested + other.tested, unexpected)


@dataclass(frozen=True, slots=True)
class YearsSeen:
    """The years of figures that are still to be compared, and what those that were say of each
    expectation.
    """

    years: tuple[pl.DataFrame, ...]
    compared: tuple[Compared, ...] = (Compared(),) * len(EXPECTATIONS)


class YearFold:
    """Each expectation of figures that have years, and of measures that have a kind; failures are
    warnings.

    Several sources of one year are taken together: between them lies what they allow. A fall must
    be certain from the bounds; a leap is told from the values as printed, since it is hardly ever
    certain where a limit is printed. A row with errors of its own says nothing, and one whose note
    names the year before has said what happened.
    """

    def __init__(self, figures: Columns, measures: Table, sound: SoundRows, limit: int) -> None:
        self.figures = figures
        self.limit = limit
        self.place = ["measure", *(name for name in ("area",) if figures.has([name]))]
        self.note = "note" if figures.is_typed(["note"], pl.String) else None
        kinds = [expected.kind for expected in EXPECTATIONS]
        self.sound = sound
        self.kinds = (
            measures.frame.select("measure", "kind").unique("measure").filter(
                pl.col("kind").is_in(kinds)
            )
        )  # fmt: skip

    def see(self, block: Block) -> YearsSeen:
        """The years of a block's figures."""
        # Binary floating point is near enough for a warning, and holds numbers of any size.
        numbers = [pl.col(name).cast(pl.Float64) for name in ("value", "lower", "upper")]
        block = self.sound.without_numbers(block)
        notes = pl.lit(None, pl.String) if self.note is None else pl.col(self.note)
        figures = block.frame.select(*self.place, "period", *numbers, notes.alias("note")).hstack(
            block.places()
        )
        texts = block.frame.get_column("value").cast(pl.String).alias("text")
        rows = (
            figures.hstack([texts])
            .drop_nulls(["measure", "period", "value"])
            .join(self.kinds, on="measure")
            .rename({"value": "least"})
            .with_columns(most="least")
        )
        return YearsSeen((self._by_year([rows]),))

    def merge(self, one: YearsSeen, other: YearsSeen) -> YearsSeen:
        """Those of both."""
        compared = zip(one.compared, other.compared, strict=True)
        return YearsSeen(
            one.years + other.years,
            tuple(mine.plus(more, self.limit) for mine, more in compared),
        )

    def divide(self, kept: YearsSeen, parts: int) -> tuple[YearsSeen, dict[int, YearsSeen]]:
        """The years of measures in areas, by their hashes."""
        pieces = by_hash(kept.years, parts, self.place)
        return YearsSeen((), kept.compared), {
            number: YearsSeen(tuple(frames)) for number, frames in pieces.items()
        }

    def _by_year(self, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """A row for each year with a figure of a measure in an area. `least` and `most` are values,
        `lower` and `upper` bounds (null: none); place and text are those of its first figure.
        """
        lower, upper = pl.col("lower"), pl.col("upper")
        return (
            pl.concat(parts)
            .sort(PART, LINE)
            .group_by(*self.place, "kind", "period", maintain_order=True)
            .agg(
                pl.col("least").min(),
                pl.col("most").max(),
                pl.when(~lower.has_nulls()).then(lower.min()).first(),
                pl.when(~upper.has_nulls()).then(upper.max()).first(),
                pl.col(PART, LINE, "text").first(),
                pl.col("note").str.join(" "),
            )
        )

    def settle(self, kept: YearsSeen) -> YearsSeen:
        """Each year held against the last one before it, by each expectation."""
        if not kept.years:
            return kept
        years = self._by_year(kept.years).sort(*self.place, "period")
        earlier = pl.all().exclude(*self.place, "kind").shift(1).over(self.place)
        years = years.with_columns(earlier.name.prefix("before_"))
        years = years.filter(pl.col("before_period").is_not_null())
        compared = zip(kept.compared, EXPECTATIONS, strict=True)
        return YearsSeen(
            (),
            tuple(
                known.plus(_compared(years, expected, self.limit), self.limit)
                for known, expected in compared
            ),
        )

    def conclude(self, kept: YearsSeen) -> Found:
        """An outcome for each expectation."""
        compared = zip(self.settle(kept).compared, EXPECTATIONS, strict=True)
        return [
            Outcome(
                "figure",
                expected.check,
                self.figures.resource.name,
                years.tested,
                years.unexpected.listed,
                partial(_unexpected, self.figures, expected),
                "warning",
                failures=years.unexpected.count,
            )
            for years, expected in compared
        ]


def _compared(years: pl.DataFrame, expected: Expectation, limit: int) -> Compared:
    """What an expectation says of years, each with the last one before it."""
    rows = years.filter(pl.col("kind") == expected.kind).filter(expected.is_tested)
    told = ("measure", "before_text", "before_period", "text", "period")
    found = rows.filter(expected.fails & ~_EXPLAINED).sort(PART, LINE).select(PART, LINE, *told)
    return Compared(rows.height, failures_of(found, limit))


DATED = Demand(FIGURES, {"period": WHOLE})


def _unexpected(figures: Columns, expected: Expectation, found: tuple[Any, ...]) -> Finding:
    place, measure, before, year_before, text, year = found
    value, value_before = (plain(Decimal(number)) for number in (text, before))
    message = f"{measure} {expected.words}: {value_before} for {year_before}, {value} for {year}"
    return figures.finding_at(expected.code, place, "value", value, message, expected.hint)


def _years_fold(columns: Columns, known: Known) -> YearFold | None:
    measures = text_columns(MEASURES, "measure", "kind").usable(known.tables)
    is_figures = columns.resource.name == FIGURES and FIGURE_COLUMNS.is_met(columns)
    if measures is None or not is_figures or not DATED.is_met(columns):
        return None
    return YearFold(columns, measures, sound_rows(columns, known), known.limit)


KIND = Kind(70, across=_years_fold, keeps=(MEASURES,))
