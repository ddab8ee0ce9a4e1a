"""A CSV resource in units of work.

A unit is a range of a file's bytes that holds whole records, which are one block. What no range can
be told of is one unit: a compressed file, one of another encoding or dialect, and what comes after
a stray quote.
"""

from collections.abc import Iterator
from pathlib import Path

from mtopendata.reading.blocks import Blocks
from mtopendata.reading.csv_tables import CsvTable, Job
from mtopendata.reading.faults import Faults
from mtopendata.reading.records import LONGEST, Raw, Records, stream
from mtopendata.reading.units.ranges import Span, ranges_of, spans
from mtopendata.reading.units.unit import (
    Counting,
    FileRange,
    Unit,
    begin_faults,
    bytes_in,
    most_blocks,
    prove_size,
    width_of,
)


class CsvUnits:
    """The units of a CSV."""

    def __init__(self, table: CsvTable) -> None:
        self.table = table

    def divided(self, counting: Counting) -> list[Unit]:
        """The units."""
        found: list[Unit] = []
        number = 0
        for part, records, of_header in self.table.parts():
            begin_faults(self.table, part, of_header)
            for unit in _units(self.table, part, records, number, counting):
                found.append(unit)
                number = unit.last + 1
        return found

    def jobs(self, unit: Unit) -> tuple[Faults, Iterator[Job]]:
        """The blocks of a unit, and the faults of its text."""
        file = self.table.contents[unit.part]
        if isinstance(file, Path):
            prove_size(file, unit)
        faults, raws = _raws(self.table, unit, file)
        numbered = enumerate(raws, start=unit.number)
        return faults, (Job(number, unit.part, raw, unit.size) for number, raw in numbered)

    def expanded(self, _: Job) -> int:
        """None: what is compressed is one unit."""
        return 0


def _units(
    table: CsvTable, part: int, records: Records, number: int, counting: Counting
) -> Iterator[Unit]:
    file = table.contents[part]
    if not isinstance(file, Path) or not _can_be_divided(table, records):
        most = table.options.max_bytes if table.resource.compression else records.size
        yield Unit(number, number + most_blocks(most), part, records.size)
        return
    width = width_of(table.options, records.size)
    quote = (table.resource.dialect.quote_char or "").encode()
    ranges = ranges_of(records.size, width)
    counts = counting([FileRange(file, one, quote) for one in ranges]) if ranges[1:] else None
    whole = [Span(0, records.size, 1)]
    for span in spans(ranges, counts) if counts else whole:
        length = span.end - span.start
        if table.is_stream_from(part, number) or length > LONGEST + 2 * width:
            last = number + most_blocks(records.size - span.start)
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
    data = bytes_in(file, span)
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
