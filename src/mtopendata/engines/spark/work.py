"""What workers do for one table: count what ranges of its files hold, or put folds to its units."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from mtopendata.engines.spark.carried import carried, unpacked
from mtopendata.engines.spark.turns import STOPPED
from mtopendata.reading.faults import AmendError, Faults, UnreadableError
from mtopendata.reading.folds import Divisible, Fold, Leaving, Rejoining
from mtopendata.reading.units.ranges import Counts
from mtopendata.reading.units.unit import FileRange, Unit, Units

REST = -1
"""The number of what belongs to no piece."""
Piece = tuple[int, bytes]
"""What belongs to a number, and that."""


class Work(Protocol):
    """What is done in tasks, which are numbered from 0."""

    def do(self, task: int) -> Iterator[Piece]:
        """What comes of a task: pieces with their numbers."""

    def join(self, shuffle: int, number: int, pieces: Sequence[bytes]) -> Iterator[Piece]:
        """What follows from all pieces of a number, which come together after the shuffle of this
        number, from 1 on: pieces for the next one, with their numbers, or what is told.
        """


@dataclass(frozen=True, slots=True)
class UnseenFile:
    """A file that a worker cannot read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class CountWork:
    """The counting of ranges, some for each task."""

    tasks: Sequence[Sequence[tuple[int, FileRange]]]

    def do(self, task: int) -> Iterator[Piece]:
        """What the ranges hold, by their numbers, or the file that cannot be read."""
        found: dict[int, Counts] | UnseenFile = {}
        try:
            found = {number: part.counts() for number, part in self.tasks[task]}
        except OSError as error:
            found = _unseen(error)
        yield REST, carried(found)

    def join(self, shuffle: int, number: int, pieces: Sequence[bytes]) -> Iterator[Piece]:
        """Never needed: there are no pieces."""
        raise NotImplementedError(shuffle, number, pieces)


@dataclass(frozen=True, slots=True)
class Looked:
    """A table, and who sees its blocks, by the index of the fold that keeps what is seen."""

    units: Units
    folds: Mapping[int, Fold]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of some units: of the table itself the rows, and the faults of the text by the
    unit's number, with the index of its file; by its index what a file was `expanded` to, in bytes;
    and by their index what the folds keep. `failed` is the first unit of which nothing can be
    known, by its number behind that of its table, and why.
    """

    rows: int = 0
    faults: Mapping[int, tuple[int, Faults]] = field(default_factory=dict)
    expanded: Mapping[int, int] = field(default_factory=dict)
    kept: Mapping[int, Any] = field(default_factory=dict)
    failed: tuple[tuple[int, int], Exception | UnseenFile] | None = None


@dataclass(frozen=True, slots=True)
class SeeWork:
    """Folds put to the units of a table, the first, and of the others that they need; some for each
    task, with the indexes of their tables. What the folds keep of every row is divided into so many
    `pieces`; 0: there is no such fold. Of more than `most` bytes, what one can leave stays there.
    """

    tables: Sequence[Looked]
    folds: Sequence[Fold]
    tasks: Sequence[Sequence[tuple[int, Unit]]]
    pieces: int
    most: int

    def do(self, task: int) -> Iterator[Piece]:
        """What was seen of the task's units, up to one of which nothing can be known."""
        seen = Seen()
        for index, unit in self.tasks[task]:
            seen = both_seen(self.folds, seen, self._seen(index, unit))
            if seen.failed or STOPPED.is_set():
                break
        rest, pieces = self._divided(seen.kept)
        yield REST, carried(replace(seen, kept=rest))
        for number, kept in pieces.items():
            yield number, carried(Seen(kept=kept))

    @property
    def shuffles(self) -> int:
        """How often pieces come together."""
        is_again = any(isinstance(fold, Rejoining) for fold in self.folds)
        return 0 if not self.pieces else 2 if is_again else 1

    def join(self, shuffle: int, number: int, pieces: Sequence[bytes]) -> Iterator[Piece]:
        """What was seen in all tasks, of which pieces are settled."""
        seen = Seen()
        for piece in pieces:
            seen = both_seen(self.folds, seen, unpacked(piece))
        if number == REST:
            yield REST, carried(seen)
            return
        divisible = self._divisible(seen.kept)
        kept = {index: self._settled(shuffle, fold, seen.kept[index]) for index, fold in divisible}
        if shuffle == self.shuffles:
            yield number, carried(replace(seen, kept=kept))
            return
        rest, again = self._divided_again(kept)
        yield REST, carried(Seen(kept=rest))
        for other, parts in again.items():
            yield other, carried(Seen(kept=parts))

    def _settled(self, shuffle: int, fold: Divisible, kept: Any) -> Any:
        """What matters of all pieces of a number, as far as it can be carried."""
        if shuffle > 1:
            return fold.settle_again(kept) if isinstance(fold, Rejoining) else kept
        settled = fold.settle(kept)
        if isinstance(fold, Leaving) and len(carried(settled)) > self.most:
            return fold.leave(settled)
        return settled

    def _divided_again(
        self, settled: Mapping[int, Any]
    ) -> tuple[Mapping[int, Any], Mapping[int, dict[int, Any]]]:
        """What is settled, and the pieces by number and fold of what comes together once more."""
        rest = dict(settled)
        found: dict[int, dict[int, Any]] = {}
        for index, fold in enumerate(self.folds):
            if index in settled and isinstance(fold, Rejoining):
                for number, piece in fold.divide_again(rest.pop(index), self.pieces).items():
                    found.setdefault(number, {})[index] = piece
        return rest, found

    def _divided(
        self, kept: Mapping[int, Any]
    ) -> tuple[Mapping[int, Any], Mapping[int, dict[int, Any]]]:
        """What hardly grows with the rows, and the pieces of the rest by number and fold."""
        rest = dict(kept)
        found: dict[int, dict[int, Any]] = {}
        for index, fold in self._divisible(kept) if self.pieces else ():
            rest[index], pieces = fold.divide(kept[index], self.pieces)
            for number, piece in pieces.items():
                found.setdefault(number, {})[index] = piece
        return rest, found

    def _divisible(self, kept: Mapping[int, Any]) -> Iterator[tuple[int, Divisible]]:
        for index, fold in enumerate(self.folds):
            if index in kept and isinstance(fold, Divisible):
                yield index, fold

    def _seen(self, index: int, unit: Unit) -> Seen:
        """What is seen of a unit of the table of this index."""
        units, folds = self.tables[index].units, self.tables[index].folds
        seen = Seen()
        job = units.table.empty
        try:
            faults, jobs = units.jobs(unit)
            for job in jobs:
                block = units.table.read(job)
                kept = {number: fold.see(block) for number, fold in folds.items()}
                sizes = {job.part: size} if (size := units.expanded(job)) else {}
                one = Seen(block.frame.height, expanded=sizes, kept=kept)
                seen = both_seen(self.folds, seen, one)
        except AmendError as error:
            error.number, error.part = job.number, job.part
            return Seen(failed=((index, job.number), error))
        except UnreadableError as error:
            error.part = unit.part
            return Seen(failed=((index, unit.number), error))
        except OSError as error:
            return Seen(failed=((index, unit.number), _unseen(error)))
        if index:
            return Seen(kept=seen.kept)
        is_any = faults.counts or faults.line_ends
        return replace(seen, faults={unit.number: (unit.part, faults)} if is_any else {})


def _unseen(error: OSError) -> UnseenFile:
    return UnseenFile(str(error.filename), error.strerror or str(error))


def both_seen(folds: Sequence[Fold], one: Seen, other: Seen) -> Seen:
    """What was seen of the units of both."""
    kept = {**one.kept, **other.kept}
    for index in one.kept.keys() & other.kept.keys():
        kept[index] = folds[index].merge(one.kept[index], other.kept[index])
    failed = [each.failed for each in (one, other) if each.failed is not None]
    return Seen(
        one.rows + other.rows,
        {**one.faults, **other.faults},
        dict(Counter(one.expanded) + Counter(other.expanded)),
        kept,
        min(failed, key=lambda pair: pair[0]) if failed else None,
    )
