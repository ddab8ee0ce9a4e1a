"""What is kept of a foreign key: what was looked up, and what is to be looked up elsewhere.

Where a parent has more keys than one machine is given, the keys of both tables come together by
their hashes, wherever that is. A row that is not found is then known by the number of its block and
its own in it; the first of them are looked at again, to be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from mtopendata.checks.key_values import by_hash
from mtopendata.reading.folds import NO_FAILURES, Failures


@dataclass(frozen=True, slots=True)
class LookedUp:
    """How many rows have a key, and which of these are not found. `first` are those of them that
    are counted in `lost` and still to be listed.

    To be looked up are the different `keys` of blocks, in columns key0, key1, …, each with how many
    rows of its `block` have it, `len`, and the first of these, `row`; among those that are `there`.
    """

    tested: int = 0
    lost: Failures = NO_FAILURES
    first: tuple[pl.DataFrame, ...] = ()
    keys: tuple[pl.DataFrame, ...] = ()
    there: tuple[pl.DataFrame, ...] = ()

    def plus(self, other: "LookedUp", limit: int) -> "LookedUp":
        """What was seen in both, of which `limit` are listed."""
        return LookedUp(
            self.tested + other.tested,
            self.lost.plus(other.lost, limit),
            _first_of(self.first + other.first, limit),
            self.keys + other.keys,
            self.there + other.there,
        )

    def divided(self, parts: int) -> tuple["LookedUp", dict[int, "LookedUp"]]:
        """What was looked up; and what was not, by the hashes of keys."""
        if not self.keys and not self.there:
            return self, {}
        names = _names_of_keys([*self.keys, *self.there])
        keys, there = (by_hash(frames, parts, names) for frames in (self.keys, self.there))
        pieces = {
            number: LookedUp(keys=tuple(keys.get(number, ())), there=tuple(there.get(number, ())))
            for number in {*keys, *there}
        }
        return replace(self, keys=(), there=()), pieces

    def settled(self, limit: int) -> "LookedUp":
        """What was looked up, and the keys that were not, among all that are there."""
        if not self.keys:
            return replace(self, there=())
        lost = pl.concat(self.keys)
        if self.there:
            there, names = pl.concat(self.there), _names_of_keys(self.there)
            lost = lost.join(there, on=names, how="anti", nulls_equal=True)
        count = self.lost.count + int(lost.get_column("len").sum())
        rows = lost.select("block", "row").explode("row", empty_as_null=False)
        return LookedUp(
            self.tested,
            Failures(count, self.lost.listed),
            _first_of((*self.first, rows), limit),
        )

    def listed_as(self, listed: Failures) -> "LookedUp":
        """With the first rows that are not found as they are told, if these were to be listed."""
        if not self.first:
            return self
        return LookedUp(self.tested, Failures(self.lost.count, listed.listed))

    def rows_of(self, block: int) -> pl.Series:
        """The rows of a block that are still to be listed."""
        own = [rows.filter(pl.col("block") == block).get_column("row") for rows in self.first]
        return pl.concat(own) if own else pl.Series([], dtype=pl.UInt32)

    @property
    def blocks(self) -> set[int]:
        """Those that have such rows."""
        return {number for rows in self.first for number in rows.get_column("block")}


def _first_of(parts: tuple[pl.DataFrame, ...], limit: int) -> tuple[pl.DataFrame, ...]:
    if not parts:
        return ()
    rows = pl.concat(parts).sort("block", "row").head(limit)
    return (rows,) if rows.height else ()


def _names_of_keys(frames: Sequence[pl.DataFrame]) -> list[str]:
    return [name for name in frames[0].columns if name.startswith("key")]
