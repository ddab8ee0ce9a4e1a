"""JSON Lines in units of work: ranges of a file's bytes that hold whole lines, each one block. A
file that is compressed or no UTF-8 is one unit.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mtopendata.reading.blocks import Blocks, is_utf8
from mtopendata.reading.faults import Faults
from mtopendata.reading.file_states import file_state
from mtopendata.reading.json_tables import JsonJob, JsonTable
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


class JsonLinesUnits:
    """The units of a table of JSON Lines, which are files."""

    def __init__(self, table: JsonTable) -> None:
        self.table = table

    @property
    def _files(self) -> tuple[Path, ...]:
        return self.table.resource.files

    def divided(self, counting: Counting) -> list[Unit]:
        """The units."""
        found: list[Unit] = []
        number = 0
        table = self.table
        for part, _, of_head in table.parts():
            begin_faults(table, part, of_head)
            size = file_state(self._files[part])[1]
            if not self._can_be_divided():
                last = number + most_blocks(table.options.max_bytes + size)
                found.append(Unit(number, last, part, size))
                number = last + 1
                continue
            for span in self._spans(self._files[part], size, counting):
                found.append(Unit(number, number, part, size, span))
                number += 1
        return found

    def _can_be_divided(self) -> bool:
        resource = self.table.resource
        return not resource.compression and is_utf8(resource.encoding)

    def _spans(self, file: Path, size: int, counting: Counting) -> Iterator[Span]:
        """The ranges of a file that hold whole lines: a line of JSON has no line end in it."""
        ranges = ranges_of(size, width_of(self.table.options, size))
        if ranges[1:]:
            return spans(ranges, counting([FileRange(file, one, b"") for one in ranges]))
        return iter([Span(0, size, 1)] if size else [])

    def jobs(self, unit: Unit) -> tuple[Faults, Iterator[JsonJob]]:
        """The blocks of a unit, and the faults of its text."""
        file = self._files[unit.part]
        prove_size(file, unit)
        faults = Faults(self.table.options.limit)
        if unit.span is not None:
            return faults, self._lines(file, unit, unit.span, faults)
        numbered = enumerate(self.table.blocks(unit.part, faults), unit.number)
        return faults, (replace(job, number=number) for number, job in numbered)

    def _lines(self, file: Path, unit: Unit, span: Span, faults: Faults) -> Iterator[JsonJob]:
        data = bytes_in(file, span)
        how = self.table.resource.encoding, "", self.table.options.max_bytes, faults
        text = b"".join(Blocks(data, *how, start=(0, span.line)))
        yield JsonJob(unit.number, unit.part, text, span.line, span.end, unit.size)

    def expanded(self, _: JsonJob) -> int:
        """None: what is compressed is one unit."""
        return 0
