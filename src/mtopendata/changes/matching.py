"""Which rows of two tables belong together, and in which cells those differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.reading.queries import collect, comparable


@dataclass(frozen=True, slots=True)
class RowMatch:
    """Which rows belong together: indexes of the rows that only one side has, and of those that
    both have, in two columns of one length; None for the latter: the same index on both sides.
    """

    withdrawn: pl.Series
    added: pl.Series
    both: tuple[pl.Series, pl.Series] | None

    def common(self, old: pl.Series, new: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Two columns, one of each side, with the rows that both sides have."""
        # To Polars, a series called `^v.*$` means others in some of its own methods.
        old, new = old.rename(""), new.rename("")
        if self.both is None:
            return old, new
        return old.gather(self.both[0]), new.gather(self.both[1])

    def indexes(self, row: int) -> tuple[int, int]:
        """The indexes of a common row on both sides."""
        return (row, row) if self.both is None else (self.both[0][row], self.both[1][row])


_NO_ROWS = pl.Series([], dtype=pl.UInt32)
NO_COMMON_ROWS = RowMatch(_NO_ROWS, _NO_ROWS, (_NO_ROWS, _NO_ROWS))
"""Of tables without a common field: nothing tells which rows came or went."""


def match_rows(old: pl.DataFrame, new: pl.DataFrame, key: Sequence[str]) -> RowMatch:
    """Which rows of two frames have the same key. No key may stand twice on one side."""
    pairs = [comparable(old.get_column(name), new.get_column(name)) for name in key]
    if old.height == new.height and all(here.equals(there) for here, there in pairs):
        return RowMatch(_NO_ROWS, _NO_ROWS, None)
    sides = _key_frames(pairs)
    before, after = (
        side.lazy().with_row_index(name) for side, name in zip(sides, _SIDES, strict=True)
    )
    joined = collect(
        before.join(after, on=sides[0].columns, how="full", nulls_equal=True).select(_SIDES),
        old.height + new.height,
    )
    both = joined.drop_nulls().sort("new")
    withdrawn = joined.filter(pl.col("new").is_null()).get_column("old").sort()
    added = joined.filter(pl.col("old").is_null()).get_column("new").sort()
    return RowMatch(withdrawn, added, (both.get_column("old"), both.get_column("new")))


_SIDES = ("old", "new")


def _key_frames(
    pairs: Sequence[tuple[pl.Series, pl.Series]],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first and the second columns, as frames with names that mean one column to Polars."""
    first, second = (
        pl.DataFrame([pair[side].alias(f"key{index}") for index, pair in enumerate(pairs)])
        for side in (0, 1)
    )
    return first, second


def differing_cells(
    old: pl.DataFrame, new: pl.DataFrame, match: RowMatch, fields: Sequence[str]
) -> dict[str, pl.Series]:
    """For each field with a difference, whether each of the common rows differs in it."""
    found = {}
    for name in fields:
        here, there = match.common(old.get_column(name), new.get_column(name))
        differs = pl.Series.ne_missing(*comparable(here, there))
        if differs.any():
            found[name] = differs
    return found


def differing_rows(cells: Mapping[str, pl.Series]) -> pl.Series:
    """The common rows with a difference, by their numbers among the common rows."""
    if not cells:
        return _NO_ROWS
    masks = pl.DataFrame([mask.alias(f"{index}") for index, mask in enumerate(cells.values())])
    return masks.select(pl.any_horizontal(pl.all()).arg_true()).to_series()


def has_common_row(pairs: Sequence[tuple[pl.Series, pl.Series]]) -> bool:
    """Whether some row of the first columns is one of the second columns, and has no null."""
    one, other = _key_frames([comparable(*pair) for pair in pairs])
    return not one.join(other.unique(), on=one.columns, how="semi").is_empty()
