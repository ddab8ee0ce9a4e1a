"""A table: what is known of its columns before its rows, a block of its rows, and all of them."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import polars as pl

from mtopendata.ledger.report import Finding
from mtopendata.package.model import Field, Resource
from mtopendata.reading.faults import Faults
from mtopendata.reading.header import must_have_column

Some = TypeVar("Some")


class Place(NamedTuple):
    """Where a row stands: the index of its file among the resource's, and the line it begins in.

    Places are ordered as rows are.
    """

    part: int
    line: int


class Columns:
    """A resource's columns, in the order of the file, with the types of their values.

    A block may hold whole numbers where `schema` has decimals. `delegated` names, by field, the
    constraints that are tested while its cells are read, and `unusable` has, by field and
    constraint, why one cannot be tested at all.
    """

    resource: Resource
    schema: Mapping[str, pl.DataType]
    delegated: Mapping[str, Sequence[str]]
    unusable: Mapping[str, Mapping[str, str]]

    def fields(self) -> Iterator[Field]:
        """The declared fields that the data have."""
        if self.resource.schema:
            yield from (item for item in self.resource.schema.fields if item.name in self.schema)

    def absent_fields(self) -> Iterator[Field]:
        """The declared fields that may be without a column, and are."""
        schema = self.resource.schema
        if schema and schema.fields_match in ("superset", "partial"):
            for item in schema.fields:
                if item.name not in self.schema and not must_have_column(item, schema):
                    yield item

    def has(self, names: Sequence[str]) -> bool:
        """Whether the data have all these fields."""
        return all(name in self.schema for name in names)

    def is_typed(self, names: Sequence[str], *types: type[pl.DataType]) -> bool:
        """Whether the data have all these fields, each of one of these types."""
        return all(isinstance(self.schema.get(name), types) for name in names)

    def field(self, name: str) -> Field | None:
        """The field of a column, if it is declared."""
        schema = self.resource.schema
        return next((f for f in schema.fields if f.name == name), None) if schema else None

    def path(self, part: int) -> str | None:
        """The file of this index, as the descriptor names it."""
        return self.resource.path_of(part)

    def finding_at(
        self, code: str, place: Place, name: str | None, cell: str | None, message: str, hint: str
    ) -> Finding:
        """An error in the row at this place."""
        where = self.resource.name, self.path(place.part), place.line
        return Finding(code, "error", message, hint, *where, name, cell)


@dataclass(frozen=True)
class Header(Columns):
    """The columns of a table whose rows are still to be read."""

    resource: Resource
    schema: Mapping[str, pl.DataType]
    delegated: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unusable: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """Some consecutive rows of a table, typed; a column for each field that the data have.

    `number` counts the table's blocks, `part` is the index of the file, `lines` are the rows' own.
    `present` tells how many cells of each field hold a value. `unread` has, by field, the indexes
    of the rows whose cell did not parse (it is null in `frame`), and `cells` the text of these.
    `delegated` has, by field and constraint, the rows that fail one that was tested while the cells
    were read; `unusable`, why one cannot be tested. `digits` are, of a field of exact numbers, the
    most before and behind the point. `faults` are those of the text itself. `misfits` marks the
    rows of another width than the table's: nothing more is said of their cells.
    """

    number: int
    part: int
    frame: pl.DataFrame
    lines: range | pl.Series
    present: Mapping[str, int]
    unread: Mapping[str, pl.Series] = field(default_factory=dict)
    cells: Mapping[str, pl.Series] = field(default_factory=dict)
    delegated: Mapping[str, Mapping[str, pl.Series]] = field(default_factory=dict)
    unusable: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    digits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    faults: Faults | None = None
    misfits: pl.Series | None = None
    _known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def rows(self) -> int:
        """How many there are."""
        return self.frame.height

    def of_fitting(self, rows: pl.Series) -> pl.Series:
        """Which of the rows with these indexes have the table's width."""
        if self.misfits is None:
            return pl.repeat(value=True, n=len(rows), dtype=pl.Boolean, eager=True)
        return ~self.misfits.gather(rows)

    def fitting(self) -> pl.DataFrame:
        """The frame, in which the cells of rows of another width are null."""
        if self.misfits is None:
            return self.frame
        return self.frame.select(pl.when(~self.misfits).then(pl.all()))

    def once(self, test: str, see: "Callable[[Block], Some]") -> Some:
        """What a test sees in the block: it looks once, however many ask for it."""
        if test not in self._known:
            self._known[test] = see(self)
        found: Some = self._known[test]
        return found

    def place(self, index: int) -> Place:
        """Where the row with this index stands."""
        return Place(self.part, int(self.lines[index]))

    def places(self) -> pl.DataFrame:
        """The columns `part` and `line` of all rows."""
        lines = self.lines
        if isinstance(lines, range):
            lines = pl.int_range(lines.start, lines.stop, eager=True)
        parts = pl.repeat(self.part, len(lines), dtype=pl.UInt32, eager=True)
        return pl.DataFrame([parts.alias(PART), lines.cast(pl.Int64).alias(LINE)])

    def is_unread(self, names: Sequence[str]) -> pl.Series:
        """For each row, whether one of these fields has a cell that did not parse, or nobody knows
        which of its cells belong to which field.
        """
        return _is_unread(self, names)


PART, LINE = "part\0", "line\0"
"""The columns of a row's place. No field of a table can be called that."""


def _is_unread(rows: "Block | Table", names: Sequence[str]) -> pl.Series:
    if rows.misfits is not None:
        mask = rows.misfits.clone()  # `scatter` changes the series itself
    else:
        mask = pl.repeat(value=False, n=rows.frame.height, dtype=pl.Boolean, eager=True)
    for indexes in (rows.unread[name] for name in names if name in rows.unread):
        if len(indexes):
            mask = mask.scatter(indexes, values=True)
    return mask


@dataclass(frozen=True)
class Table(Columns):
    """All rows of a resource, typed, and their places; as of a block's, cells that did not parse
    are null in `frame`; `unread` has the indexes of their rows, and `cells` their text. `misfits`
    marks the rows of another width. Of a large table that is only compared, `left_out` tells how
    many rows more it has, which are alike in both versions.
    """

    resource: Resource
    frame: pl.DataFrame
    lines: "Lines"
    unread: Mapping[str, pl.Series] = field(default_factory=dict)
    delegated: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unusable: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    misfits: pl.Series | None = None
    cells: Mapping[str, pl.Series] = field(default_factory=dict)
    left_out: int = 0
    schema: Mapping[str, pl.DataType] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take the types from the rows."""
        object.__setattr__(self, "schema", self.frame.schema)

    @property
    def height(self) -> int:
        """How many rows the resource has."""
        return self.frame.height + self.left_out

    def place(self, index: int) -> Place:
        """Where the row with this index stands."""
        return self.lines.place(index)

    def where(self, index: int) -> str:
        """The file and the line of the row with this index, as text."""
        place = self.place(index)
        return f"{self.path(place.part)}:{place.line}"

    def is_unread(self, names: Sequence[str]) -> pl.Series:
        """For each row, whether one of these fields has a cell that did not parse, or nobody knows
        which of its cells belong to which field.
        """
        return _is_unread(self, names)

    def finding(
        self, code: str, index: int, name: str | None, cell: str | None, message: str, hint: str
    ) -> Finding:
        """An error in the row with this index."""
        return self.finding_at(code, self.place(index), name, cell, message, hint)


class Lines:
    """The place of each row, by its index, without storing what a range says."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, range | pl.Series, int]] = []
        self.height = 0

    def append(self, lines: range | pl.Series, part: int) -> None:
        """Add the lines of the next rows, which stand in the file of this index."""
        self._runs.append((self.height, lines, part))
        self.height += len(lines)

    def runs(self) -> Sequence[tuple[int, range | pl.Series, int]]:
        """Rows in the order of their lines: the index of the first, the lines, and the file's."""
        return self._runs

    def place(self, index: int) -> Place:
        """Where the row stands."""
        run = bisect_right(self._runs, index, key=lambda run: run[0]) - 1
        start, lines, part = self._runs[run]
        return Place(part, int(lines[index - start]))

    def __getitem__(self, index: int) -> int:
        return self.place(index).line
