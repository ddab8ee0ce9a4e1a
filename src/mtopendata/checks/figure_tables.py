"""What figures, measures and sources say of each other beyond their keys."""

from collections.abc import Iterator, Mapping

import polars as pl

from mtopendata.checks.kind import Kind
from mtopendata.figures.tables import (
    FIGURE_COLUMNS,
    FIGURES,
    MEASURES,
    REVISIONS,
    SOURCES,
    TEXT,
    WHOLE,
    Demand,
    text_columns,
)
from mtopendata.ledger.outcome import Item, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.queries import Rows
from mtopendata.reading.tables import Table

DATED_SOURCES = Demand(SOURCES, {"source": TEXT, "year": WHOLE})
DATED_FIGURES = Demand(FIGURES, {"source": TEXT, "period": WHOLE})


def check_figure_tables(tables: Mapping[str, Table]) -> Iterator[Item]:
    """Test that every measure has a figure, and that no figure is later than its source."""
    figures = FIGURE_COLUMNS.usable(tables)
    if figures is None:
        return
    if measures := text_columns(MEASURES, "measure").usable(tables):
        yield _measures_used(figures, text_columns(REVISIONS, "measure").usable(tables), measures)
    sources = DATED_SOURCES.usable(tables)
    if sources is not None and DATED_FIGURES.is_met(figures):
        yield _periods_fit(figures, sources)


def _measures_used(figures: Table, revisions: Table | None, measures: Table) -> Outcome:
    """A measure without a figure is a row of figures that was lost, or a measure to come; but not
    where its figures were withdrawn.
    """
    column = measures.frame.get_column("measure")
    tables = [figures] if revisions is None else [figures, revisions]
    used = pl.concat(table.frame.get_column("measure").unique() for table in tables)
    hint = (
        "look for a lost row in figures; if its figures were withdrawn, revisions say so; else "
        "remove the measure"
    )

    def say(row: int) -> Finding:
        message = f"no figure is of the measure {column[row]!r}"
        return measures.finding("unused-measure", row, "measure", column[row], message, hint)

    return Outcome(
        "figure",
        "every measure has a figure",
        measures.resource.name,
        len(column),
        (~column.is_in(used.implode())).fill_null(value=False).arg_true(),
        say,
        "warning",
    )


def _periods_fit(figures: Table, sources: Table) -> Outcome:
    """A document about one year cannot have a figure of a later one."""
    years = sources.frame.select("source", "year").drop_nulls().unique("source")
    dated = (
        figures.frame.select("source", "period")
        .with_row_index("row")
        .drop_nulls()
        .join(years, on="source", maintain_order="left")
    )
    late = dated.filter(pl.col("period") > pl.col("year")).sort("row")

    def say(found: tuple[int, str, int, int]) -> Finding:
        row, source, period, year = found
        message = f"the period {period} is later than {year}, the year of the source {source!r}"
        hint = "correct the period or the source"
        return figures.finding("period", row, "period", str(period), message, hint)

    name = "period is not after the source's year"
    return Outcome("figure", name, figures.resource.name, dated.height, Rows(late), say)


KIND = Kind(60, of_package=lambda read: check_figure_tables(read.tables))
