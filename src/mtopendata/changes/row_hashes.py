"""Which rows of two versions of a table are alike, told by 16 bytes of hash a row.

Rows with equal hashes count as alike and are not looked at again. The hashes have 128 bits and
seeds that are drawn for each run, so that nobody can make two rows that share one: of 10⁹ rows a
side, the chance that any two others do is less than one in 10²⁰.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from secrets import randbits

import polars as pl

from mtopendata.checks.key_values import KeyPart, key_frame
from mtopendata.reading.tables import LINE, Block, Columns, Table
from mtopendata.reading.whole_tables import WholeTable

AT_ONCE = 2**20
"""So many rows of a side are compared at once, as their hashes have it."""
FIRST, SECOND, WANTED = "first", "second", "wanted"
Mask = Callable[[pl.DataFrame], pl.Series]
Rows = dict[int, pl.Series]
"""Ascending indexes of rows, by the number of their block."""


def drawn_seeds() -> tuple[int, int]:
    """Seeds for the two halves of the hashes, which both sides must share."""
    return randbits(64), randbits(64)


class RowHashes:
    """The fold that keeps the hashes of a table's rows, by the number of their block.

    `parts` are the columns, in an order that both sides share. `wanted` marks the rows that are to
    be kept, alike or not.
    """

    def __init__(
        self, parts: Sequence[KeyPart], seeds: tuple[int, int], wanted: Mask | None = None
    ) -> None:
        self.parts = parts
        self.seeds = seeds
        self.wanted = wanted

    def see(self, block: Block) -> dict[int, pl.DataFrame]:
        """The hashes of a block's rows."""
        values = key_frame(block.frame, self.parts)
        first, second = (values.hash_rows(seed) for seed in self.seeds)
        frame = pl.DataFrame([first.alias(FIRST), second.alias(SECOND)])
        marks = self.wanted(block.frame) if self.wanted else pl.lit(value=False)
        return {block.number: frame.with_columns(marks.alias(WANTED))}

    def merge(
        self, one: dict[int, pl.DataFrame], other: dict[int, pl.DataFrame]
    ) -> dict[int, pl.DataFrame]:
        """Those of both."""
        return {**one, **other}

    def conclude(self, kept: dict[int, pl.DataFrame]) -> "Hashes":
        """The hashes in the order of the rows."""
        numbers = sorted(kept)
        heights = {number: kept[number].height for number in numbers}
        return Hashes(heights, pl.concat(kept[number] for number in numbers))


@dataclass(frozen=True, slots=True)
class Hashes:
    """The hashes of all rows, and the heights of the blocks."""

    heights: Mapping[int, int]
    frame: pl.DataFrame

    def by_block(self, rows: pl.Series) -> Rows:
        """These ascending indexes of rows as those within their blocks, where a block has any."""
        found = {}
        start = 0
        for number, height in self.heights.items():
            first, last = rows.search_sorted(start), rows.search_sorted(start + height)
            if first < last:
                found[number] = rows.slice(first, last - first) - start
            start += height
        return found


def rows_to_keep(old: Hashes, new: Hashes) -> tuple[Rows, Rows]:
    """The rows of both sides that the other side does not have, and those that are wanted on one
    of them.
    """
    found: list[tuple[pl.Series, pl.Series]] = list(_unlike(old.frame, new.frame))
    here, there = (pl.concat(rows).drop_nulls().sort() for rows in zip(*found, strict=True))
    return old.by_block(here), new.by_block(there)


def _unlike(old: pl.DataFrame, new: pl.DataFrame) -> Iterator[tuple[pl.Series, pl.Series]]:
    """The indexes of such rows on both sides, one range of hashes after the other."""
    ranges = -(-max(old.height, new.height, 1) // AT_ONCE)
    for number in range(ranges):
        is_next = pl.col(FIRST) % ranges == number
        here, there = (side.with_row_index("row").filter(is_next).lazy() for side in (old, new))
        pairs = here.join(there, on=[FIRST, SECOND], how="full", suffix="_new").filter(
            pl.col("row").is_null()
            | pl.col("row_new").is_null()
            | pl.col(WANTED)
            | pl.col(f"{WANTED}_new")
        )
        rows = pairs.select("row", "row_new").collect()
        yield rows.get_column("row"), rows.get_column("row_new")


class KeptRows:
    """The fold that keeps some rows, as a table."""

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self.whole = WholeTable(columns)
        self.rows = rows

    def see(self, block: Block) -> list[Block]:
        """The rows of a block that are kept; of the first one also none, for its columns."""
        rows = self.rows.get(block.number)
        if rows is None and block.number:
            return []
        rows = pl.Series([], dtype=pl.UInt32) if rows is None else rows
        lines = block.places().get_column(LINE).gather(rows)
        return [Block(block.number, block.part, block.frame[rows], lines, {})]

    def merge(self, one: list[Block], other: list[Block]) -> list[Block]:
        """Those of both."""
        return one + other

    def conclude(self, kept: list[Block]) -> Table:
        """The table of these rows."""
        return self.whole.conclude(kept)
