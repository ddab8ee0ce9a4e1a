"""What tables that are read here have in common: columns, and cells of text as typed blocks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from mtopendata.package.model import Resource
from mtopendata.package.texts import first_reading
from mtopendata.package.type import FRICTIONLESS, ColumnReading
from mtopendata.package.types.number import DECIMAL, FLOAT, MAX_DIGITS
from mtopendata.reading.cells import Column, ReadAsError, typed_cells
from mtopendata.reading.chunks import Chunk
from mtopendata.reading.faults import AmendError, ChangedError, Fault, Faults
from mtopendata.reading.file_states import file_state
from mtopendata.reading.header import match_header
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Block, Columns, Header

Known = Callable[[int, int], Sequence[Any] | None]
"""The blocks of a file that need not be divided, by its index and the number of its first block,
whose faults are told already; None: it must be."""


class TypedTable:
    """A table whose cells are texts, by whatever way they are found; `engine` finds them. `faults`
    are those of headers and of files as a whole, by the index of the file, and complete when all
    jobs have been given out once.
    """

    engine = "polars"
    empty: Any
    """The job of the block of a table without rows."""

    def __init__(self, resource: Resource, options: Options) -> None:
        self.resource = resource
        self.options = options
        self.contents = resource.contents
        self._states = [file_state(file) for file in self.contents]
        self.faults: dict[int, Faults] = {}
        self.labels: list[str] | None = None
        self.columns: list[Column] = []
        self._readings: dict[str, ColumnReading] = {}

    @property
    def name(self) -> str:
        """The resource's."""
        return self.resource.name

    @property
    def size(self) -> int:
        """The bytes of its files; 0 where it stands in the descriptor."""
        return sum(file_state(file)[1] for file in self.contents if isinstance(file, Path))

    def prove_unchanged(self, part: int) -> None:
        """ChangedError: a file is not what it was at first."""
        if self.contents and self._states[part] != file_state(self.contents[part]):
            raise ChangedError

    def begin(self) -> Columns | None:
        """The table's columns; None where nothing tells them, which is among the `faults`.

        UnreadableError: the bytes cannot be turned into cells.
        """
        raise NotImplementedError

    def jobs(self, known: Known | None = None) -> Iterator[Any]:
        """The blocks of all files, to be read in whatever order; of a table without rows, the
        `empty` one. Of a file that is `known` the blocks are those that it says: it is not read.

        UnreadableError: as of `begin`. ChangedError: a file is not what it was at first.
        """
        self.faults = {}
        number = 0
        for part in self._parts():
            # The columns are those of the first file that has any: it is read for them.
            jobs = known(part, number) if known and self.columns else None
            for job in self._jobs_of(part, number) if jobs is None else jobs:
                yield job
                number += 1
            self.prove_unchanged(part)
        if not number:
            yield self.empty

    def _parts(self) -> range:
        return range(len(self.contents))

    def _jobs_of(self, part: int, number: int) -> Iterator[Any]:
        """The blocks of a file, whose first gets the number."""
        raise NotImplementedError

    def identity(self, job: Any, digest: str) -> tuple[object, ...] | None:
        """What the rows of a block follow from, besides its place and how the table is read;
        `digest` is that of its file. None: they are not there as a whole.
        """
        raise NotImplementedError

    def way(self) -> tuple[object, ...]:
        """How the table is read, as far as its columns do not tell it."""
        return ()

    def is_plain(self, part: int) -> bool:
        """Whether a file was given out in blocks, and has no faults as a whole."""
        return part in self.faults and not self.faults[part].counts

    def chunk(self, job: Any, faults: Faults) -> Chunk:
        """A block's cells as text, without blank rows. AmendError: as of `read`."""
        raise NotImplementedError

    def amend(self, error: AmendError) -> None:
        """Learn from a block how the table must be read."""
        if isinstance(error, ReadAsError):
            self._readings |= error.readings

    def read(self, job: Any) -> Block:
        """A block's rows: in any thread. AmendError: the table must be read in another way."""
        faults = Faults(self.options.limit)
        chunk = self.chunk(job, faults)
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

    def with_floats(self, digits: dict[str, tuple[int, int]]) -> None:
        """ReadAsError: the exact numbers of a field, which have so many digits before and behind
        their points in all blocks, are too long for their column.
        """
        others = {
            name: FLOAT for name, (before, behind) in digits.items() if before + behind > MAX_DIGITS
        }
        if others:
            raise ReadAsError(others)

    def match(
        self, resource: Resource, labels: Sequence[str] | None, width: int, line: int
    ) -> list[Fault]:
        """Give each column its field; return what does not match, as a fault of the header."""
        fields, faults = match_header(resource, labels, width, line)
        self.columns = [
            Column(index, item, self._readings.get(item.name) or first_reading(item))
            for index, item in enumerate(fields)
        ]
        return faults

    def described(self) -> Columns:
        """The columns of the header, as they are read now."""
        schema = _nominal(self.columns)
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


_ALIKE: Mapping[ColumnReading, pl.DataType] = {
    DECIMAL: pl.Decimal(MAX_DIGITS, 0),
    FRICTIONLESS: pl.String(),
}
"""The types of values that are read otherwise than by an expression."""


def _nominal(columns: Sequence[Column]) -> dict[str, pl.DataType]:
    """The types of columns' values, by the names of their fields."""
    empty = pl.DataFrame(schema={"0": pl.String}).select(
        c.reading.typed(c.field, pl.col("0")).alias(str(c.index))
        for c in columns
        if c.reading not in _ALIKE
    )
    types = empty.schema
    return {c.field.name: _ALIKE.get(c.reading) or types[str(c.index)] for c in columns}
