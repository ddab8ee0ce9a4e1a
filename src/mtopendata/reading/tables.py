"""A table that was read: its typed rows, and the lines in which they stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute

import polars as pl

from mtopendata.ledger.report import Finding
from mtopendata.package.model import Field, Resource
from mtopendata.package.texts import canonical
from mtopendata.reading.header import must_have_column


@dataclass
class Table:
    """A resource's typed rows; a column for each field that the data have.

    `unread` holds, by field, the indexes of the rows whose cell did not parse (it is null in
    `frame`). `lines` gives rows their line numbers. `delegated` holds what frictionless said of
    the constraints of the fields that it read: failed row indexes by field and constraint; and
    `unusable`, by the same, why a constraint cannot be tested at all.
    """

    resource: Resource
    frame: pl.DataFrame
    lines: "Lines"
    unread: dict[str, pl.Series] = attribute(default_factory=dict)
    delegated: dict[str, dict[str, pl.Series]] = attribute(default_factory=dict)
    unusable: dict[str, dict[str, str]] = attribute(default_factory=dict)

    def fields(self) -> Iterator[Field]:
        """The declared fields that the data have."""
        if self.resource.schema:
            names = set(self.frame.columns)
            yield from (item for item in self.resource.schema.fields if item.name in names)

    def absent_fields(self) -> Iterator[Field]:
        """The declared fields that may be without a column, and are."""
        schema = self.resource.schema
        if schema and schema.fields_match in ("superset", "partial"):
            for item in schema.fields:
                if item.name not in self.frame.columns and not must_have_column(item, schema):
                    yield item

    def has(self, names: Sequence[str]) -> bool:
        """Whether the data have all these fields."""
        return set(names) <= set(self.frame.columns)

    def field(self, name: str) -> Field | None:
        """The field of a column, if it is declared."""
        schema = self.resource.schema
        return next((f for f in schema.fields if f.name == name), None) if schema else None

    def comparable(self, name: str) -> pl.Series:
        """A column in which equal values are equal, in however many ways they can be written."""
        item, column = self.field(name), self.frame.get_column(name)
        return column if item is None else canonical(item, column)

    def is_unread(self, names: Sequence[str]) -> pl.Series:
        """For each row, whether one of these fields has a cell that did not parse."""
        mask = pl.repeat(value=False, n=self.frame.height, dtype=pl.Boolean, eager=True)
        for name in names:
            if name in self.unread and len(self.unread[name]):
                mask = mask.scatter(self.unread[name], values=True)
        return mask

    def is_typed(self, names: Sequence[str], *types: type[pl.DataType]) -> bool:
        """Whether the data have all these fields, each of one of these types."""
        schema = self.frame.schema
        return all(name in schema and isinstance(schema[name], types) for name in names)

    def finding(
        self, code: str, index: int, name: str | None, cell: str | None, message: str, hint: str
    ) -> Finding:
        """An error in the row with this index."""
        resource = self.resource
        return Finding(
            code, "error", message, hint, resource.name, self.lines.path(index),
            self.lines[index], name, cell,
        )  # fmt: skip


class Lines:
    """The line number and file of each row, by its index, without storing what a range says."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, range | pl.Series, str | None]] = []
        self.height = 0

    def append(self, lines: range | pl.Series, path: str | None) -> None:
        """Add the lines of the next rows, which stand in the file `path`."""
        self._parts.append((self.height, lines, path))
        self.height += len(lines)

    def _part(self, index: int) -> tuple[int, range | pl.Series, str | None]:
        return next(part for part in reversed(self._parts) if part[0] <= index)

    def __getitem__(self, index: int) -> int:
        start, lines, _ = self._part(index)
        return int(lines[index - start])

    def path(self, index: int) -> str | None:
        """The file in which the row stands, as the descriptor names it."""
        return self._part(index)[2]
