"""What figures, measures and sources say of each other beyond their keys."""

from collections.abc import Iterator, Mapping

import polars as pl

from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.row_tests import Row, RowFold, RowTest, Tested
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
from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import Fold, Several
from mtopendata.reading.tables import Block, Columns, Place, Table

DATED_SOURCES = Demand(SOURCES, {"source": TEXT, "year": WHOLE})
DATED_FIGURES = Demand(FIGURES, {"source": TEXT, "period": WHOLE})


def _figure_tables_fold(columns: Columns, known: Known) -> Fold | None:
    """Test that every measure has a figure, and that no figure is later than its source."""
    if columns.resource.name != FIGURES or not FIGURE_COLUMNS.is_met(columns):
        return None
    folds: list[Fold] = []
    if measures := text_columns(MEASURES, "measure").usable(known.tables):
        revisions = text_columns(REVISIONS, "measure").usable(known.tables)
        folds.append(MeasuresUsed(measures, revisions))
    if tests := list(dated_tests(columns, known.tables)):
        folds.append(RowFold(columns, tests, known.limit))
    return Several(folds) if folds else None


def dated_tests(figures: Columns, tables: Mapping[str, Table]) -> Iterator[RowTest]:
    """What dated sources say of each figure."""
    sources = DATED_SOURCES.usable(tables)
    if sources is not None and DATED_FIGURES.is_met(figures):
        yield _periods_fit(sources)


class MeasuresUsed:
    """A measure without a figure is a row of figures that was lost, or a measure to come; but not
    where its figures were withdrawn.
    """

    def __init__(self, measures: Table, revisions: Table | None) -> None:
        self.measures = measures
        self.revisions = revisions

    def see(self, block: Block) -> frozenset[str | None]:
        """The measures that figures of a block are of."""
        return frozenset(block.frame.get_column("measure").unique())

    def merge(
        self, one: frozenset[str | None], other: frozenset[str | None]
    ) -> frozenset[str | None]:
        """Those of both."""
        return one | other

    def conclude(self, kept: frozenset[str | None]) -> Found:
        """The measures without a figure."""
        used = set(kept)
        if self.revisions is not None:
            used |= set(self.revisions.frame.get_column("measure"))
        measures = self.measures
        column = measures.frame.get_column("measure")
        hint = (
            "look for a lost row in figures; if its figures were withdrawn, revisions say so; "
            "else remove the measure"
        )

        def say(row: int) -> Finding:
            message = f"no figure is of the measure {column[row]!r}"
            return measures.finding("unused-measure", row, "measure", column[row], message, hint)

        unused = [
            row for row, measure in enumerate(column) if measure is not None and measure not in used
        ]
        name = "every measure has a figure"
        resource = measures.resource.name
        return [Outcome("figure", name, resource, len(column), unused, say, "warning")]


def _periods_fit(sources: Table) -> RowTest:
    """A document about one year cannot have a figure of a later one."""
    years = sources.frame.select("source", "year").drop_nulls().unique("source")

    def see(block: Block) -> Tested:
        dated = (
            block.frame.select("source", "period")
            .with_row_index("row")
            .drop_nulls()
            .join(years, on="source", maintain_order="left")
        )
        late = dated.filter(pl.col("period") > pl.col("year")).sort("row")
        return Tested(dated.height, late)

    return RowTest("period is not after the source's year", see, _late)


def _late(table: Columns, place: Place, row: Row) -> Finding:
    period, year, source = row["period"], row["year"], row["source"]
    message = f"the period {period} is later than {year}, the year of the source {source!r}"
    hint = "correct the period or the source"
    return table.finding_at("period", place, "period", str(period), message, hint)


KIND = Kind(60, across=_figure_tables_fold, keeps=(MEASURES, REVISIONS, SOURCES))
