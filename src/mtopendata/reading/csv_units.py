"""A CSV resource in units of work, each of which can be read by itself, where its files are seen.

A unit is a range of a file's bytes that holds whole records, which are one block. What no range can
be told of is one unit: a compressed file, one of another encoding or dialect, and what comes after
a stray quote.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtopendata.reading.blocks import BLOCK, Blocks
from mtopendata.reading.csv_tables import CsvTable, Job, file_state
from mtopendata.reading.faults import ChangedError, Faults
from mtopendata.reading.ranges import Counts, Range, Span, bytes_of, counts_of, ranges_of, spans
from mtopendata.reading.records import BATCH, LONGEST, Raw, Records, stream

RANGE = 8 * 1024**2
"""The bytes of a range: a few blocks of one machine, so that a worker's memory hardly matters."""
WIDEST = 8 * RANGE
RANGES = 10_000
"""So many ranges of a file are enough: from there on, they grow up to the widest."""


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


def bytes_in(table: CsvTable) -> int:
    """The bytes of a table's files; 0 where it stands in the descriptor."""
    return sum(file_state(file)[1] for file in table.contents if isinstance(file, Path))


def byte_units(table: CsvTable, counting: Counting) -> list[Unit]:
    """The units of a table, whose header is read; none where it has no records.

    UnreadableError: as of a table's jobs.
    """
    found: list[Unit] = []
    number = 0
    for part, records, of_header in table.parts():
        # Who reads the units finds the faults of the text.
        table.faults[part] = Faults(table.options.limit)
        for fault in of_header:
            table.faults[part].add(fault)
        for unit in _units(table, part, records, number, counting):
            found.append(unit)
            number = unit.last + 1
    return found


def _units(
    table: CsvTable, part: int, records: Records, number: int, counting: Counting
) -> Iterator[Unit]:
    file = table.contents[part]
    if not isinstance(file, Path) or not _can_be_divided(table, records):
        most = table.options.max_bytes if table.resource.compression else records.size
        yield Unit(number, number + _most_blocks(most), part, records.size)
        return
    width = table.options.block or min(max(RANGE, records.size // RANGES), WIDEST)
    quote = (table.resource.dialect.quote_char or "").encode()
    ranges = ranges_of(records.size, width)
    counts = counting([FileRange(file, one, quote) for one in ranges]) if ranges[1:] else None
    whole = [Span(0, records.size, 1)]
    for span in spans(ranges, counts) if counts else whole:
        length = span.end - span.start
        if table.is_stream_from(part, number) or length > LONGEST + 2 * width:
            last = number + _most_blocks(records.size - span.start)
            yield Unit(number, last, part, records.size, span, is_stream=True)
            return
        yield Unit(number, number, part, records.size, span)
        number += 1


def _can_be_divided(table: CsvTable, records: Records) -> bool:
    """Whether records of a file end where a line ends that no quote encloses, byte for byte."""
    resource = table.resource
    quote = resource.dialect.quote_char
    is_plain = records.is_plain and quote not in ("\r", "\n")
    return is_plain and records.is_utf8 and not resource.compression


def _most_blocks(size: int) -> int:
    """In no more blocks than that are so many bytes read."""
    return 2 * size // min(BATCH, BLOCK) + 2


def jobs_of(table: CsvTable, unit: Unit) -> tuple[Faults, Iterator[Job]]:
    """The blocks of a unit, and the faults of its text as a whole, complete once all are read.

    The `block` of the table's options must be None: it is the width of ranges. OSError: the file
    cannot be read here. UnreadableError: its bytes are no text, or other ones.
    """
    file = table.contents[unit.part]
    if isinstance(file, Path) and file.stat().st_size != unit.size:
        raise ChangedError
    faults, raws = _raws(table, unit, file)
    numbered = enumerate(raws, start=unit.number)
    return faults, (Job(number, unit.part, raw, unit.size) for number, raw in numbered)


def _raws(table: CsvTable, unit: Unit, file: Path | bytes) -> tuple[Faults, Iterator[Raw]]:
    span = unit.span
    if span is None or not isinstance(file, Path):
        records = table.opened(unit.part)
        return records.faults, records.blocks()
    if unit.is_stream and not span.start:
        records = table.opened(unit.part)
        blocks = records.blocks()
        first = next(blocks, None)
        return records.faults, records.streamed(first, blocks) if first else iter(())
    if unit.is_stream:
        source = _blocks(table, file, (span.start, span.line))
        return source.faults, stream(source, span.line, table.resource.dialect, source)
    data = bytes_of(file, span.start, span.end)
    if len(data) < span.end - span.start:
        raise ChangedError
    if span.start:
        source = _blocks(table, data, (0, span.line))
        return source.faults, iter([Raw(span.line, b"".join(source), read=span.end)])
    records = table.opened(unit.part, data)
    pieces = list(records.blocks())
    joined = b"".join(piece.data or b"" for piece in pieces)
    raws = [Raw(pieces[0].line, joined, read=span.end)] if pieces else []
    return records.faults, iter(raws)


def _blocks(table: CsvTable, file: Path | bytes, start: tuple[int, int]) -> Blocks:
    options = table.options
    faults = Faults(options.limit)
    encoding = table.resource.encoding
    return Blocks(file, encoding, "", options.max_bytes, faults, start=start)
