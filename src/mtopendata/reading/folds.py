"""A check as a fold over the blocks of a table.

    see(block) → partial              pure: in any thread, in any order
    merge(partial, partial) → partial associative, whatever comes first
    conclude(partial) → what was found, or Again: another fold, over the blocks that it names

A table has at least one block, which may have no rows.

Where what is kept grows with the rows, and there are many machines, each of them can settle a part
of it: what is kept of all blocks is divided by what the rows are about.

    divide(partial, parts) → rest, pieces       by a hash, so that what is equal comes together
    settle(partial) → partial                   of all pieces of a number; smaller, says the same

Where what is asked needs rows of another table besides, which are too many for one machine, they
are seen by `others`, and divided and settled together with those of the table itself.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge as merge_sorted
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import polars as pl

from mtopendata.reading.tables import Block, Place

if TYPE_CHECKING:
    from mtopendata.reading.block_source import BlockSource


class Fold(Protocol):
    """What looks at a table's blocks, one by one, and concludes something of the table."""

    def see(self, block: Block) -> Any:
        """What is kept of a block."""

    def merge(self, one: Any, other: Any) -> Any:
        """What is kept of the blocks of both."""

    def conclude(self, kept: Any) -> Any:
        """What follows from all blocks."""


@runtime_checkable
class Divisible(Fold, Protocol):
    """A fold that keeps something of every row. What the rest and the settled pieces of a table
    conclude together is what follows from all blocks.
    """

    def divide(self, kept: Any, parts: int) -> tuple[Any, Mapping[int, Any]]:
        """What is kept, in what hardly grows with the rows, and pieces of the rest by number."""

    def settle(self, kept: Any) -> Any:
        """What matters of the pieces of a number, merged, when there are no others."""


@runtime_checkable
class Leaving(Divisible, Protocol):
    """A divisible fold whose settled pieces can be too large for one machine."""

    def leave(self, kept: Any) -> Any:
        """What is kept of such a piece."""


@runtime_checkable
class Rejoining(Divisible, Protocol):
    """A divisible fold whose settled pieces come together once more, by something else."""

    def divide_again(self, settled: Any, parts: int) -> Mapping[int, Any]:
        """What was settled in a piece, in pieces by number."""

    def settle_again(self, kept: Any) -> Any:
        """What matters of these pieces of a number, merged, when there are no others."""


@runtime_checkable
class Joining(Divisible, Protocol):
    """A divisible fold that needs rows of other tables besides."""

    @property
    def others(self) -> Sequence[tuple["BlockSource", Fold]]:
        """Tables that were read before, each with a fold that sees and merges their blocks, whose
        partials this one can merge with its own, divide and settle. Each is put to all blocks.
        """


@runtime_checkable
class Resuming(Fold, Protocol):
    """A fold that has less to do for blocks of which it concluded once, at one look, that together
    they are in order.
    """

    def resume(self, kept: Any, blocks: frozenset[int]) -> Any:
        """What is kept, and that those of these numbers are in order."""


@dataclass(frozen=True, slots=True)
class Again:
    """A conclusion that needs a second look, at the blocks of these numbers; None: at all."""

    fold: Fold
    blocks: Collection[int] | None = None


class Concluded:
    """A fold that looks at nothing: its conclusion is known."""

    def __init__(self, conclusion: Any) -> None:
        self.conclusion = conclusion

    def see(self, block: Block) -> None:
        """Keep nothing."""

    def merge(self, one: None, other: None) -> None:
        """Keep nothing."""

    def conclude(self, kept: None) -> Any:
        """What was known."""
        del kept
        return self.conclusion


class Several:
    """Some folds as one, whose conclusion is what all of them find. None may look again."""

    def __init__(self, folds: Sequence[Fold]) -> None:
        self.folds = folds

    def see(self, block: Block) -> list[Any]:
        """What each keeps."""
        return [fold.see(block) for fold in self.folds]

    def merge(self, one: list[Any], other: list[Any]) -> list[Any]:
        """What each keeps of both."""
        parts = zip(self.folds, one, other, strict=True)
        return [fold.merge(mine, more) for fold, mine, more in parts]

    def conclude(self, kept: list[Any]) -> list[Any]:
        """What all of them find."""
        parts = zip(self.folds, kept, strict=True)
        return [item for fold, part in parts for item in fold.conclude(part)]


Fault = tuple[Place, *tuple[Any, ...]]
"""A row that fails, by its place, and what there is to say of it."""


@dataclass(frozen=True, slots=True)
class Failures:
    """How many rows fail, and the first of them in the order of the table."""

    count: int = 0
    listed: tuple[Fault, ...] = ()

    def plus(self, other: "Failures", limit: int) -> "Failures":
        """Those of both, of which `limit` are listed."""
        if not other.count:
            return self
        if not self.count:
            return other
        listed = merge_sorted(self.listed, other.listed, key=_place_of)
        return Failures(self.count + other.count, tuple(islice(listed, limit)))


NO_FAILURES = Failures()


def _place_of(fault: Fault) -> Place:
    return fault[0]


def failures_of(rows: pl.DataFrame, limit: int) -> Failures:
    """The rows of a frame as failures, in its order. The first two columns have their places, by
    the index of the file and the line, the others what there is to say.
    """
    first = rows.head(limit).iter_rows()
    listed = tuple((Place(part, line), *cells) for part, line, *cells in first)
    return Failures(rows.height, listed)


def failures(block: Block, indexes: Collection[int], limit: int, *cells: Iterable[Any]) -> Failures:
    """The rows of a block with these ascending indexes as failures. `cells` are what there is to
    say, value by value, of the first `limit`.
    """
    if not len(indexes):
        return NO_FAILURES
    places = (block.place(index) for index in islice(indexes, limit))
    return Failures(len(indexes), tuple(zip(places, *cells)))  # noqa: B905 - cells may be longer
