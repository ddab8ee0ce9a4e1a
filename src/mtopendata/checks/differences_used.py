"""Whether the rows of the table of differences speak of figures that are there."""

from collections.abc import Sequence

import polars as pl

from mtopendata.checks.kind import Kind, Known
from mtopendata.figures.differences import Side, StatedDifference, readable_differences
from mtopendata.figures.tables import DIFFERENCES, FIGURE_COLUMNS, FIGURES
from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import Fold
from mtopendata.reading.tables import Block, Columns, Table

Sides = frozenset[tuple[int, int]]
"""Sides of differences of which there are figures: indexes of the difference, and of its side."""


class CoveredFold:
    """Of which sides of differences there are figures."""

    def __init__(self, table: Table, differences: Sequence[StatedDifference]) -> None:
        self.table = table
        self.differences = differences
        self.sides = [
            ((index, place), side)
            for index, difference in enumerate(differences)
            for place, side in enumerate(difference.sides)
        ]
        self.measures = sorted({side.measure for _, side in self.sides})

    def see(self, block: Block) -> Sides:
        """The sides that a block has figures of."""
        there = [n for n in ("measure", "area", "source") if n in block.frame.columns]
        known = block.frame.filter(pl.col("measure").is_in(self.measures)).select(there).unique()
        rows = known.rows(named=True)
        by_measure: dict[str, list[dict[str, str | None]]] = {}
        for row in rows:
            by_measure.setdefault(row["measure"], []).append(row)
        return frozenset(
            at for at, side in self.sides if any(map(side.has, by_measure.get(side.measure, ())))
        )

    def merge(self, one: Sides, other: Sides) -> Sides:
        """Those of both."""
        return one | other

    def conclude(self, kept: Sides) -> Found:
        """The differences that speak of no figures."""
        missing = [
            (difference, side)
            for at, difference in enumerate(self.differences)
            for place, side in enumerate(difference.sides)
            if (at, place) not in kept and (place == 0 or (at, 0) in kept)
        ]

        def say(found: tuple[StatedDifference, Side]) -> Finding:
            difference, side = found
            where = "".join(f", {part}" for part in (side.area, side.source) if part)
            message = f"the row speaks of {side.measure}{where}, of which there is no figure"
            hint = "correct the codes, or remove the row"
            name = "measure" if side is difference.sides[0] else "other_measure"
            cell = self.table.frame[name][difference.index]
            code = "difference-matches-nothing"
            return self.table.finding(code, difference.index, name, cell, message, hint)

        name = "each difference speaks of figures"
        count = len(self.differences)
        return [Outcome("difference", name, DIFFERENCES, count, missing, say, "warning")]


def _used_differences_fold(columns: Columns, known: Known) -> Fold | None:
    differences = readable_differences(known.tables)
    if columns.resource.name != FIGURES or not FIGURE_COLUMNS.is_met(columns) or not differences:
        return None
    return CoveredFold(known.tables[DIFFERENCES], differences)


KIND = Kind(57, across=_used_differences_fold, keeps=(DIFFERENCES,))
