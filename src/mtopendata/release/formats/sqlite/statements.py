"""The statements that make a SQLite database of a package's tables: text alone, nothing is run."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from mtopendata.package.constraints.allowed import literals
from mtopendata.package.model import Field, ForeignKey
from mtopendata.release.formats.sqlite.tables import LARGEST, SqliteTable, stored_type
from mtopendata.release.storage import as_type
from mtopendata.values.cells import cell_text


def insert_rows(name: str, width: int, rows: int = 1) -> str:
    """The statement that adds so many rows of `width` values."""
    row = f"({', '.join('?' * width)})"
    return f"INSERT INTO {quoted(name)} VALUES {', '.join([row] * rows)}"  # noqa: S608 - quoted


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def row_number(columns: Iterable[str]) -> str | None:
    """What SQLite calls the number of a row in a table of these columns; None: all of its names for
    it are taken.
    """
    taken = {column.casefold() for column in columns}
    return next((word for word in ("rowid", "oid", "_rowid_") if word not in taken), None)


def sql_text(value: str) -> str:
    """A text as SQL writes it."""
    if "\0" in value:  # which ends a statement
        return f"CAST(X'{value.encode().hex()}' AS TEXT)"
    return "'" + value.replace("'", "''") + "'"


def _comment(*parts: object) -> str:
    """Descriptions as a comment, which SQLite keeps with the table: never more than one line."""
    texts = (part.replace("\0", " ") for part in parts if isinstance(part, str))
    words = " ".join(word for text in texts for word in text.split())
    return f" -- {words}" if words else ""


_TYPES: dict[Any, str] = {pl.Int64: "INTEGER", pl.Float64: "REAL", pl.String: "TEXT"}


def create_table(table: SqliteTable, tables: Mapping[str, SqliteTable]) -> str:
    """A strict table with its keys and checks, and its descriptions as comments."""
    schema = table.resource.schema
    key = schema.primary_key if schema else ()
    lines = list(_column_lines(table))
    constraints = [("PRIMARY KEY", key)] if key and set(key) <= set(table.columns) else []
    constraints += [("UNIQUE", names) for names in table.uniques]
    lines += [(f"{kind} ({_column_list(table, names)})", "") for kind, names in constraints]
    lines += [(_foreign_key(table, item, tables[item.resource]), "") for item in table.foreign_keys]
    last = len(lines) - 1
    body = "".join(
        f"  {line}{'' if index == last else ','}{comment}\n"
        for index, (line, comment) in enumerate(lines)
    )
    about = table.resource.descriptor
    head = _comment(about.get("description") or about.get("title"))
    return f"CREATE TABLE {quoted(table.name)} ({head}\n{body}) STRICT"


def _column_lines(table: SqliteTable) -> Iterator[tuple[str, str]]:
    """Each column with its type and checks, and its description as a comment."""
    schema = table.resource.schema
    fields = {item.name: item for item in schema.fields} if schema else {}
    key = schema.primary_key if schema else ()
    for field, (name, stored) in table.columns.items():
        item = fields.get(field)
        kind = _TYPES[stored]
        # INTEGER would make it the row's number, and a NULL be filled in.
        parts = [quoted(name), "INT" if (field,) == key and kind == "INTEGER" else kind]
        comment = ""
        if item:
            if field in key or item.constraints.get("required"):
                parts.append("NOT NULL")
            checks = list(_check_clauses(item, quoted(name), stored, table.frame.schema[field]))
            parts += [f"CHECK ({check})" for _, check in checks]
            about = item.descriptor.get("description") or item.descriptor.get("title")
            comment = _comment(about, _untested(item, {constraint for constraint, _ in checks}))
        yield " ".join(parts), comment


def _column_list(table: SqliteTable, fields: Iterable[str]) -> str:
    return ", ".join(quoted(table.columns[name][0]) for name in fields)


def _foreign_key(table: SqliteTable, key: ForeignKey, target: SqliteTable) -> str:
    return (
        f"FOREIGN KEY ({_column_list(table, key.fields)}) "
        f"REFERENCES {quoted(target.name)} ({_column_list(target, key.reference)})"
    )


def _untested(item: Field, tested: set[str]) -> str:
    """What SQLite cannot test by itself is said beside the column."""
    left = [
        f"{name} {json.dumps(value, ensure_ascii=False, default=str)}"
        for name, value in item.constraints.items()
        if name not in tested and name not in ("required", "unique")
    ]
    return f"(Not tested here: {'; '.join(left)})" if left else ""


def _check_clauses(
    item: Field, column: str, stored: pl.DataType, dtype: pl.DataType
) -> Iterator[tuple[str, str]]:
    """Each constraint that SQL can state of values that are `stored` in this type, which were read
    as `dtype`, and the condition for a CHECK.
    """
    if dtype == pl.Boolean:
        yield "type", f"{column} IN (0, 1)"
    elif dtype == pl.Date:
        # A modifier, because without one SQLite takes 30 February for a date.
        yield "type", f"date({column}, '+0 days') IS {column}"
    yield from _value_checks(item, column, stored, dtype)
    yield from _bound_checks(item, column, stored, dtype)
    if stored == pl.String and item.type == "string":
        for name, sign in (("minLength", ">="), ("maxLength", "<=")):
            if isinstance(bound := item.constraints.get(name), int):
                yield name, f"length({column}) {sign} {min(bound, LARGEST)}"


def _value_checks(
    item: Field, column: str, stored: pl.DataType, dtype: pl.DataType
) -> Iterator[tuple[str, str]]:
    name = "enum" if "enum" in item.constraints else "categories"
    allowed = item.constraints.get("enum", item.categories)
    if isinstance(allowed, list | tuple) and item.type in ("string", "integer", "number", "year"):
        values = literals(list(allowed), item, dtype)
        kind = stored_type(values)
        if (kind == pl.String) == (stored == pl.String):
            yield name, f"{column} IN ({', '.join(map(_literal, as_type(values, kind)))})"


def _literal(value: str | float) -> str:
    return sql_text(value) if isinstance(value, str) else repr(value)


_SIGNS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def _bound_checks(
    item: Field, column: str, stored: pl.DataType, dtype: pl.DataType
) -> Iterator[tuple[str, str]]:
    for name, sign in _SIGNS.items():
        bound = item.constraints.get(name)
        text = "" if bound is None else cell_text(bound, item.type)
        if stored != pl.String and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            yield name, f"{column} {sign} {text}"
        # A text compares like what it means only for dates in their one form.
        elif dtype == pl.Date and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            yield name, f"{column} {sign} {sql_text(text)}"
