"""What the kind of a measure lets one expect from one year to the next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from mtopendata.checks.kind import Kind
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES, MEASURES, WHOLE, Demand, text_columns
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.queries import Rows
from mtopendata.reading.tables import Table
from mtopendata.values.cells import cell_text


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
        "publisher has corrected it, say so in the note",
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
        "in the note",
    ),
)


def check_years(tables: Mapping[str, Table]) -> Iterator[Outcome]:
    """Test each expectation, where figures have years and measures a kind; failures are warnings.

    Several sources of one year are taken together: between them lies what they allow. A fall must
    be certain from the bounds; a leap is told from the values as printed, since it is hardly ever
    certain where a limit is printed.
    """
    figures, measures = (
        FIGURE_COLUMNS.usable(tables),
        text_columns(MEASURES, "measure", "kind").usable(tables),
    )
    if figures is None or measures is None or not DATED.is_met(figures):
        return
    years = _years(figures, measures)
    for expected in EXPECTATIONS:
        rows = years.filter(pl.col("kind") == expected.kind).filter(expected.is_tested)
        found = rows.filter(expected.fails).sort("row")
        yield Outcome(
            "figure",
            expected.check,
            figures.resource.name,
            rows.height,
            Rows(found.select("row", "before_row", "measure", "before_period", "period")),
            partial(_unexpected, figures, expected),
            "warning",
        )


DATED = Demand(FIGURES, {"period": WHOLE})


def _unexpected(figures: Table, expected: Expectation, found: tuple[Any, ...]) -> Finding:
    row, before, measure, year_before, year = found
    value, value_before = (cell_text(figures.frame["value"][index]) for index in (row, before))
    message = f"{measure} {expected.words}: {value_before} for {year_before}, {value} for {year}"
    return figures.finding(expected.code, row, "value", value, message, expected.hint)


def _years(figures: Table, measures: Table) -> pl.DataFrame:
    """A row for each year with a figure of a measure in an area, beside the year before it. `least`
    and `most` are values, `lower` and `upper` bounds (null: none), `row` the index of one figure.
    """
    place = ["measure", *(name for name in ("area",) if figures.has([name]))]
    # Binary floating point is near enough for a warning, and holds numbers of any size.
    numbers = [pl.col(name).cast(pl.Float64) for name in ("value", "lower", "upper")]
    lower, upper = pl.col("lower"), pl.col("upper")
    years = (
        figures.frame.select(*place, "period", *numbers)
        .with_row_index("row")
        .drop_nulls(["measure", "period", "value"])
        .join(measures.frame.select("measure", "kind").unique("measure"), on="measure")
        .group_by(*place, "kind", "period")
        .agg(
            pl.col("row").min(),
            least=pl.col("value").min(),
            most=pl.col("value").max(),
            lower=pl.when(~lower.has_nulls()).then(lower.min()),
            upper=pl.when(~upper.has_nulls()).then(upper.max()),
        )
        .sort(*place, "period")
    )
    before = pl.all().exclude(*place, "kind").shift(1).over(place).name.prefix("before_")
    return years.with_columns(before).filter(pl.col("before_period").is_not_null())


KIND = Kind(70, of_package=lambda read: check_years(read.tables))
