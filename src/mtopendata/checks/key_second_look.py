"""Keys whose hashes are equal, compared themselves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.checks.key_hashes import Hashed, are_among, hashes_of, those_among
from mtopendata.checks.key_values import Key, by_hash
from mtopendata.ledger.outcome import Found, Item
from mtopendata.reading.faults import ChangedError
from mtopendata.reading.folds import NO_FAILURES, Failures, failures_of
from mtopendata.reading.tables import LINE, PART, Block

Outcomes = Callable[[Hashed, Sequence[Failures]], Iterable[Item]]
"""The rows of the ledger for what is kept, and for each key the rows whose key stands in an earlier
one.
"""


class ExactKeys:
    """The rows whose hashes are equal, compared themselves. `kept` has no other hashes."""

    def __init__(self, keys: Sequence[Key], kept: Hashed, outcomes: Outcomes, limit: int) -> None:
        self.keys = keys
        self.kept = kept
        self.outcomes = outcomes
        self.limit = limit
        none = pl.Series([], dtype=pl.UInt64)
        self.equal = [pl.concat([none, *of_key.values()]).unique().sort() for of_key in kept.hashes]

    def see(self, block: Block) -> list[list[pl.DataFrame]]:
        """By key, the rows of a block that have one of the hashes. ChangedError: the block has
        other keys than before.
        """
        found: list[list[pl.DataFrame]] = []
        for key, hashes, equal in zip(self.keys, self.kept.hashes, self.equal, strict=True):
            if not len(equal) or block.number not in hashes:
                found.append([])
                continue
            if not those_among(hashes_of(key, block), equal).equals(hashes[block.number]):
                raise ChangedError
            rows = key.placed_values(block)
            keys = rows.select(f"key{index}" for index in range(len(key.parts)))
            found.append([rows.filter(are_among(keys.hash_rows(), equal))])
        return found

    def merge(
        self, one: list[list[pl.DataFrame]], other: list[list[pl.DataFrame]]
    ) -> list[list[pl.DataFrame]]:
        """Those of both."""
        return [a + b for a, b in zip(one, other, strict=True)]

    def conclude(self, kept: list[list[pl.DataFrame]]) -> Found:
        """What is found. A row that doubles a primary key is reported for that alone."""
        doubled: pl.DataFrame | None = None
        repeated = []
        for key, frames in zip(self.keys, kept, strict=True):
            if not frames:
                repeated.append(NO_FAILURES)
                continue
            rows = _later_rows(pl.concat(frames), len(key.names))
            if key.code == "primary-key":
                doubled = rows.select(PART, LINE)
            elif doubled is not None:
                rows = rows.join(doubled, on=[PART, LINE], how="anti", maintain_order="left")
            repeated.append(failures_of(rows, self.limit))
        return list(self.outcomes(self.kept, repeated))


@dataclass(frozen=True, slots=True)
class RowsApart:
    """The keys of rows and their places, in parts that are still to be compared; and of those that
    were, the rows whose key stands in an earlier one.
    """

    rows: tuple[pl.DataFrame, ...] = ()
    later: Failures = NO_FAILURES


class KeysApart:
    """All rows of a table with one key, for many machines: those with the same key are compared
    where they come together. `kept` is what is known of them by hash.
    """

    def __init__(self, key: Key, kept: Hashed, outcomes: Outcomes, limit: int) -> None:
        self.key = key
        self.kept = kept
        self.outcomes = outcomes
        self.limit = limit
        self.names = [f"key{index}" for index in range(len(key.names))]

    def see(self, block: Block) -> RowsApart:
        """The keys of a block's rows."""
        return RowsApart((self.key.placed_values(block),))

    def merge(self, one: RowsApart, other: RowsApart) -> RowsApart:
        """Those of both."""
        return RowsApart(one.rows + other.rows, one.later.plus(other.later, self.limit))

    def divide(self, kept: RowsApart, parts: int) -> tuple[RowsApart, dict[int, RowsApart]]:
        """The rows by the hashes of their keys."""
        pieces = by_hash(kept.rows, parts, self.names)
        return RowsApart(later=kept.later), {
            number: RowsApart(tuple(frames)) for number, frames in pieces.items()
        }

    def settle(self, kept: RowsApart) -> RowsApart:
        """The rows whose key stands in an earlier one."""
        if not kept.rows:
            return kept
        later = failures_of(_later_rows(pl.concat(kept.rows), len(self.names)), self.limit)
        return RowsApart((), kept.later.plus(later, self.limit))

    def conclude(self, kept: RowsApart) -> Found:
        """What is found."""
        return list(self.outcomes(self.kept, [self.settle(kept).later]))


def _later_rows(rows: pl.DataFrame, width: int) -> pl.DataFrame:
    """The rows whose key stands in an earlier one, with the place of the first; in their order."""
    keys = [f"key{index}" for index in range(width)]
    rows = rows.sort(PART, LINE).with_row_index("row")
    rows = rows.with_columns(first=pl.col("row").min().over(keys))
    places = rows.select(first_part=PART, first_line=LINE)
    later = rows.filter(pl.col("row") > pl.col("first"))
    first = places[later.get_column("first")]
    shown = (name.replace("key", "shown") for name in keys)
    told = [
        other if other in later.columns else name for name, other in zip(keys, shown, strict=True)
    ]
    return later.select(PART, LINE, *first, *told)
