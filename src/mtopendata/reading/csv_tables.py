"""A CSV resource as a source of typed blocks, read as often as somebody looks."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from blake3 import blake3

from mtopendata.package.model import Resource
from mtopendata.reading.cells import without_blank_rows
from mtopendata.reading.chunks import Chunk, StrayQuoteError, split
from mtopendata.reading.faults import AmendError, Fault, Faults, of_part
from mtopendata.reading.options import Options
from mtopendata.reading.records import Raw, Records
from mtopendata.reading.tables import Columns
from mtopendata.reading.typed_tables import TypedTable


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


NO_RECORDS = Job(0, 0, Raw(1, None), 0)
"""The block of a table without records."""


class CsvTable(TypedTable):
    """A CSV resource."""

    empty = NO_RECORDS

    def __init__(self, resource: Resource, options: Options) -> None:
        super().__init__(resource, options)
        self._streams: dict[int, int] = {}  # by file, from which block on it is read as one stream

    def begin(self) -> Columns | None:
        """The table's columns; None where no header tells them, which is among the `faults`."""
        self.columns = []
        self.faults = {}
        for part in range(len(self.contents)):
            self._check_header(part, self.opened(part))
            if self.columns:
                return self.described()
        return None

    def amend(self, error: AmendError) -> None:
        """Learn from a block how the table must be read."""
        super().amend(error)
        if isinstance(error, StrayQuoteError):
            self._streams[error.part] = error.number

    def parts(self) -> Iterator[tuple[int, Records, list[Fault]]]:
        """The files that have records, each with these, and the faults of its header, which are
        among its `faults`.

        ChangedError: a file is not what it was at first. UnreadableError: as of `begin`.
        """
        self.faults = {}
        for part in range(len(self.contents)):
            records, of_header = self._part(part)
            if records is not None:
                yield part, records, of_header
                self.prove_unchanged(part)

    def _part(self, part: int) -> tuple[Records | None, list[Fault]]:
        """The records of a file, if it has any, and the faults of its header. The first file begins
        anew with the columns.
        """
        if part == 0:
            self.columns = []
        records = self.opened(part)
        of_header = self._check_header(part, records)
        return None if records.is_empty or not self.columns else records, of_header

    def _jobs_of(self, part: int, number: int) -> Iterator[Job]:
        """The blocks of a file, whose first gets the number."""
        records, _ = self._part(part)
        if records is None:
            return
        with of_part(part):
            for raw in self._blocks(records, part, number):
                yield Job(number, part, raw, records.size)
                number += 1

    def is_stream_from(self, part: int, number: int) -> bool:
        """Whether a file is read as one stream from the block of this number on."""
        return self._streams.get(part) == number

    def _blocks(self, records: Records, part: int, number: int) -> Iterator[Raw]:
        """The blocks of a file; its first gets the number."""
        blocks = records.blocks()
        if part not in self._streams:
            yield from blocks
            return
        for block in blocks:
            if self.is_stream_from(part, number):
                yield from records.streamed(block, blocks)
                return
            yield block
            number += 1

    def chunk(self, job: Job, faults: Faults) -> Chunk:
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
            return self.chunk(job, Faults(0)).frame
        except AmendError as error:
            error.number, error.part = job.number, job.part
            raise

    def is_plain(self, part: int) -> bool:
        """Whether a file was given out in blocks, and has no faults as a whole."""
        return super().is_plain(part) and part not in self._streams

    def identity(self, job: Job, digest: str) -> tuple[object, ...] | None:
        """The bytes of a block, whatever else its file has."""
        del digest
        raw = job.raw
        if raw.data is None:
            return None
        return blake3(raw.data).hexdigest(), raw.line, raw.is_whole

    # The header

    def opened(self, part: int, data: bytes | None = None) -> Records:
        """The records of a file, or of its first bytes. UnreadableError: as of `begin`."""
        with of_part(part):
            return Records(
                self.contents[part] if data is None else data,
                self.resource.dialect,
                self.resource.encoding,
                self.resource.compression,
                self.options.max_bytes,
                self.options.limit,
                self.options.block,
                self.resource.inner,
            )

    def _check_header(self, part: int, records: Records) -> list[Fault]:
        """Give each column its field, and begin the file's faults: what does not match is one."""
        found = self._header_faults(records)
        for fault in found:
            records.faults.add(fault)
        self.faults[part] = records.faults
        return found

    def _header_faults(self, records: Records) -> list[Fault]:
        if records.is_empty:
            hint = "add at least the header"
            return [Fault("empty-file", "the file ends before its header", hint)]
        if not self.columns:
            self.labels = records.labels
            return self.match(self.resource, self.labels, records.width, records.header_line)
        if records.labels != self.labels:
            return [other_header(records.header_line)]
        return []


def other_header(line: int) -> Fault:
    """The fault of a part that begins otherwise than the first one."""
    message = "the header differs from the first part's"
    return Fault("part-header", message, "give all parts the same header", row=line)


def labels_of(resource: Resource) -> list[str] | None:
    """The labels of a table's header, or None. UnreadableError: the bytes are no text."""
    source = CsvTable(resource, Options(limit=0))
    source.begin()
    return source.labels


def texts_of(resource: Resource, options: Options) -> Iterator[pl.DataFrame]:
    """The cells of a table as text, block by block, as of `texts`."""
    return CsvTable(resource, options).texts()
