"""Hashes of keys by block, in ascending order: which of them occur more than once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.checks.key_values import Key
from mtopendata.reading.folds import NO_FAILURES, Failures
from mtopendata.reading.tables import Block

AT_ONCE = 4_000_000
"""So many hashes are compared at once: beyond them, one range of hashes after the other."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """What is kept of blocks: how many rows they have, and by key the number of whole ones and
    their ascending hashes, by block; and which rows lack a part of the primary key. No hash stands
    twice in the blocks that are `single`. `are_left`: there are more that stand twice than could be
    told.
    """

    rows: int
    counts: tuple[int, ...]
    hashes: tuple[dict[int, pl.Series], ...]
    incomplete: Failures
    single: frozenset[int] = frozenset()
    are_left: bool = False


NO_HASHES = Hashed(0, (0,), ({},), NO_FAILURES)
"""What is kept of one key where there is no block."""


def hashes_of(key: Key, block: Block) -> pl.Series:
    """The ascending hashes of a block's keys."""
    columns = key.values(block)
    if not columns.height:
        return pl.Series([], dtype=pl.UInt64)
    return columns.hash_rows().sort()


def both_hashes(one: dict[int, pl.Series], other: dict[int, pl.Series]) -> dict[int, pl.Series]:
    """The ascending hashes of both by block; one block may have some in each."""
    found = {**one, **other}
    for number in one.keys() & other.keys():
        found[number] = pl.concat([one[number], other[number]]).sort()
    return found


def in_range(hashes: dict[int, pl.Series], number: int, ranges: int) -> dict[int, pl.Series]:
    """Of each block, the hashes in one of some ranges, if there are any."""
    parts = ((block, _between(series, number, ranges)) for block, series in hashes.items())
    return {block: part for block, part in parts if len(part)}


def repeated_in(
    hashes: dict[int, pl.Series], single: frozenset[int] = frozenset()
) -> dict[int, pl.Series]:
    """Of each block, the hashes that occur more than once in all of them, if there are any. In the
    blocks that are `single` together none does.
    """
    equal = _repeated_beside(hashes, single)
    if not len(equal):
        return {}
    parts = ((block, those_among(series, equal)) for block, series in hashes.items())
    return {block: part for block, part in parts if len(part)}


_LESS = 10
"""Where less than one of so many hashes is new, the others are not compared with each other."""


def _repeated_beside(hashes: dict[int, pl.Series], single: frozenset[int]) -> pl.Series:
    """The hashes that occur more than once, in ascending order."""
    new = [series for block, series in hashes.items() if block not in single]
    others = [series for block, series in hashes.items() if block in single]
    if _LESS * sum(map(len, new)) > sum(map(len, others)):
        return _repeated([*hashes.values()])
    return pl.concat([_repeated(new), *_in_both(new, others)]).unique().sort()


def _in_both(new: Sequence[pl.Series], others: Sequence[pl.Series]) -> Iterator[pl.Series]:
    """The new hashes that others have too."""
    if not new:
        return
    wanted = pl.concat(new).alias("hash").to_frame().lazy()
    batch: list[pl.Series] = []
    for number, part in enumerate(others, start=1):
        batch.append(part)
        if sum(map(len, batch)) >= AT_ONCE or number == len(others):
            known = pl.concat(batch).alias("hash").to_frame().lazy()
            yield known.join(wanted, on="hash", how="semi").collect().to_series()
            batch = []


def those_among(hashes: pl.Series, equal: pl.Series) -> pl.Series:
    """Those of the hashes that are among the others, which ascend."""
    return hashes.filter(are_among(hashes, equal))


def are_among(hashes: pl.Series, equal: pl.Series) -> pl.Series:
    """Which of the hashes are among the others, which ascend. They are searched: to ask whether
    they are in a set makes the set anew for each block.
    """
    if not len(equal):
        return pl.repeat(value=False, n=len(hashes), dtype=pl.Boolean, eager=True)
    places = equal.search_sorted(hashes).clip(upper_bound=len(equal) - 1)
    return equal.gather(places) == hashes


def _repeated(parts: Sequence[pl.Series]) -> pl.Series:
    """The hashes that occur more than once in ascending series of them, in ascending order."""
    count = sum(map(len, parts))
    ranges = -(-count // AT_ONCE)
    found = []
    for number in range(ranges):
        hashes = pl.concat(_between(part, number, ranges) for part in parts)
        if hashes.n_unique() < len(hashes):
            found.append(hashes.filter(hashes.is_duplicated()).unique().sort())
    return pl.concat(found) if found else pl.Series([], dtype=pl.UInt64)


def _between(ascending: pl.Series, number: int, ranges: int) -> pl.Series:
    """The hashes that lie in one of some ranges of equal size."""
    if ranges == 1:
        return ascending
    width = 2**64 // ranges + 1
    start = _first_above(ascending, number * width)
    last = number + 1 == ranges
    end = len(ascending) if last else _first_above(ascending, (number + 1) * width)
    return ascending.slice(start, end - start)


def _first_above(ascending: pl.Series, bound: int) -> int:
    return int(ascending.search_sorted(pl.Series([bound], dtype=pl.UInt64))[0])
