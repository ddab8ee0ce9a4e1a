"""A CSV resource as a source of typed blocks, read as often as somebody looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from mtopendata.package.model import Resource
from mtopendata.package.texts import first_reading
from mtopendata.package.type import FRICTIONLESS, ColumnReading
from mtopendata.package.types.number import DECIMAL, FLOAT, MAX_DIGITS
from mtopendata.reading.cells import Column, ReadAsError, typed_cells, without_blank_rows
from mtopendata.reading.chunks import Chunk, split
from mtopendata.reading.faults import AmendError, ChangedError, Fault, Faults, UnreadableError
from mtopendata.reading.header import match_header
from mtopendata.reading.options import Options
from mtopendata.reading.records import Raw, Records
from mtopendata.reading.tables import Block, Columns, Header


@dataclass(frozen=True, slots=True)
class Job:
    """A block that is still to be read: the `number`-th of the table, of the file `part`, which has
    `size` bytes.
    """

    number: int
    part: int
    raw: Raw
    size: int

    @property
    def done(self) -> int:
        """Bytes of the file that were read up to the block's end."""
        return self.raw.read


class CsvTable:
    """A CSV resource. `faults` are those of headers and of files as a whole, by the index of the
    file, and complete when all jobs have been given out once.
    """

    def __init__(self, resource: Resource, options: Options) -> None:
        self.resource = resource
        self.options = options
        self.faults: dict[int, Faults] = {}
        self.labels: list[str] | None = None
        self.columns: list[Column] = []
        self._readings: dict[str, ColumnReading] = {}
        self._streams: dict[int, int] = {}  # by file, from which block on it is read as one stream
        self.contents = resource.contents
        self._states = [_state(file) for file in self.contents]

    @property
    def name(self) -> str:
        """The resource's."""
        return self.resource.name

    def begin(self) -> Columns | None:
        """The table's columns; None where no header tells them, which is among the `faults`.

        UnreadableError: the bytes cannot be turned into text.
        """
        self.columns = []
        self.faults = {}
        for part in range(len(self.contents)):
            records = self._open(part)
            self._check_header(records)
            if self.columns:
                return self._described()
        return None

    def _described(self) -> Columns:
        """The columns of the header, as they are read now."""
        schema = {column.field.name: _nominal(column) for column in self.columns}
        delegated = [column.field for column in self.columns if column.reading == FRICTIONLESS]
        if not delegated:
            return Header(self.resource, schema)
        # Not at the top: most tables need not wait for it.
        from mtopendata.reading.frictionless_values import (
            delegated_constraints,
            unusable_constraints,
        )

        unusable = {item.name: unusable_constraints(item) for item in delegated}
        tested = {
            item.name: [n for n in delegated_constraints(item) if n not in unusable[item.name]]
            for item in delegated
        }
        return Header(self.resource, schema, tested, unusable)

    def amend(self, error: AmendError) -> None:
        """Learn from a block how the table must be read."""
        if isinstance(error, ReadAsError):
            self._readings |= error.readings
        elif isinstance(error.job, Job):
            self._streams[error.job.part] = error.job.number

    def jobs(self) -> Iterator[Job]:
        """The blocks of all files, to be read in whatever order. A table without records has one.

        UnreadableError: as of `begin`. ChangedError: a file is not what it was at first.
        """
        self.faults = {}
        self.columns = []
        number = 0
        for part in range(len(self.contents)):
            records = self._open(part)
            self._check_header(records)
            if records.is_empty or not self.columns:
                continue
            try:
                for raw in self._blocks(records, part, number):
                    yield Job(number, part, raw, records.size)
                    number += 1
            except UnreadableError as error:
                error.part = part
                raise
            if self._states[part] != _state(self.contents[part]):
                raise ChangedError
        if not number:
            yield Job(0, 0, Raw(1, None), 0)

    def _blocks(self, records: Records, part: int, number: int) -> Iterator[Raw]:
        """The blocks of a file; its first gets the number."""
        blocks = records.blocks()
        if part not in self._streams:
            yield from blocks
            return
        for block in blocks:
            if number == self._streams[part]:
                yield from records.streamed(block, blocks)
                return
            yield block
            number += 1

    def read(self, job: Job) -> Block:
        """A block's rows: in any thread. AmendError: the table must be read in another way."""
        faults = Faults(self.options.limit)
        chunk = self._chunk(job, faults)
        cells = typed_cells(chunk, self.columns)
        return Block(
            job.number,
            job.part,
            cells.frame,
            chunk.lines,
            cells.present,
            cells.unread,
            cells.cells,
            cells.delegated,
            cells.unusable,
            cells.digits,
            faults,
            chunk.misfits,
        )

    def _chunk(self, job: Job, faults: Faults) -> Chunk:
        """A block's cells as text, without blank rows."""
        is_missing = all("" in column.field.missing for column in self.columns)
        width = len(self.columns)
        dialect = self.resource.dialect
        chunk = split(job.raw, dialect, width, faults, empty_is_missing=is_missing)
        return without_blank_rows(chunk, self.columns, faults)

    def texts(self) -> Iterator[pl.DataFrame]:
        """The cells of the table as text, in columns named 0, 1, …; a block may come twice."""
        while True:
            try:
                for job in self.jobs():
                    yield self._text(job)
            except AmendError as error:
                self.amend(error)
            else:
                return

    def _text(self, job: Job) -> pl.DataFrame:
        try:
            return self._chunk(job, Faults(0)).frame
        except AmendError as error:
            error.job = job
            raise

    def with_floats(self, digits: dict[str, tuple[int, int]]) -> None:
        """ReadAsError: the exact numbers of a field, which have so many digits before and behind
        their points in all blocks, are too long for their column.
        """
        others = {
            name: FLOAT for name, (before, behind) in digits.items() if before + behind > MAX_DIGITS
        }
        if others:
            raise ReadAsError(others)

    # The header

    def _open(self, part: int) -> Records:
        try:
            records = Records(
                self.contents[part],
                self.resource.dialect,
                self.resource.encoding,
                self.resource.compression,
                self.options.max_bytes,
                self.options.limit,
                self.options.block,
                self.resource.inner,
            )
        except UnreadableError as error:
            error.part = part
            raise
        self.faults[part] = records.faults
        return records

    def _check_header(self, records: Records) -> None:
        """Give each column its field; what does not match is a fault of the header."""
        if records.is_empty:
            hint = "add at least the header"
            records.faults.add(Fault("empty-file", "the file ends before its header", hint))
        elif not self.columns:
            self._match(records.labels, records.faults, records.width, records.header_line)
        elif records.labels != self.labels:
            message = "the header differs from the first part's"
            hint = "give all parts the same header"
            records.faults.add(Fault("part-header", message, hint, row=records.header_line))

    def _match(
        self, labels: list[str] | None, faults: Faults, width: int = 0, line: int = 1
    ) -> None:
        self.labels = labels
        fields, found = match_header(self.resource, labels, width, line)
        self.columns = [
            Column(index, item, self._readings.get(item.name) or first_reading(item))
            for index, item in enumerate(fields)
        ]
        for fault in found:
            faults.add(fault)


def labels_of(resource: Resource) -> list[str] | None:
    """The labels of a table's header, or None. UnreadableError: the bytes are no text."""
    source = CsvTable(resource, Options(limit=0))
    source.begin()
    return source.labels


def texts_of(resource: Resource, options: Options) -> Iterator[pl.DataFrame]:
    """The cells of a table as text, block by block, as of `texts`."""
    return CsvTable(resource, options).texts()


def _state(file: Path | bytes) -> tuple[int, ...]:
    """What changes when a file does."""
    if isinstance(file, bytes):
        return ()
    known = file.stat()
    return known.st_ino, known.st_size, known.st_mtime_ns


def _nominal(column: Column) -> pl.DataType:
    """The type of a column's values."""
    if column.reading == DECIMAL:
        return pl.Decimal(MAX_DIGITS, 0)
    if column.reading == FRICTIONLESS:
        return pl.String()
    empty = pl.DataFrame(schema={"0": pl.String})
    return empty.select(column.reading.typed(column.field, pl.col("0"))).to_series().dtype
