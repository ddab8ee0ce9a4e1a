"""The tables of a package as SQLite keeps them: names, columns of stored values, and keys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from mtopendata.package.model import ForeignKey, Package, Resource
from mtopendata.package.types import TYPES
from mtopendata.release.formats.sqlite.descriptions import RESERVED
from mtopendata.release.storage import as_type, number_type, unique_names

LARGEST = 2**63 - 1
MAX_COLUMNS = 2000
"""Columns that SQLite takes in one table."""
_FORBIDDEN = r"(?i:^sqlite_)|\0"
"""What no name in SQLite may have."""


@dataclass(frozen=True, slots=True)
class SqliteTable:
    """A table as SQLite gets it: `columns` has the name there and the type of the stored values by
    field; `uniques` are keys beside the primary one, and `foreign_keys` those that SQLite can hold.
    """

    name: str
    resource: Resource
    frame: pl.DataFrame
    columns: Mapping[str, tuple[str, pl.DataType]]
    uniques: list[tuple[str, ...]] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)

    def stored(self, field: str, start: int = 0, rows: int | None = None) -> pl.Series:
        """The values of a field as SQLite keeps them: all, or of so many rows. Of all rows and
        columns together they would take as much memory as the table.
        """
        _, dtype = self.columns[field]
        return as_type(self.frame.get_column(field).slice(start, rows), dtype)


def stored_type(series: pl.Series) -> pl.DataType:
    """How SQLite keeps the values: as Int64, Float64 or text."""
    if series.dtype == pl.Boolean:
        return pl.Int64()
    return number_type(series, LARGEST) if series.dtype.is_numeric() else pl.String()


def stored_tables(package: Package) -> tuple[dict[str, SqliteTable], list[str]]:
    """The tables by resource, and a sentence for each that SQLite cannot hold."""
    notes: list[str] = []
    names = [name for name in package if package[name].width]
    own_names = unique_names([*RESERVED, *names], forbidden=_FORBIDDEN)[len(RESERVED) :]
    tables: dict[str, SqliteTable] = {}
    for name, own_name in zip(names, own_names, strict=True):
        frame, resource = package[name], package.resource(name)
        if frame.width > MAX_COLUMNS:
            notes.append(
                f"{name} is not in the SQLite file: it has more than {MAX_COLUMNS} columns"
            )
            continue
        assert resource is not None  # noqa: S101 - a table is a resource's
        columns = unique_names(frame.columns, forbidden=_FORBIDDEN)
        tables[name] = SqliteTable(
            own_name,
            resource,
            frame,
            {
                series.name: (column, stored_type(series))
                for series, column in zip(frame, columns, strict=True)
            },
        )
    for table in tables.values():
        _declare_keys(table, tables)
    return tables, notes


def _declare_keys(table: SqliteTable, tables: Mapping[str, SqliteTable]) -> None:
    """The table's unique and foreign keys, and what these ask of the tables that they refer to."""
    schema = table.resource.schema
    if schema is None:
        return
    singles = [(f.name,) for f in schema.fields if f.constraints.get("unique")]
    declared = [key for key in (*schema.unique_keys, *singles) if set(key) <= set(table.columns)]
    known = (schema.primary_key, *table.uniques)
    table.uniques.extend(key for key in dict.fromkeys(declared) if key not in known)
    for key in schema.foreign_keys:
        target = tables.get(key.resource)
        if target is None or not _is_enforceable(key, table, target):
            continue
        table.foreign_keys.append(key)
        parent = target.resource.schema
        if parent and key.reference != parent.primary_key and key.reference not in target.uniques:
            target.uniques.append(key.reference)


def _is_enforceable(key: ForeignKey, table: SqliteTable, target: SqliteTable) -> bool:
    """Whether SQLite can hold a foreign key: it wants the same types, texts that are written in
    the same way, and a unique reference.
    """
    if not (set(key.fields) <= set(table.columns) and set(key.reference) <= set(target.columns)):
        return False
    pairs = zip(key.fields, key.reference, strict=True)
    if any(table.columns[here][1] != target.columns[there][1] for here, there in pairs):
        return False
    child, parent = (
        pl.DataFrame([side.stored(name).alias(f"{i}") for i, name in enumerate(names)])
        for side, names in ((table, key.fields), (target, key.reference))
    )
    parent = parent.drop_nulls()
    if _is_written_freely(table, key.fields):
        lost = child.drop_nulls().join(parent, on=parent.columns, how="anti")
        if not lost.is_empty():
            return False
    return not parent.is_duplicated().any()


def _is_written_freely(table: SqliteTable, names: Collection[str]) -> bool:
    """Whether a value of these fields can be written in several ways."""
    schema = table.resource.schema
    fields = schema.fields if schema else ()
    return any(TYPES[item.type].canonical for item in fields if item.name in names)
