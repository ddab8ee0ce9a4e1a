"""Tests of rows by themselves, as one fold over the blocks of a table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import NO_FAILURES, Failures, failures
from mtopendata.reading.tables import Block, Columns, Place

Row = dict[str, Any]
"""The cells of a failing row, by their columns."""


@dataclass(frozen=True, slots=True)
class Tested:
    """How many rows were tested, and which fail: their indexes in the column `row`, and what there
    is to say of each in the others.
    """

    count: int
    failed: pl.DataFrame


@dataclass(frozen=True, slots=True)
class RowTest:
    """A test of each row. `see` tests a block's, `say` words a failing row."""

    name: str
    see: Callable[[Block], Tested]
    say: Callable[[Columns, Place, Row], Finding]
    kind: str = "figure"


@dataclass(frozen=True, slots=True)
class Seen:
    """How many rows each test has tested, and which failed; their cells are in these columns."""

    counts: tuple[int, ...]
    failed: tuple[Failures, ...]
    columns: tuple[tuple[str, ...], ...]


class RowFold:
    """Some tests of a table's rows: an outcome for each."""

    def __init__(self, columns: Columns, tests: Sequence[RowTest], limit: int) -> None:
        self.table = columns
        self.tests = tests
        self.limit = limit

    def see(self, block: Block) -> Seen:
        """Put a block's rows to the tests."""
        tested = [block.once(test.name, test.see) for test in self.tests]
        return Seen(
            tuple(found.count for found in tested),
            tuple(self._failures(block, found.failed) for found in tested),
            tuple(tuple(found.failed.columns) for found in tested),
        )

    def _failures(self, block: Block, failed: pl.DataFrame) -> Failures:
        if not failed.height:
            return NO_FAILURES
        first = failed.head(self.limit)
        return failures(block, failed.get_column("row"), self.limit, first.iter_rows())

    def merge(self, one: Seen, other: Seen) -> Seen:
        """Add up."""
        return Seen(
            tuple(a + b for a, b in zip(one.counts, other.counts, strict=True)),
            tuple(a.plus(b, self.limit) for a, b in zip(one.failed, other.failed, strict=True)),
            one.columns,
        )

    def conclude(self, kept: Seen) -> Found:
        """An outcome for each test."""
        return list(self.outcomes(kept))

    def outcomes(self, kept: Seen) -> Iterator[Outcome]:
        """The rows of the ledger."""
        parts = zip(self.tests, kept.counts, kept.failed, kept.columns, strict=True)
        for test, count, found, columns in parts:
            say = partial(_said_of_row, test, self.table, columns)
            name = self.table.resource.name
            listed, failed = found.listed, found.count
            yield Outcome(test.kind, test.name, name, count, listed, say, failures=failed)


def _said_of_row(
    test: RowTest, table: Columns, columns: Sequence[str], found: tuple[Place, tuple[Any, ...]]
) -> Finding:
    place, cells = found
    return test.say(table, place, dict(zip(columns, cells, strict=True)))


def failing(rows: pl.DataFrame, wrong: pl.Series) -> pl.DataFrame:
    """The rows that are marked, with their indexes in the column `row`."""
    return rows.with_row_index("row").filter(wrong)
