"""Primary and unique keys, tested by the hashes of rows, and by grouping where two are equal."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import polars as pl

from mtopendata.checks.kind import Kind
from mtopendata.ledger.outcome import Item, Outcome, failed, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.queries import Rows
from mtopendata.reading.tables import Table

NO_ROWS = pl.Series([], dtype=pl.UInt32)


def check_keys(table: Table) -> Iterator[Item]:
    """Test the primary key, the unique keys and the unique fields of a table."""
    schema = table.resource.schema
    if schema is None:
        return
    found, doubled = _primary_key(table)
    yield from found
    for key in schema.unique_keys:
        if table.has(key):
            yield _unique(table, key, "unique-key", doubled)[0]
        else:
            yield untested("unique-key", f"unique key ({', '.join(key)})", table.resource.name)
    for item in table.fields():
        if item.constraints.get("unique"):
            yield _unique(table, (item.name,), "unique", doubled)[0]


def primary_key_holds(table: Table) -> bool:
    """Whether each row has its own primary key, whole: else rows are counted twice or lost."""
    return not failed(_primary_key(table)[0])


def _primary_key(table: Table) -> tuple[list[Outcome], pl.Series]:
    """What is found of the primary key, and the indexes of the rows that repeat an earlier one's;
    nothing where the table has no such key.
    """
    key = table.resource.schema.primary_key if table.resource.schema else ()
    if not key or not table.has(key):
        return [], NO_ROWS
    unique, doubled = _unique(table, key, "primary-key", NO_ROWS)
    return [_complete(table, key), unique], doubled


def _complete(table: Table, key: Sequence[str]) -> Outcome:
    """No cell of a primary key may be missing. Cells that did not parse are reported already."""
    missing = NO_ROWS
    for name in key:
        column = table.frame.get_column(name)
        if column.has_nulls():
            indexes = column.is_null().arg_true()
            if name in table.unread:
                indexes = indexes.filter(~indexes.is_in(table.unread[name].implode()))
            missing = pl.concat([missing, indexes]).unique().sort()
    label = ", ".join(key)
    message = f"a part of the primary key ({label}) is missing"
    return Outcome(
        "primary-key",
        f"primary key ({label}): complete",
        table.resource.name,
        table.frame.height,
        missing,
        lambda row: table.finding("primary-key", row, None, None, message, "fill it in"),
    )


def _unique(
    table: Table, key: Sequence[str], code: str, known: pl.Series
) -> tuple[Outcome, pl.Series]:
    """Whether no key stands in two rows, and the indexes of the rows whose key stands in an earlier
    one. A null is no part of a key.

    `known` rows are not reported again: one that doubles a primary key is reported for that alone.
    """
    columns = key_columns(table, key)
    if any(column.has_nulls() for column in columns):
        columns = columns.drop_nulls()
    repeated = columns.head(0).with_columns(row=NO_ROWS, first=NO_ROWS)
    if not _all_differ(columns):
        repeated = (
            key_columns(table, key)
            .with_row_index("row")
            .drop_nulls()
            .with_columns(first=pl.col("row").min().over(columns.columns))
            .filter(pl.col("row") > pl.col("first"))
            .filter(~pl.col("row").is_in(known.implode()))
            .sort("row")
        )
    label = ", ".join(key)
    name = {
        "primary-key": f"primary key ({label}): unique",
        "unique-key": f"unique key ({label})",
        "unique": f"{label}: unique",
    }[code]
    outcome = Outcome(
        "constraint" if code == "unique" else code,
        name,
        table.resource.name,
        columns.height,
        Rows(repeated.select("row", "first", *columns.columns)),
        partial(_stands_twice, table, key, code),
    )
    return outcome, repeated.get_column("row")


def _stands_twice(table: Table, key: Sequence[str], code: str, found: tuple[Any, ...]) -> Finding:
    row, first = found[:2]
    values = [table.frame.get_column(name)[row] for name in key]
    shown = ", ".join(map(str, values))
    is_single = len(key) == 1
    return table.finding(
        code,
        row,
        key[0] if is_single else None,
        str(values[0]) if is_single else None,
        f"({', '.join(key)}) = ({shown}) stands already in row {table.lines[first]}",
        "delete one of the two rows, or correct its key",
    )


def key_columns(table: Table, key: Sequence[str]) -> pl.DataFrame:
    """A key's columns, named key0, key1, …: to Polars, a field called `*` means all fields."""
    return pl.DataFrame(
        [table.comparable(name).alias(f"key{index}") for index, name in enumerate(key)]
    )


def _all_differ(columns: pl.DataFrame) -> bool:
    """Whether the rows' hashes prove that no two are equal. False proves nothing: hashes of
    different rows can be equal, and zeros of different signs have different hashes.
    """
    if columns.is_empty():
        return True
    if any(dtype.is_float() for dtype in columns.dtypes):
        return False
    return columns.hash_rows().n_unique() == columns.height


KIND = Kind(20, of_table=check_keys)
