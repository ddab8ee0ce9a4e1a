"""A table whose cells are stored with types of their own, as a source of typed blocks.

Each cell becomes the text that it would be in a CSV of this schema, so that all that holds for
those holds here; a type that is not the declared one is a fault besides. Rows are numbered as if
the names of the columns were row 1.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from mtopendata.package.model import Resource
from mtopendata.reading.blocks import BLOCK, decompressed
from mtopendata.reading.cells import Column, without_blank_rows
from mtopendata.reading.chunks import Chunk
from mtopendata.reading.faults import Fault, Faults, of_part
from mtopendata.reading.options import Options
from mtopendata.reading.parquet_files import ParquetFile
from mtopendata.reading.sqlite_files import SqliteFile
from mtopendata.reading.tables import Columns
from mtopendata.reading.typed_tables import TypedTable


class TypedFile(Protocol):
    """A file of a table. Everything may raise UnreadableError."""

    labels: list[str]

    @property
    def height(self) -> int:
        """How many rows it has."""

    def faults(self, columns: Sequence[Column]) -> Iterator[Fault]:
        """What is wrong with the types of whole columns."""

    def blocks(self, size: int) -> Iterator[Any]:
        """The rows in their order, in parts of about so many bytes, of which each has a length."""

    def texts(
        self, rows: Any, columns: Sequence[Column], line: int, faults: Faults
    ) -> list[pl.Series]:
        """A part of the rows as columns of text; the first has the number `line`."""


_FILES: dict[str, Callable[[Path, Resource, Options], TypedFile]] = {
    **dict.fromkeys(("parquet", "parq"), ParquetFile),
    **dict.fromkeys(("sqlite", "sqlite3", "db"), SqliteFile),
}


FIRST_ROW = 2
"""The number of the first row: the names of the columns count as one."""


@dataclass(frozen=True, slots=True)
class StoredJob:
    """Rows of the file `part` that are still to become text; the first has the number `line`."""

    number: int
    part: int
    file: TypedFile | None
    rows: Any
    line: int
    size: int

    @property
    def done(self) -> int:
        """Nobody can tell how many of the bytes these are."""
        return self.size


NO_ROWS = StoredJob(0, 0, None, (), FIRST_ROW, 0)
"""The block of a table without rows."""


class StoredTable(TypedTable):
    """A resource of a format whose cells have types."""

    empty = NO_ROWS

    def __init__(self, resource: Resource, options: Options) -> None:
        super().__init__(resource, options)
        self._plain: dict[int, Path] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """The table as it is sent elsewhere: there, what is compressed is unpacked anew."""
        return {**vars(self), "_plain": {}, "_folder": None}

    def begin(self) -> Columns | None:
        """The table's columns; None where it has none. UnreadableError: no such file."""
        self.columns = []
        self.faults = {}
        for part in range(len(self.resource.files)):
            self._opened(part)
            if self.columns:
                return self.described()
        return None

    def parts(self) -> Iterator[tuple[int, TypedFile]]:
        """The files that have the table's columns, whose `faults` are found.

        ChangedError: one is not what it was at first. UnreadableError: as of `begin`.
        """
        self.columns = []
        self.faults = {}
        for part in range(len(self.resource.files)):
            file = self._opened(part)
            if self._is_alike(file):
                yield part, file
            self.prove_unchanged(part)

    def _is_alike(self, file: TypedFile) -> bool:
        return bool(self.columns) and file.labels == self.labels

    def _jobs_of(self, part: int, number: int) -> Iterator[StoredJob]:
        """The blocks of a file, whose first gets the number."""
        if part == 0:
            self.columns = []
        file = self._opened(part)
        if not self._is_alike(file):
            return
        size, line = self.resource.files[part].stat().st_size, FIRST_ROW
        with of_part(part):
            for rows in file.blocks(self.options.block or BLOCK):
                yield StoredJob(number, part, file, rows, line, size)
                number += 1
                line += len(rows)

    def identity(self, job: StoredJob, digest: str) -> tuple[object, ...] | None:
        """The file, and which of its rows they are."""
        return (digest, job.line, len(job.rows)) if job.file else None

    def chunk(self, job: StoredJob, faults: Faults) -> Chunk:
        """A block's cells as text, without blank rows."""
        if job.file is None:
            frame = pl.DataFrame(schema={str(c.index): pl.String for c in self.columns})
            return Chunk(frame, range(job.line, job.line))
        texts = job.file.texts(job.rows, self.columns, job.line, faults)
        pairs = zip(self.columns, texts, strict=True)
        frame = pl.DataFrame([series.alias(str(column.index)) for column, series in pairs])
        chunk = Chunk(frame, range(job.line, job.line + len(job.rows)))
        return without_blank_rows(chunk, self.columns, faults)

    def file(self, part: int) -> TypedFile:
        """A file, as it is. UnreadableError: it cannot be read."""
        with of_part(part):
            return _FILES[self.resource.format](self._plain_file(part), self.resource, self.options)

    def _opened(self, part: int) -> TypedFile:
        """A file, whose columns are matched with the fields."""
        faults = self.faults[part] = Faults(self.options.limit)
        file = self.file(part)
        if not self.columns:
            self.labels = file.labels
            for fault in self.match(self.resource, file.labels, 0, 1):
                faults.add(fault)
        elif file.labels != self.labels:
            message = "the columns differ from the first part's"
            faults.add(Fault("part-header", message, "give all parts the same columns"))
        for fault in file.faults(self.columns):
            faults.add(fault)
        return file

    def _plain_file(self, part: int) -> Path:
        """The file as the libraries can open it: a compressed one is unpacked once."""
        resource = self.resource
        if not resource.compression:
            return resource.files[part]
        if part not in self._plain:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="mtopendata-")
            target = Path(self._folder.name) / f"{part}"
            how = resource.compression, self.options.max_bytes, resource.inner
            with target.open("wb") as sink:
                sink.writelines(decompressed(resource.files[part], *how))
            self._plain[part] = target
        return self._plain[part]
