"""A table of which only the blocks are read that no earlier run has seen.

A block is known by its bytes, its place, and all else that decides what the folds see in it. What
they saw is kept for each block, and for each file which blocks it has, so that a file whose bytes
are the same need not be divided again.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.reading.faults import AmendError, Faults
from mtopendata.reading.folds import Again, Fold, Resuming
from mtopendata.reading.kept.cache import Cache
from mtopendata.reading.kept.plain import NotPlainError, from_parts, to_parts
from mtopendata.reading.tables import Block, Columns
from mtopendata.reading.typed_tables import TypedTable

Folds = Callable[[Columns], Sequence[Fold]]
Definition = Callable[[TypedTable, Columns, Sequence[Fold]], str]


@dataclass(frozen=True, slots=True)
class KnownJob:
    """A block of a file that an earlier run has seen whole, and the name of its entry."""

    number: int
    part: int
    entry: str
    done: int
    size: int


@dataclass(slots=True)
class Seen:
    """A block that is read, or None where an earlier run has seen it; its number of rows, and what
    the folds see in it. `entry` is where that is kept, if anywhere.
    """

    number: int
    part: int
    entry: str | None
    block: Block | None
    partials: list[Any]
    rows: int


class LostError(AmendError):
    """A block that was kept is not: its file must be read."""


class KeptTable:
    """A table whose blocks need not be read where the cache knows them. `definition` tells, by the
    table's columns and folds, what besides a block decides what is seen in it.
    """

    def __init__(self, source: TypedTable, cache: Cache, definition: Definition) -> None:
        self.source = source
        self.cache = cache
        self.definition = definition
        self.digests = cache.digests(source.resource.files)
        self.defined = ""
        self.folds = 0
        self._trusts_files = True
        self._looks = 0
        self._given: dict[int, list[int]] = {}
        self.entries: dict[int, str] = {}
        self._known: set[int] = set()

    @property
    def name(self) -> str:
        """The table's."""
        return self.source.name

    def begin(self) -> Columns | None:
        """The table's columns."""
        self._looks = 0
        self._given, self.entries, self._known = {}, {}, set()
        return self.source.begin()

    def amend(self, error: AmendError) -> None:
        """Learn how the table must be read."""
        if isinstance(error, LostError):
            self._trusts_files = False
        else:
            self.source.amend(error)

    def folds_of(self, folds: Folds) -> Folds:
        """The folds, which are asked only of blocks that are not known."""

        def of_columns(columns: Columns) -> Sequence[Fold]:
            found = folds(columns)
            self.folds = len(found)
            self.defined = self.definition(self.source, columns, found)
            return [KeptFold(fold, index, self) for index, fold in enumerate(found)]

        return of_columns

    def jobs(self) -> Iterator[Any]:
        """The blocks. At the first look files that are known are not read; later looks want their
        rows.
        """
        self._looks += 1
        if self._looks > 1:
            yield from self.source.jobs()
            return
        for job in self.source.jobs(self._known_blocks if self._trusts_files else None):
            self._given.setdefault(job.part, []).append(job.number)
            yield job

    def _known_blocks(self, part: int, number: int) -> list[KnownJob] | None:
        """The blocks of a file, whose first one has this number; None: it is not known."""
        kept = self._value(self._file_entry(part, number))
        if not isinstance(kept, tuple):
            return None
        entries, ends = kept
        self._known.add(part)
        self.source.faults[part] = Faults(self.source.options.limit, line_ends=set(ends))
        count, size = len(entries), self.source.resource.files[part].stat().st_size
        return [
            KnownJob(number + index, part, entry, size * (index + 1) // count, size)
            for index, entry in enumerate(entries)
        ]

    def read(self, job: Any) -> Any:
        """A block as Seen; at a later look, the block."""
        if self._looks > 1:
            return self.source.read(job)
        entry = job.entry if isinstance(job, KnownJob) else self._block_entry(job)
        kept = None if entry is None else self._value(entry)
        if entry and isinstance(kept, list) and len(kept) == self.folds + 1:
            self.entries[job.number] = entry
            rows = kept.pop()
            return Seen(job.number, job.part, entry, None, kept, rows)
        if isinstance(job, KnownJob):
            raise LostError
        block = self.source.read(job)
        return Seen(job.number, job.part, entry, block, [], block.rows)

    def keep(self, seen: Seen) -> None:
        """Keep what all folds have seen of a block, unless it is more than plain data."""
        if seen.entry is None:
            return
        try:
            parts = to_parts([*seen.partials, seen.rows])
        except NotPlainError:
            return
        self.cache.put(seen.entry, parts)
        self.entries[seen.number] = seen.entry

    def keep_files(self) -> None:
        """Keep which blocks each file has, once all are seen. A file with faults as a whole, or of
        which a block is not kept, is read again.
        """
        for part, numbers in self._given.items():
            entries = [self.entries.get(number) for number in numbers]
            is_known = part in self._known
            if not is_known and self.source.is_plain(part) and None not in entries:
                ends = sorted(self.source.faults[part].line_ends)
                self.cache.put(self._file_entry(part, numbers[0]), to_parts((entries, ends)))

    def value(self, *names: object) -> Any:
        """What is kept under these names; None: nothing is."""
        return self._value(self._entry(*names))

    def put(self, value: Any, *names: object) -> None:
        """Keep plain data under these names."""
        self.cache.put(self._entry(*names), to_parts(value))

    def _value(self, entry: str) -> Any:
        parts = self.cache.get(entry)
        try:
            return None if parts is None else from_parts(parts)
        except NotPlainError:
            return None

    def _file_entry(self, part: int, number: int) -> str:
        return self._entry("file", self.digests[part], part, number)

    def _block_entry(self, job: Any) -> str | None:
        identity = self.source.identity(job, self.digests[job.part])
        return None if identity is None else self._entry("block", job.number, job.part, *identity)

    def _entry(self, *names: object) -> str:
        return hashlib.sha256("\0".join(map(str, (self.defined, *names))).encode()).hexdigest()


class KeptFold:
    """A fold that is asked only of blocks that no earlier run has seen."""

    def __init__(self, fold: Fold, index: int, table: KeptTable) -> None:
        self.fold = fold
        self.index = index
        self.table = table

    def see(self, seen: Any) -> Any:
        """What the fold keeps of a block, or kept of it in an earlier run."""
        if seen.block is None:
            return seen.partials[self.index]
        partial = self.fold.see(seen.block)
        seen.partials.append(partial)
        if len(seen.partials) == self.table.folds:
            self.table.keep(seen)
        return partial

    def merge(self, one: Any, other: Any) -> Any:
        """As the fold does."""
        return self.fold.merge(one, other)

    def conclude(self, kept: Any) -> Any:
        """As the fold does; it is told which blocks together were once found to be in order."""
        if self.index == 0:
            self.table.keep_files()
        if not isinstance(self.fold, Resuming):
            return self.fold.conclude(kept)
        single = self.table.value("single", self.index)
        known = set(single) if isinstance(single, list) else set()
        entries = self.table.entries
        blocks = frozenset(number for number, entry in entries.items() if entry in known)
        conclusion = self.fold.conclude(self.fold.resume(kept, blocks))
        if not isinstance(conclusion, Again):
            self.table.put(sorted(entries.values()), "single", self.index)
        return conclusion
