"""The blocks of a table seen by the tasks of a cluster, whatever cluster that is."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from mtopendata.engines.spark.carried import carried, unpacked
from mtopendata.engines.spark.work import CountWork, Looked, Seen, SeeWork, UnseenFile, both_seen
from mtopendata.reading.block_source import BlockSource
from mtopendata.reading.faults import (
    AmendError,
    ChangedError,
    ReadHereError,
    TooLargeError,
    UnreadableError,
)
from mtopendata.reading.file_states import file_state
from mtopendata.reading.folds import Divisible, Fold, Joining
from mtopendata.reading.options import Options
from mtopendata.reading.scanning import by_threads
from mtopendata.reading.typed_tables import TypedTable
from mtopendata.reading.units.dividing import units_of
from mtopendata.reading.units.ranges import Counts
from mtopendata.reading.units.unit import RANGE, FileRange, Unit
from mtopendata.values.errors import MtopendataError

Some = TypeVar("Some")

Cluster = Callable[[bytes, int, int], Iterable[bytes]]
"""Does some Work, carried as bytes, in so many tasks, and joins the pieces of each number after
each of so many shuffles; returns in any order what comes of the last.

MtopendataError: it cannot.
"""

TASKS = 64
"""Up to so many tasks have one unit each, so that many cores are busy with a small table."""
UNITS = 16
"""Beyond, a task has so many, so that less is merged in the end."""
WIDTHS = 16
"""What is kept of the rows of so many ranges is settled by one worker."""
MOST = 120 * 1024**2
"""Bytes of work that a message of Spark Connect carries, with some room: it may have 128 MiB, and
the work is in it for the tasks, and again for the joining after each shuffle.
"""
MOST_KEPT = 24 * 1024**2
"""Bytes of keys of a parent that go to every worker: where there are more, they come together with
those that refer to them, for which the parent is read again. Of hashes of rows that stand twice:
where there are more, the rows come together by their keys.
"""
LEAST_KEPT = 4096
"""Bytes of it that every piece may have, however many there are."""


class Spread:
    """Puts folds to the units of a table on a cluster. The threads of this process are left what
    cannot be divided, or is no larger than one range, and what takes more than a message carries.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._counted: dict[tuple[Any, ...], Sequence[Counts]] = {}
        self._is_left: dict[BlockSource, bool] = {}
        self._too_much: set[BlockSource] = set()

    def __call__(
        self,
        source: BlockSource,
        folds: Sequence[Fold],
        blocks: Collection[int] | None,
        options: Options,
    ) -> list[Any]:
        """What the folds keep of the blocks of these numbers, or of all.

        ReadHereError: that takes more than a message carries.
        """
        width = options.block or RANGE
        tables = _looked(source, folds)
        if tables is None or self._are_left(tables, width):
            return by_threads(source, folds, blocks, options)
        work = self._work(tables, folds, blocks, width)
        message = carried(work)
        if len(message) * (1 + work.shuffles) > MOST:
            self._too_much.add(source)
            raise ReadHereError
        seen = self._seen(work, message)
        table = tables[0].units.table
        for number in sorted(seen.faults):
            part, faults = seen.faults[number]
            table.faults[part].include(faults)
        for each in tables:
            for part in range(len(each.units.table.contents)):
                each.units.table.prove_unchanged(part)
        if options.progress:
            options.progress(source.name, seen.rows, table.size, table.size)
        if len(seen.kept) == len(folds):
            return [seen.kept[index] for index in range(len(folds))]
        if blocks is not None and table.empty.number not in blocks:
            raise ChangedError  # blocks that were there before are not
        empty = table.read(table.empty)
        return [fold.see(empty) for fold in folds]

    def _work(
        self,
        tables: Sequence[Looked],
        folds: Sequence[Fold],
        blocks: Collection[int] | None,
        width: int,
    ) -> SeeWork:
        """What is to be done; nothing where the table itself has no records."""
        units = tables[0].units.divided(self._counts)
        shares = [(0, unit) for unit in units if _is_asked(unit, blocks)]
        for index, other in enumerate(tables[1:] if shares else (), start=1):
            shares += [(index, unit) for unit in other.units.divided(self._counts)]
        is_divisible = any(isinstance(fold, Divisible) for fold in folds)
        # A file of Parquet has more ranges than its bytes tell.
        widths = max(len(shares), sum(each.units.table.size for each in tables) // width)
        pieces = widths // WIDTHS + 1 if is_divisible else 0
        most = max(MOST_KEPT // max(1, pieces), LEAST_KEPT)
        return SeeWork(tables, folds, _tasks(shares), pieces, most)

    def _are_left(self, tables: Sequence[Looked], width: int) -> bool:
        """Whether a table is read here; then always, since blocks have other numbers elsewhere. If
        its folds need other tables besides, these are too large for that.
        """
        source = tables[0].units.table
        if source in self._too_much:
            return True
        if tables[1:]:
            self._is_left[source] = False
        return self._is_left.setdefault(source, source.size <= width)

    def _seen(self, work: SeeWork, message: bytes) -> Seen:
        """What was seen in all tasks. AmendError, UnreadableError: in the first unit that has one.

        MtopendataError: a worker cannot read a file, or another table is not what it was.
        """
        seen = Seen()
        tasks = len(work.tasks)
        for found in self.cluster(message, tasks, work.shuffles) if tasks else ():
            seen = both_seen(work.folds, seen, unpacked(found))
        _prove_not_too_large(work.tables[0].units.table, seen)
        if seen.failed is None:
            return seen
        (index, _), why = seen.failed
        if isinstance(why, UnseenFile):
            raise _not_seen(why)
        if index:
            changed = ChangedError()  # it could be read before
            name = work.tables[index].units.table.name
            raise MtopendataError(name, str(changed), changed.hint)
        raise why

    def _counts(self, ranges: Sequence[FileRange]) -> Sequence[Counts]:
        """What the ranges of a file hold, which is counted once."""
        file, quote = ranges[0].file, ranges[0].quote
        known = file, file_state(file), quote, len(ranges)
        if known not in self._counted:
            self._counted[known] = self._counted_anew(ranges)
        return self._counted[known]

    def _counted_anew(self, ranges: Sequence[FileRange]) -> Sequence[Counts]:
        counts: dict[int, Counts] = {}
        work = CountWork(_tasks(list(enumerate(ranges))))
        for data in self.cluster(carried(work), len(work.tasks), 0):
            found = unpacked(data)
            if isinstance(found, UnseenFile):
                raise _not_seen(found)
            counts |= found
        return [counts[number] for number in range(len(ranges))]


def _prove_not_too_large(table: TypedTable, seen: Seen) -> None:
    """TooLargeError: a file expands to more than is allowed, all units of it together. What failed
    in it, or in one before, comes first.
    """
    failed = seen.failed[1] if seen.failed else None
    before = failed.part if isinstance(failed, UnreadableError | AmendError) else 0
    for part in sorted(one for one in seen.expanded if failed is None or one < before):
        if seen.expanded[part] > table.options.max_bytes:
            error = TooLargeError(table.options.max_bytes)
            error.part = part
            raise error


def _looked(source: BlockSource, folds: Sequence[Fold]) -> list[Looked] | None:
    """A table, and those that folds need besides; None where one of these cannot be divided."""
    wanted = [(source, dict(enumerate(folds)))]
    for index, fold in enumerate(folds):
        others = fold.others if isinstance(fold, Joining) else ()
        wanted += [(other, {index: look}) for other, look in others]
    found = [(units_of(table), looks) for table, looks in wanted]
    tables = [Looked(units, looks) for units, looks in found if units is not None]
    return tables if len(tables) == len(found) else None


def _is_asked(unit: Unit, blocks: Collection[int] | None) -> bool:
    if blocks is None or unit.number in blocks:
        return True
    return unit.last > unit.number and any(unit.number < one <= unit.last for one in blocks)


def _tasks(items: Sequence[Some]) -> list[Sequence[Some]]:
    """Consecutive items for each task."""
    count = min(len(items), max(TASKS, -(-len(items) // UNITS)))
    bounds = [number * len(items) // count for number in range(count + 1)] if count else [0]
    return [items[start:end] for start, end in pairwise(bounds)]


def _not_seen(file: UnseenFile) -> MtopendataError:
    return MtopendataError(
        file.path,
        f"a worker cannot read it: {file.reason}",
        "put the package where all workers see it under the same path",
    )
