"""What tables have in common that can be divided into units of work, each of which can be read by
itself, where the table's files are seen.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mtopendata.reading.blocks import BLOCK
from mtopendata.reading.faults import ChangedError, Fault, Faults
from mtopendata.reading.options import Options
from mtopendata.reading.records import BATCH
from mtopendata.reading.typed_tables import TypedTable
from mtopendata.reading.units.ranges import Counts, Range, Span, bytes_of, counts_of

RANGE = 8 * 1024**2
"""The bytes of a range: a few blocks of one machine, so that a worker's memory hardly matters."""
WIDEST = 8 * RANGE
RANGES = 10_000
"""So many ranges of a file are enough: from there on, they grow up to the widest."""


def width_of(options: Options, size: int) -> int:
    """The bytes of the ranges of a file of this size."""
    return options.block or min(max(RANGE, size // RANGES), WIDEST)


@dataclass(frozen=True, slots=True)
class Unit:
    """Records that are still to be read, of the file `part`, which has `size` bytes: those of the
    `span`, None: all; `is_stream`: all that follow its beginning. Its first block has the `number`,
    and the next unit's the one after its `last`.
    """

    number: int
    last: int
    part: int
    size: int
    span: Span | None = None
    is_stream: bool = False


@dataclass(frozen=True, slots=True)
class FileRange:
    """A range of a file, and how it quotes."""

    file: Path
    part: Range
    quote: bytes

    def counts(self) -> Counts:
        """What the range holds. OSError: it cannot be read."""
        return counts_of(self.file, self.part, self.quote)


Counting = Callable[[Sequence[FileRange]], Sequence[Counts]]
"""Counts what ranges hold, wherever that is done."""


class Units(Protocol):
    """A table that can be divided."""

    @property
    def table(self) -> TypedTable:
        """The table, whose header is read."""

    def divided(self, counting: Counting) -> list[Unit]:
        """The units, of a table whose header is read; none where it has no records.

        UnreadableError: as of the table's jobs.
        """

    def jobs(self, unit: Unit) -> tuple[Faults, Iterator[Any]]:
        """The blocks of a unit, and the faults of its text as a whole, complete once all are read.

        The `block` of the table's options must be None: it is the width of ranges. OSError: the
        file cannot be read here. UnreadableError: its bytes are no text, or other ones.
        """

    def expanded(self, job: Any) -> int:
        """The bytes that a block which was read expands to, where these are limited over all units
        of a file.
        """


def most_blocks(size: int) -> int:
    """In no more blocks than that are so many bytes read."""
    return 2 * size // min(BATCH, BLOCK) + 2


def begin_faults(table: TypedTable, part: int, of_head: Iterable[Fault]) -> None:
    """Begin a file's faults with those of its head: who reads the units finds those of the text."""
    table.faults[part] = Faults(table.options.limit)
    for fault in of_head:
        table.faults[part].add(fault)


def bytes_in(file: Path, span: Span) -> bytes:
    """The bytes of a span. ChangedError: the file ends before."""
    data = bytes_of(file, span.start, span.end)
    if len(data) < span.end - span.start:
        raise ChangedError
    return data


def prove_size(file: Path, unit: Unit) -> None:
    """ChangedError: the file is not the one that was divided. OSError: it cannot be read here."""
    with file.open("rb"):
        if file.stat().st_size != unit.size:
            raise ChangedError
