"""All rows of a table, for those who need them together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import polars as pl

from mtopendata.package.types.number import MAX_DIGITS
from mtopendata.reading.folds import Again, Fold
from mtopendata.reading.tables import Block, Columns, Lines, Table


class WholeTable:
    """The fold that keeps every row."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def see(self, block: Block) -> list[Block]:
        """All of the block, but for what tests have seen in it."""
        return [replace(block)]

    def merge(self, one: list[Block], other: list[Block]) -> list[Block]:
        """The blocks of both."""
        return one + other

    def conclude(self, kept: list[Block]) -> Table:
        """The table."""
        blocks = sorted(kept, key=lambda block: block.number)
        lines = Lines()
        starts = []
        for block in blocks:
            starts.append(lines.height)
            lines.append(block.lines, block.part)
        frame = stacked([block.frame for block in blocks], self.columns.schema)
        unread = {
            name: pl.concat(
                block.unread[name].cast(pl.UInt32) + start
                for block, start in zip(blocks, starts, strict=True)
                if name in block.unread
            )
            for name in frame.columns
            if any(name in block.unread for block in blocks)
        }
        cells = {
            name: pl.concat(block.cells[name] for block in blocks if name in block.cells)
            for name in unread
            if any(name in block.cells for block in blocks)
        }
        known = self.columns
        return Table(
            known.resource,
            frame,
            lines,
            unread,
            known.delegated,
            known.unusable,
            _all_misfits(blocks),
            cells,
        )


def _all_misfits(blocks: Sequence[Block]) -> pl.Series | None:
    if all(block.misfits is None for block in blocks):
        return None
    return pl.concat(
        pl.repeat(value=False, n=block.frame.height, dtype=pl.Boolean, eager=True)
        if block.misfits is None
        else block.misfits
        for block in blocks
    )


def blocks_of(table: Table) -> Iterator[Block]:
    """The rows of a table as blocks, at least one."""
    for number, (start, lines, part) in enumerate(table.lines.runs()):
        end = start + len(lines)
        unread = {
            name: rows.filter(rows.is_between(start, end - 1)) - start
            for name, rows in table.unread.items()
        }
        frame = table.frame.slice(start, len(lines))
        misfits = None if table.misfits is None else table.misfits.slice(start, len(lines))
        yield Block(number, part, frame, lines, {}, unread, misfits=misfits)


def rows_of(table: Table, indexes: Sequence[int]) -> Block:
    """Some rows of a table as a block."""
    number = {index: number for number, index in enumerate(indexes)}
    unread = {
        name: pl.Series([number[row] for row in rows if row in number], dtype=pl.UInt32)
        for name, rows in table.unread.items()
    }
    places = [table.place(index) for index in indexes]
    lines = pl.Series([place.line for place in places], dtype=pl.Int64)
    frame = table.frame[list(indexes)]
    misfits = None if table.misfits is None else table.misfits.gather(list(indexes))
    part = places[0].part if places else 0
    return Block(0, part, frame, lines, {}, unread, misfits=misfits)


def concluded(fold: Fold, table: Table) -> Any:
    """What a fold concludes of a table whose rows are all there."""
    while True:
        conclusion = fold.conclude(reduce(fold.merge, map(fold.see, blocks_of(table))))
        if not isinstance(conclusion, Again):
            return conclusion
        fold = conclusion.fold


def stacked(frames: Sequence[pl.DataFrame], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Rows of one table below each other: numbers get as many decimals as one of them has."""
    found = []
    for index, name in enumerate(frames[0].columns):
        parts = [frame.to_series(index) for frame in frames]
        if isinstance(schema[name], pl.Decimal):
            scales = [part.dtype.scale for part in parts if isinstance(part.dtype, pl.Decimal)]
            wide = pl.Decimal(MAX_DIGITS, max(scales, default=0))
            parts = [part.cast(wide) for part in parts]
        found.append(pl.concat(parts).alias(name))
    return pl.DataFrame(found)
