"""What a SQLite database will hold: tables, their columns and keys, and views with labels."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from mtopendata.package.model import ForeignKey, Resource
from mtopendata.reading.labels import Labelled, labelled
from mtopendata.release.model import Release
from mtopendata.release.storage import as_number, as_text, unique_names

LARGEST = 2**63 - 1
PACKAGE = "datapackage"
RESOURCES = "datapackage_resources"
FIELDS = "datapackage_fields"
BATCH = 50_000
"""Rows written or read at a time."""
MAX_COLUMNS = 2000
"""Columns that SQLite takes in one table."""
_FORBIDDEN = r"(?i:^sqlite_)|\0"
"""What no name in SQLite may have."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as SQLite gets it: `columns` has the name there and the stored values by field."""

    name: str
    resource: Resource
    frame: pl.DataFrame
    columns: Mapping[str, tuple[str, pl.Series]]
    uniques: list[tuple[str, ...]]


def as_stored(series: pl.Series) -> pl.Series:
    """The values as SQLite keeps them: Int64, Float64 or text."""
    if series.dtype == pl.Boolean:
        return series.cast(pl.Int64)
    return as_number(series, LARGEST) if series.dtype.is_numeric() else as_text(series)


def is_enforceable(key: ForeignKey, table: Table, target: Table) -> bool:
    """Whether SQLite can hold a foreign key: it wants the same types, and a unique reference."""
    if not (set(key.fields) <= set(table.columns) and set(key.reference) <= set(target.columns)):
        return False
    pairs = zip(key.fields, key.reference, strict=True)
    if any(table.columns[here][1].dtype != target.columns[there][1].dtype for here, there in pairs):
        return False
    parent = pl.DataFrame(
        [target.columns[name][1].alias(str(i)) for i, name in enumerate(key.reference)]
    ).drop_nulls()
    return not parent.is_duplicated().any()


def label_plans(release: Release, tables: Mapping[str, Table]) -> dict[str, Labelled]:
    """How each table that has labels is read with them."""
    plans = {name: labelled(release.package, table.resource) for name, table in tables.items()}
    return {name: plan for name, plan in plans.items() if plan}


def view_names(tables: Mapping[str, Table], names: list[str]) -> dict[str, str]:
    """What the views of these resources' tables are called, unlike any table."""
    taken = [PACKAGE, RESOURCES, FIELDS, *(table.name for table in tables.values())]
    wanted = [f"{tables[name].name}_labelled" for name in names]
    return dict(zip(names, unique_names([*taken, *wanted])[len(taken) :], strict=True))


def stored_tables(release: Release) -> tuple[dict[str, Table], list[str]]:
    """The tables by resource, and a sentence for each that SQLite cannot hold."""
    package, notes = release.package, []
    names = [name for name in package if package[name].width]
    own = unique_names([PACKAGE, RESOURCES, FIELDS, *names], forbidden=_FORBIDDEN)[3:]
    tables: dict[str, Table] = {}
    for name, own_name in zip(names, own, strict=True):
        frame, resource = package[name], package.resource(name)
        if frame.width > MAX_COLUMNS:
            notes.append(
                f"{name} is not in the SQLite file: it has more than {MAX_COLUMNS} columns"
            )
            continue
        assert resource is not None  # noqa: S101 - a table is a resource's
        columns = {
            series.name: (column, as_stored(series))
            for series, column in zip(
                frame, unique_names(frame.columns, forbidden=_FORBIDDEN), strict=True
            )
        }
        tables[name] = Table(own_name, resource, frame, columns, [])
    for table in tables.values():
        _declare_uniques(table, tables)
    return tables, notes


def _declare_uniques(table: Table, tables: Mapping[str, Table]) -> None:
    schema = table.resource.schema
    if schema is None:
        return
    singles = [(f.name,) for f in schema.fields if f.constraints.get("unique")]
    declared = [key for key in (*schema.unique_keys, *singles) if set(key) <= set(table.columns)]
    known = (schema.primary_key, *table.uniques)
    table.uniques.extend(key for key in dict.fromkeys(declared) if key not in known)
    for key in schema.foreign_keys:
        target = tables.get(key.resource)
        if target is None or not is_enforceable(key, table, target):
            continue
        parent = target.resource.schema
        if parent and key.reference != parent.primary_key and key.reference not in target.uniques:
            target.uniques.append(key.reference)
