"""The first rows of a table and a summary of each column: a fold over its blocks, whose memory
depends on no number of rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import polars as pl

from mtopendata.reading.tables import Block, Columns

DISTINCT = 1_000
"""Different values of a column that are counted one by one: with more, none is said to be the most
frequent.
"""
FIRST = 3
"""Rows that are shown."""
_SLICE = 100_000


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """What a column holds: cells with a value, the least and the greatest (of texts, the lengths),
    and how often each value stands; None where there are more than `DISTINCT`.
    """

    filled: int
    least: Any
    greatest: Any
    counts: Mapping[Any, int] | None
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class TableSummary:
    """A table: its rows, the first of them by the number of their block, and its columns."""

    rows: int
    first: tuple[tuple[int, tuple[Any, ...]], ...]
    columns: Mapping[str, ColumnSummary]

    @property
    def preview(self) -> list[tuple[Any, ...]]:
        """The first rows."""
        return [row for _, row in self.first]


class Summary:
    """The fold that summarises a table."""

    def __init__(self, columns: Columns) -> None:
        self.names = list(columns.schema)

    def see(self, block: Block) -> TableSummary:
        """What a block holds."""
        frame = block.frame
        first = tuple((block.number, row) for row in frame.head(FIRST).rows())
        columns = {name: _summary(series) for name, series in zip(self.names, frame, strict=True)}
        return TableSummary(frame.height, first, columns)

    def merge(self, one: TableSummary, other: TableSummary) -> TableSummary:
        """What both hold."""
        first = sorted([*one.first, *other.first], key=lambda pair: pair[0])[:FIRST]
        pairs = ((name, one.columns[name], other.columns[name]) for name in self.names)
        columns = {name: _merged_counts(mine, more) for name, mine, more in pairs}
        return TableSummary(one.rows + other.rows, tuple(first), columns)

    def conclude(self, kept: TableSummary) -> TableSummary:
        """The summary."""
        return kept


def summary_of(columns: Columns, frame: pl.DataFrame) -> TableSummary:
    """The summary of a table whose rows are all there."""
    fold = Summary(columns)
    return reduce(fold.merge, map(fold.see, _slices_of(frame)))


def _slices_of(frame: pl.DataFrame) -> Iterator[Block]:
    for number, start in enumerate(range(0, max(frame.height, 1), _SLICE)):
        part = frame.slice(start, _SLICE)
        yield Block(number, 0, part, range(start, start + part.height), {})


def _summary(series: pl.Series) -> ColumnSummary:
    values = series.alias("0").drop_nulls()
    is_text = values.dtype == pl.String
    sizes = values.str.len_chars() if is_text else values
    least, greatest = (None, None) if values.is_empty() else (sizes.min(), sizes.max())
    return ColumnSummary(len(values), least, greatest, _counts(values), is_text)


def _counts(values: pl.Series) -> dict[Any, int] | None:
    if values.dtype.is_float():
        values = values.cast(pl.String)  # NaN is unlike itself
    if values.n_unique() > DISTINCT:
        return None
    counted = values.value_counts(name="1")
    return dict(zip(counted["0"], counted["1"], strict=True))


def _merged_counts(one: ColumnSummary, other: ColumnSummary) -> ColumnSummary:
    least = [item.least for item in (one, other) if item.least is not None]
    greatest = [item.greatest for item in (one, other) if item.greatest is not None]
    return ColumnSummary(
        one.filled + other.filled,
        min(least, default=None),
        max(greatest, default=None),
        _plus(one.counts, other.counts),
        one.is_text,
    )


def _plus(
    one: Mapping[Any, int] | None, other: Mapping[Any, int] | None
) -> Mapping[Any, int] | None:
    if one is None or other is None:
        return None
    counts = dict(one)
    for value, count in other.items():
        counts[value] = counts.get(value, 0) + count
    return counts if len(counts) <= DISTINCT else None
