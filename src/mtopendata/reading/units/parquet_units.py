"""A resource of Parquet in units of work, which are rows of a file: as many as some blocks have."""

from collections.abc import Iterator

from mtopendata.reading.blocks import BLOCK
from mtopendata.reading.faults import ChangedError, Faults
from mtopendata.reading.file_states import file_state
from mtopendata.reading.parquet_files import ParquetFile, expanded
from mtopendata.reading.stored_tables import FIRST_ROW, StoredJob, StoredTable
from mtopendata.reading.units.ranges import Span
from mtopendata.reading.units.unit import Counting, Unit, prove_size, width_of


class ParquetUnits:
    """The units of a table of Parquet that is not compressed as a file."""

    def __init__(self, table: StoredTable) -> None:
        self.table = table

    def divided(self, _: Counting) -> list[Unit]:
        """The units: a file tells how many rows it has."""
        found: list[Unit] = []
        number = 0
        options = self.table.options
        for part, file in self.table.parts():
            assert isinstance(file, ParquetFile)  # noqa: S101 - as of all files of the table
            size = file_state(self.table.resource.files[part])[1]
            height = file.block_height(min(options.block or BLOCK, BLOCK))
            blocks = max(1, width_of(options, size) // BLOCK)
            for start in range(0, file.height, height * blocks):
                end = min(start + height * blocks, file.height)
                last = number - (start - end) // height - 1
                span = Span(start, end, FIRST_ROW + start)
                found.append(Unit(number, last, part, size, span))
                number = last + 1
        return found

    def jobs(self, unit: Unit) -> tuple[Faults, Iterator[StoredJob]]:
        """The blocks of a unit: what is wrong with whole columns is known before."""
        resource, options = self.table.resource, self.table.options
        path = resource.files[unit.part]
        prove_size(path, unit)
        file = ParquetFile(path, resource, options)
        if file.labels != self.table.labels:
            raise ChangedError
        return Faults(options.limit), _jobs(file, unit)

    def expanded(self, job: StoredJob) -> int:
        """The bytes that the block's rows take of memory."""
        return expanded(job.rows) if job.file else 0


def _jobs(file: ParquetFile, unit: Unit) -> Iterator[StoredJob]:
    assert unit.span is not None  # noqa: S101 - as all are made here
    line = unit.span.line
    blocks = file.blocks(BLOCK, range(unit.span.start, unit.span.end))
    for number, rows in enumerate(blocks, unit.number):
        yield StoredJob(number, unit.part, file, rows, line, unit.size)
        line += rows.height
