"""Rows that have errors of their own: what they say decides nothing else.

A rule that holds by a figure which contradicts itself holds by chance, and one that it violates has
one cause, which is reported at its row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from mtopendata.checks.constraints import ConstraintFold, constraint_fold
from mtopendata.checks.figure_tables import dated_tests
from mtopendata.checks.figures import figure_tests
from mtopendata.checks.kind import Known
from mtopendata.figures.tables import FIGURE_COLUMNS, NUMBERS
from mtopendata.reading.tables import LINE, Block, Columns, Table
from mtopendata.reading.whole_tables import rows_of


def wrong_rows(figures: Table, indexes: Sequence[int], tables: Mapping[str, Table]) -> set[int]:
    """Those of some rows of a table of figures that have errors of their own."""
    sound = SoundRows(figures, ConstraintFold(figures, 1), tables)
    wrong = sound.are_wrong(rows_of(figures, indexes))
    return {index for index, is_wrong in zip(indexes, wrong, strict=True) if is_wrong}


def sound_rows(figures: Columns, known: Known) -> "SoundRows":
    """What tells the rows of a table of figures with errors, for all who ask."""
    return known.once(
        "sound rows",
        figures,
        lambda: SoundRows(figures, constraint_fold(figures, known), known.tables),
    )


class SoundRows:
    """Tells rows of figures with errors of their own from the others: by the cells that did not
    parse, rows with cells too many or too few, and the tests of constraints and of figures.
    """

    def __init__(
        self, figures: Columns, constraints: ConstraintFold, tables: Mapping[str, Table]
    ) -> None:
        """`constraints` test the figures, and `tables` are known besides."""
        self.constraints = constraints
        self.tables = tables
        is_met = FIGURE_COLUMNS.is_met(figures)
        self.tests = [
            *(figure_tests(figures, tables) if is_met else ()),
            *(dated_tests(figures, tables) if is_met else ()),
        ]

    def are_wrong(self, block: Block) -> pl.Series:
        """For each row, whether it has an error."""
        return block.once("wrong rows", self._are_wrong)

    def _are_wrong(self, block: Block) -> pl.Series:
        wrong = block.is_unread(list(block.unread))
        if block.faults is not None and block.faults.lines:
            wrong |= block.places().get_column(LINE).is_in(block.faults.lines)
        for rows in self._failing(block):
            if len(rows):
                wrong = wrong.scatter(rows, values=True)
        return wrong

    def _failing(self, block: Block) -> Iterator[pl.Series]:
        _, failing, _ = self.constraints.failing(block)
        yield from failing.values()
        for test in self.tests:
            yield block.once(test.name, test.see).failed.get_column("row")

    def without_numbers(self, block: Block) -> Block:
        """The block, but that rows with errors say no number."""
        wrong = self.are_wrong(block)
        if not wrong.any():
            return block
        names = [name for name in NUMBERS if name in block.frame.columns]
        numbers = [block.frame.get_column(name) for name in names]
        nulls = [
            pl.DataFrame([column.alias("0"), wrong.alias("1")])
            .select(pl.when(~pl.col("1")).then(pl.col("0")))
            .to_series()
            .alias(column.name)
            for column in numbers
        ]
        return replace(block, frame=block.frame.with_columns(nulls))

    def without_rows(self, block: Block) -> Block:
        """The block without the rows that have errors."""
        wrong = self.are_wrong(block)
        if not wrong.any():
            return block
        lines = block.places().get_column(LINE).filter(~wrong)
        return replace(
            block,
            frame=block.frame.filter(~wrong),
            lines=lines,
            unread={},
            faults=None,
            misfits=None,
        )
