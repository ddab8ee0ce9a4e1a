"""A table whose cells have types in units of work: of Parquet so many rows of a file as some blocks
have; of a database, or a file of Parquet that is compressed, the whole file.
"""

from collections.abc import Iterator

from mtopendata.reading.blocks import BLOCK
from mtopendata.reading.faults import ChangedError, Faults, of_part
from mtopendata.reading.file_states import file_state
from mtopendata.reading.parquet_files import ParquetFile, expanded
from mtopendata.reading.stored_tables import FIRST_ROW, StoredJob, StoredTable, TypedFile
from mtopendata.reading.units.ranges import Span
from mtopendata.reading.units.unit import Counting, Unit, prove_size, width_of


class StoredUnits:
    """The units of a table whose cells have types."""

    def __init__(self, table: StoredTable) -> None:
        self.table = table

    def divided(self, _: Counting) -> list[Unit]:
        """The units: a file of Parquet tells how many rows it has."""
        found: list[Unit] = []
        number = 0
        for part, file in self.table.parts():
            size = file_state(self.table.resource.files[part])[1]
            if isinstance(file, ParquetFile) and not self.table.resource.compression:
                found += self._ranges(part, file, number, size)
            else:
                with of_part(part):
                    last = number + file.height  # there are not more blocks than rows
                found.append(Unit(number, last, part, size))
            number = found[-1].last + 1 if found else 0
        return found

    def _ranges(self, part: int, file: ParquetFile, number: int, size: int) -> Iterator[Unit]:
        options = self.table.options
        height = file.block_height(min(options.block or BLOCK, BLOCK))
        blocks = max(1, width_of(options, size) // BLOCK)
        for start in range(0, file.height, height * blocks):
            end = min(start + height * blocks, file.height)
            last = number - (start - end) // height - 1
            yield Unit(number, last, part, size, Span(start, end, FIRST_ROW + start))
            number = last + 1

    def jobs(self, unit: Unit) -> tuple[Faults, Iterator[StoredJob]]:
        """The blocks of a unit: what is wrong with whole columns is known before."""
        prove_size(self.table.resource.files[unit.part], unit)
        file = self.table.file(unit.part)
        if file.labels != self.table.labels:
            raise ChangedError
        return Faults(self.table.options.limit), _jobs(file, unit)

    def expanded(self, job: StoredJob) -> int:
        """The bytes that the block's rows take of memory, where they are Parquet's."""
        return expanded(job.rows) if isinstance(job.file, ParquetFile) else 0


def _jobs(file: TypedFile, unit: Unit) -> Iterator[StoredJob]:
    line = FIRST_ROW
    blocks = file.blocks(BLOCK)
    if unit.span is not None and isinstance(file, ParquetFile):
        line = unit.span.line
        blocks = file.blocks(BLOCK, range(unit.span.start, unit.span.end))
    for number, rows in enumerate(blocks, unit.number):
        yield StoredJob(number, unit.part, file, rows, line, unit.size)
        line += len(rows)
