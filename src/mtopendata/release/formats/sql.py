"""The statements that make a SQLite database of a package's tables: text alone, nothing is run."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from mtopendata.package.constraints.allowed import literals
from mtopendata.package.model import Field, ForeignKey, Resource
from mtopendata.reading.labels import Labelled
from mtopendata.release.formats.storage import as_number, as_text, unique_names
from mtopendata.release.model import Release
from mtopendata.release.reproducible import json_text
from mtopendata.values.cells import cell_text

LARGEST = 2**63 - 1
PACKAGE = "datapackage"
RESOURCES = "datapackage_resources"
FIELDS = "datapackage_fields"


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


def insert(name: str, width: int) -> str:
    """The statement that adds a row of `width` values."""
    return f"INSERT INTO {quoted(name)} VALUES ({', '.join('?' * width)})"  # noqa: S608 - quoted


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    if "\0" in value:  # which ends a statement
        return f"CAST(X'{value.encode().hex()}' AS TEXT)"
    return "'" + value.replace("'", "''") + "'"


def _comment(*parts: object) -> str:
    """Descriptions as a comment, which SQLite keeps with the table: never more than one line."""
    texts = (part.replace("\0", " ") for part in parts if isinstance(part, str))
    words = " ".join(word for text in texts for word in text.split())
    return f" -- {words}" if words else ""


# CREATE TABLE

_TYPES: dict[Any, str] = {pl.Int64: "INTEGER", pl.Float64: "REAL", pl.String: "TEXT"}


def create_table(table: Table, tables: Mapping[str, Table]) -> str:
    """A strict table with its keys and checks, and its descriptions as comments."""
    schema = table.resource.schema
    fields = {item.name: item for item in schema.fields} if schema else {}
    key = schema.primary_key if schema else ()
    lines: list[tuple[str, str]] = []
    for field, (name, values) in table.columns.items():
        item = fields.get(field)
        kind = _TYPES[values.dtype]
        # INTEGER would make it the row's number, and a NULL be filled in.
        parts = [quoted(name), "INT" if (field,) == key and kind == "INTEGER" else kind]
        comment = ""
        if item:
            if field in key or item.constraints.get("required"):
                parts.append("NOT NULL")
            checks = list(_checks(item, quoted(name), values, table.frame.schema[field]))
            parts += [f"CHECK ({check})" for _, check in checks]
            about = item.descriptor.get("description") or item.descriptor.get("title")
            comment = _comment(about, _untested(item, {constraint for constraint, _ in checks}))
        lines.append((" ".join(parts), comment))
    constraints = [("PRIMARY KEY", key)] if key and set(key) <= set(table.columns) else []
    constraints += [("UNIQUE", names) for names in table.uniques]
    lines += [(f"{kind} ({_list(table, names)})", "") for kind, names in constraints]
    lines += _foreign_keys(table, tables)
    last = len(lines) - 1
    body = "".join(
        f"  {line}{'' if index == last else ','}{comment}\n"
        for index, (line, comment) in enumerate(lines)
    )
    about = table.resource.descriptor
    head = _comment(about.get("description") or about.get("title"))
    return f"CREATE TABLE {quoted(table.name)} ({head}\n{body}) STRICT"


def _list(table: Table, fields: Iterable[str]) -> str:
    return ", ".join(quoted(table.columns[name][0]) for name in fields)


def _foreign_keys(table: Table, tables: Mapping[str, Table]) -> Iterator[tuple[str, str]]:
    for key in table.resource.schema.foreign_keys if table.resource.schema else ():
        target = tables.get(key.resource)
        if target and is_enforceable(key, table, target):
            yield (
                f"FOREIGN KEY ({_list(table, key.fields)}) "
                f"REFERENCES {quoted(target.name)} ({_list(target, key.reference)})",
                "",
            )


def _untested(item: Field, tested: set[str]) -> str:
    """What SQLite cannot test by itself is said beside the column."""
    left = [
        f"{name} {json.dumps(value, ensure_ascii=False, default=str)}"
        for name, value in item.constraints.items()
        if name not in tested and name not in ("required", "unique")
    ]
    return f"(Not tested here: {'; '.join(left)})" if left else ""


def _checks(
    item: Field, column: str, values: pl.Series, dtype: pl.DataType
) -> Iterator[tuple[str, str]]:
    """Each constraint that SQL can state of the stored values, which were read as `dtype`, and the
    condition for a CHECK.
    """
    is_date = dtype == pl.Date
    if dtype == pl.Boolean:
        yield "type", f"{column} IN (0, 1)"
    elif is_date:
        # A modifier, because without one SQLite takes 30 February for a date.
        yield "type", f"date({column}, '+0 days') IS {column}"
    name = "enum" if "enum" in item.constraints else "categories"
    allowed = item.constraints.get("enum", item.categories)
    if isinstance(allowed, list | tuple) and item.type in ("string", "integer", "number", "year"):
        stored = as_stored(literals(list(allowed), item, dtype))
        if (stored.dtype == pl.String) == (values.dtype == pl.String):
            yield name, f"{column} IN ({', '.join(_literal(value) for value in stored)})"
    for name, sign in _BOUNDS.items():
        bound = item.constraints.get(name)
        text = "" if bound is None else cell_text(bound, item.type)
        if values.dtype != pl.String and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            yield name, f"{column} {sign} {text}"
        # A text compares like what it means only for dates in their one form.
        elif is_date and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            yield name, f"{column} {sign} {_text(text)}"
    if values.dtype == pl.String and item.type == "string":
        for name, sign in (("minLength", ">="), ("maxLength", "<=")):
            if isinstance(bound := item.constraints.get(name), int):
                yield name, f"length({column}) {sign} {min(bound, LARGEST)}"


_BOUNDS = {
    "minimum": ">=",
    "maximum": "<=",
    "exclusiveMinimum": ">",
    "exclusiveMaximum": "<",
}


def _literal(value: str | float) -> str:
    return _text(value) if isinstance(value, str) else repr(value)


# Views


def create_view(name: str, plan: Labelled, tables: Mapping[str, Table]) -> str:
    """The table's own columns, and then the labels."""
    table = tables[plan.resource.name]
    others = [tables[join.resource] for join in plan.joins]
    selected = [f"t.{quoted(column)}" for column, _ in table.columns.values()]
    own = [column for column, _ in table.columns.values()]
    aliases = unique_names([*own, *(alias for alias, _, _ in plan.columns)])[len(own) :]
    for alias, (_, index, source) in zip(aliases, plan.columns, strict=True):
        if index is not None:
            value = f"j{index}.{quoted(others[index].columns[source][0])}"
        else:
            column, stored = table.columns[source]
            cases = " ".join(
                f"WHEN {_code(code, stored)} THEN {_text(label)}"
                for code, label in plan.categories[source].items()
            )
            value = f"CASE t.{quoted(column)} {cases} END"
        selected.append(f"{value} AS {quoted(alias)}")
    lines = [f"FROM {quoted(table.name)} AS t"]
    for index, (join, other) in enumerate(zip(plan.joins, others, strict=True)):
        here = table if join.parent is None else others[join.parent]
        side = "t" if join.parent is None else f"j{join.parent}"
        on = " AND ".join(
            f"{side}.{quoted(here.columns[ours][0])} = j{index}.{quoted(other.columns[theirs][0])}"
            for ours, theirs in zip(join.key.fields, join.key.reference, strict=True)
        )
        lines.append(f"LEFT JOIN {quoted(other.name)} AS j{index} ON {on}")
    # Without an order SQLite may read an index instead of the table, and shuffle the rows.
    taken = {column.casefold() for column in own}
    number = next((word for word in ("rowid", "oid", "_rowid_") if word not in taken), None)
    if number:
        lines.append(f"ORDER BY t.{number}")
    columns = ",\n  ".join(selected)
    return f"CREATE VIEW {quoted(name)} AS SELECT\n  {columns}\n" + "\n".join(lines)


def _code(code: str, stored: pl.Series) -> str:
    return _text(code) if stored.dtype == pl.String else str(int(code))


# The descriptor


def descriptions(
    release: Release, tables: Mapping[str, Table], views: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    """Name, columns and rows of the tables that describe the package, its tables and their columns:
    titles, descriptions and units to be read with SQL, and the descriptor whole.
    """
    described = release.descriptor
    columns = ("name", "title", "version", "description")
    texts = (described.get(key) for key in columns)
    rows = [(*(text if isinstance(text, str) else None for text in texts), json_text(described))]
    yield PACKAGE, (*columns, "descriptor"), rows
    yield (
        RESOURCES,
        ("table_name", "view_name", "resource", "title", "description", "path"),
        [
            (table.name, views.get(name), name, *_texts(table.resource.descriptor),
             table.resource.path)
            for name, table in tables.items()
        ],
    )  # fmt: skip
    yield (
        FIELDS,
        ("table_name", "column_name", "field", "type", "title", "description", "unit",
         "constraints"),
        [
            (table.name, table.columns[item.name][0], item.name, item.type,
             *_texts(item.descriptor), item.descriptor.get("unit"),
             json.dumps(item.constraints, ensure_ascii=False, default=str))
            for table in tables.values()
            for item in (table.resource.schema.fields if table.resource.schema else ())
            if item.name in table.columns
        ],
    )  # fmt: skip


def _texts(described: Mapping[str, Any]) -> list[str | None]:
    values = (described.get("title"), described.get("description"))
    return [value if isinstance(value, str) else None for value in values]
