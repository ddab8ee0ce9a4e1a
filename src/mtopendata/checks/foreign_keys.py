"""Foreign keys, tested by joining each table with the one that it refers to."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from mtopendata.checks.kind import Kind
from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.model import DESCRIPTOR, ForeignKey
from mtopendata.package.texts import canonical_pair
from mtopendata.reading.packages import ReadPackage
from mtopendata.reading.queries import Rows, collect, comparable
from mtopendata.reading.tables import Table


def check_foreign_keys(read: ReadPackage) -> Iterator[Item]:
    """Test each foreign key: every row whose key is not wholly missing must be found there."""
    for table in read.tables.values():
        yield from _of_table(table, read.tables)


def _of_table(table: Table, tables: Mapping[str, Table]) -> Iterator[Item]:
    for key in table.resource.schema.foreign_keys if table.resource.schema else ():
        here, there = ", ".join(key.fields), ", ".join(key.reference)
        if not table.has(key.fields):
            label = f"foreign key ({here}) -> {key.resource}"
            yield untested("foreign-key", label, table.resource.name)
            continue
        target = tables.get(key.resource)
        if target is not None and target.has(key.reference):
            yield _found_there(table, target, key)
            continue
        yield Finding(
            "foreign-key",
            "error",
            f"the foreign key ({here}) refers to {key.resource} ({there}), which is not there or "
            "could not be read",
            "correct the reference, or the table that it names",
            table.resource.name,
            DESCRIPTOR,
        )


def _found_there(table: Table, target: Table, key: ForeignKey) -> Outcome:
    """Whether each key of `table` is one of `target`."""
    child, parent = _comparable(*_keys(table, target, key))
    names = child.columns
    present = child.with_row_index("row")
    if all(column.has_nulls() for column in child):
        present = present.filter(~pl.all_horizontal(pl.col(names).is_null()))
    known = parent.lazy().unique()
    lost = collect(present.lazy().join(known, on=names, how="anti", nulls_equal=True), child.height)
    lost = _without_known_faults(lost, table, dict(zip(key.fields, names, strict=True)))
    here, there = ", ".join(key.fields), ", ".join(key.reference)
    mixed = _mixed_types(table, target, key)
    hint = (
        f"{mixed}: a text never equals a number, nor a time with a zone one without; give both "
        "fields the same type"
        if mixed
        else f"correct it, or add it to {key.resource}"
    )

    def say(found: tuple[Any, ...]) -> Finding:
        row = found[0]
        values = [table.frame.get_column(name)[row] for name in key.fields]
        shown = ", ".join("(missing)" if value is None else str(value) for value in values)
        field, cell = (key.fields[0], str(values[0])) if len(names) == 1 else (None, None)
        message = f"({here}) = ({shown}) is not in {key.resource} ({there})"
        return table.finding("foreign-key", row, field, cell, message, hint)

    return Outcome(
        "foreign-key",
        f"foreign key ({here}) -> {key.resource} ({there})",
        table.resource.name,
        present.height,
        Rows(lost.sort("row").select("row", *names)),
        say,
    )


def _keys(table: Table, target: Table, key: ForeignKey) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The key's columns on both sides, in which those values are equal that mean the same."""
    names = zip(key.fields, key.reference, strict=True)
    pairs = [_pair(table, target, here, there) for here, there in names]
    first, second = (
        pl.DataFrame([pair[side].alias(f"key{index}") for index, pair in enumerate(pairs)])
        for side in (0, 1)
    )
    return first, second


def _pair(table: Table, target: Table, here: str, there: str) -> tuple[pl.Series, pl.Series]:
    return canonical_pair(
        (table.field(here), target.field(there)),
        (table.frame.get_column(here), target.frame.get_column(there)),
    )


def _without_known_faults(
    lost: pl.DataFrame, table: Table, names: Mapping[str, str]
) -> pl.DataFrame:
    """The rows but those with a cell that did not parse, or a missing one that the field requires:
    these have been reported for that. `names` are the columns of `lost` by field.
    """
    required = {item.name for item in table.fields() if item.constraints.get("required")}
    for field, name in names.items():
        if field in table.unread and lost.height:
            lost = lost.filter(~pl.col("row").is_in(table.unread[field].implode()))
        if field in required:
            lost = lost.filter(pl.col(name).is_not_null())
    return lost


def _mixed_types(table: Table, target: Table, key: ForeignKey) -> str | None:
    """The first pair of fields whose values can never be equal."""
    for here, there in zip(key.fields, key.reference, strict=True):
        types = [column.dtype for column in _pair(table, target, here, there)]
        if types[0] != types[1] and not all(dtype.is_numeric() for dtype in types):
            return f"{here!r} and {key.resource}'s {there!r} have different types"
    return None


def _comparable(child: pl.DataFrame, parent: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both sides with the same types: numbers compare as numbers; a number is never a text."""
    for name in child.columns:
        here, there = child.get_column(name), parent.get_column(name)
        if here.dtype == there.dtype:
            continue
        if here.dtype.is_numeric() and there.dtype.is_numeric():
            here, there = comparable(here, there)
            child, parent = child.with_columns(here), parent.with_columns(there)
        else:
            parent = parent.filter(pl.col(name).is_null())
            parent = parent.with_columns(pl.lit(None, here.dtype).alias(name))
    return child, parent


KIND = Kind(40, of_package=check_foreign_keys)
