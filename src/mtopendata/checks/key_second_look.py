"""Keys whose hashes are equal, compared themselves."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
        pairs = zip(self.keys, kept, strict=True)
        rows = [_later_rows(pl.concat(f), len(key.names)) if f else None for key, f in pairs]
        repeated = [failures_of(later, self.limit) for later in _reported(self.keys, rows)]
        return list(self.outcomes(self.kept, repeated))


Frames = tuple[tuple[pl.DataFrame, ...], ...]
"""Rows by key, in parts."""


@dataclass(frozen=True, slots=True)
class RowsApart:
    """By key: rows that are still to be compared; those of them whose key stands in an earlier one;
    and what of these is reported.
    """

    rows: Frames
    later: Frames
    failures: tuple[Failures, ...]


class KeysApart:
    """All rows of a table, for many machines: those with the same key are compared where they come
    together. `kept` is what is known of the keys by hash.
    """

    def __init__(self, keys: Sequence[Key], kept: Hashed, outcomes: Outcomes, limit: int) -> None:
        self.keys = keys
        self.kept = kept
        self.outcomes = outcomes
        self.limit = limit
        self.nothing = RowsApart(((),) * len(keys), ((),) * len(keys), (NO_FAILURES,) * len(keys))

    def see(self, block: Block) -> RowsApart:
        """The keys of a block's rows."""
        return replace(self.nothing, rows=tuple((key.placed_values(block),) for key in self.keys))

    def merge(self, one: RowsApart, other: RowsApart) -> RowsApart:
        """Those of both."""
        failures = zip(one.failures, other.failures, strict=True)
        return RowsApart(
            tuple(a + b for a, b in zip(one.rows, other.rows, strict=True)),
            tuple(a + b for a, b in zip(one.later, other.later, strict=True)),
            tuple(a.plus(b, self.limit) for a, b in failures),
        )

    def divide(self, kept: RowsApart, parts: int) -> tuple[RowsApart, dict[int, RowsApart]]:
        """The rows by the hashes of their keys."""
        pieces = [
            by_hash(frames, parts, [f"key{index}" for index in range(len(key.parts))])
            for key, frames in zip(self.keys, kept.rows, strict=True)
        ]
        return replace(kept, rows=self.nothing.rows), {
            number: replace(self.nothing, rows=frames)
            for number, frames in _by_number(pieces).items()
        }

    def settle(self, kept: RowsApart) -> RowsApart:
        """The rows whose key stands in an earlier one."""
        later = [
            (_later_rows(pl.concat(frames), len(key.names)),) if frames else ()
            for key, frames in zip(self.keys, kept.rows, strict=True)
        ]
        settled = replace(self.nothing, later=tuple(later))
        return self.merge(replace(kept, rows=self.nothing.rows), settled)

    def divide_again(self, settled: RowsApart, parts: int) -> dict[int, RowsApart]:
        """Those rows by where they stand."""
        pieces = [by_hash(frames, parts, [PART, LINE]) for frames in settled.later]
        found = _by_number(pieces)
        return {number: replace(self.nothing, later=frames) for number, frames in found.items()}

    def settle_again(self, kept: RowsApart) -> RowsApart:
        """What is reported. A row that doubles a primary key is reported for that alone."""
        rows = [pl.concat(frames) if frames else None for frames in kept.later]
        reported = (one.sort(PART, LINE) for one in _reported(self.keys, rows))
        found = tuple(failures_of(one, self.limit) for one in reported)
        failures = replace(self.nothing, failures=found)
        return self.merge(replace(kept, later=self.nothing.later), failures)

    def conclude(self, kept: RowsApart) -> Found:
        """What is found."""
        return list(self.outcomes(self.kept, self.settle_again(self.settle(kept)).failures))


def _by_number(pieces: Sequence[Mapping[int, Sequence[pl.DataFrame]]]) -> dict[int, Frames]:
    """The pieces of each key as those of each number."""
    numbers = {number for of_key in pieces for number in of_key}
    return {number: tuple(tuple(of_key.get(number, ())) for of_key in pieces) for number in numbers}


def _reported(keys: Sequence[Key], rows: Sequence[pl.DataFrame | None]) -> Iterator[pl.DataFrame]:
    """By key, the rows of which it is reported that it stands in an earlier one, among those whose
    key does; None: there are none. What doubles a primary key is reported for that alone.
    """
    doubled: pl.DataFrame | None = None
    for key, later in zip(keys, rows, strict=True):
        if later is None:
            yield _NO_ROWS
        elif key.code == "primary-key":
            doubled = later.select(PART, LINE)
            yield later
        elif doubled is None:
            yield later
        else:
            yield later.join(doubled, on=[PART, LINE], how="anti", maintain_order="left")


_NO_ROWS = pl.DataFrame({PART: [], LINE: []})


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
