"""All tables as one SQLite database, with the schema's keys and constraints for real.

Each table is strict, so that a column holds its type alone. Beside the tables there is a view with
labels for each table that refers to others, and the descriptor in tables of its own.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from mtopendata.errors import MtopendataError
from mtopendata.formats.proof import UnprovenError, frame_of, prove
from mtopendata.formats.storage import as_number, as_text, unique_names
from mtopendata.labels import Labelled, labelled, with_labels
from mtopendata.package import Field, ForeignKey, Resource
from mtopendata.release import Release
from mtopendata.reproducible import SQLITE_PAGE, json_text, settle_sqlite
from mtopendata.schemas import cell_text, literals
from mtopendata.tables import Progress

BATCH = 50_000
"""Rows written or read at a time."""
MAX_COLUMNS = 2000
"""Columns that SQLite takes in one table."""
LARGEST = 2**63 - 1
_STRICT_SINCE = (3, 37)

_FORBIDDEN = r"(?i:^sqlite_)|\0"
"""What no name in SQLite may have."""
_PACKAGE = "datapackage"
_RESOURCES = "datapackage_resources"
_FIELDS = "datapackage_fields"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as SQLite gets it: `columns` has the name there and the stored values by field."""

    name: str
    resource: Resource
    frame: pl.DataFrame
    columns: Mapping[str, tuple[str, pl.Series]]
    uniques: list[tuple[str, ...]]


def write_sqlite(release: Release, path: Path, progress: Progress | None = None) -> list[str]:
    """Write the database, read it back, and return a sentence for each thing left out."""
    if sqlite3.sqlite_version_info < _STRICT_SINCE:
        raise MtopendataError(
            path.name, f"needs SQLite 3.37 or later, and Python has {sqlite3.sqlite_version}",
            "use a newer Python",
        )  # fmt: skip
    tables, notes = _tables(release)
    plans = _plans(release, tables)
    views = _view_names(tables, list(plans))
    done, rows = 0, sum(release.package[name].height for name in tables)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for setting in _SETTINGS:
            database.execute(f"PRAGMA {setting}")
        database.execute("BEGIN")
        for table in tables.values():
            database.execute(_create(table, tables))
            for batch in _batches(table):
                database.executemany(_insert(table.name, len(table.columns)), batch.iter_rows())
                done += batch.height
                if progress:
                    progress(path.name, done, done, 2 * rows)
        for name, plan in plans.items():
            database.execute(_create_view(views[name], plan, tables))
        for name, columns, texts in _descriptions(release, tables, views):
            typed = ", ".join(f"{_quoted(column)} TEXT" for column in columns)
            database.execute(f"CREATE TABLE {name} ({typed}) STRICT")
            database.executemany(_insert(name, len(columns)), texts)
        database.execute("COMMIT")
    settle_sqlite(path)
    prove_sqlite(release, path, progress)
    return notes


_SETTINGS = (
    f"page_size = {SQLITE_PAGE}", "secure_delete = ON", "encoding = 'UTF-8'", "auto_vacuum = NONE",
    "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -262144",
)  # fmt: skip
"""The first four are the file's, whatever the library was built with; the rest are speed: the file
is not published before it has been read back."""


def _plans(release: Release, tables: Mapping[str, _Table]) -> dict[str, Labelled]:
    """How each table that has labels is read with them."""
    plans = {name: labelled(release.package, table.resource) for name, table in tables.items()}
    return {name: plan for name, plan in plans.items() if plan}


def _view_names(tables: Mapping[str, _Table], names: list[str]) -> dict[str, str]:
    """What the views of these resources' tables are called, unlike any table."""
    taken = [_PACKAGE, _RESOURCES, _FIELDS, *(table.name for table in tables.values())]
    wanted = [f"{tables[name].name}_labelled" for name in names]
    return dict(zip(names, unique_names([*taken, *wanted])[len(taken) :], strict=True))


def _tables(release: Release) -> tuple[dict[str, _Table], list[str]]:
    """The tables by resource, and a sentence for each that SQLite cannot hold."""
    package, notes = release.package, []
    names = [name for name in package if package[name].width]
    own = unique_names([_PACKAGE, _RESOURCES, _FIELDS, *names], forbidden=_FORBIDDEN)[3:]
    tables: dict[str, _Table] = {}
    for name, own_name in zip(names, own, strict=True):
        frame, resource = package[name], package.resource(name)
        if frame.width > MAX_COLUMNS:
            notes.append(
                f"{name} is not in the SQLite file: it has more than {MAX_COLUMNS} columns"
            )
            continue
        assert resource is not None  # noqa: S101 - a table is a resource's
        columns = {
            series.name: (column, _stored(series))
            for series, column in zip(
                frame, unique_names(frame.columns, forbidden=_FORBIDDEN), strict=True
            )
        }
        tables[name] = _Table(own_name, resource, frame, columns, [])
    for table in tables.values():
        _declare_uniques(table, tables)
    return tables, notes


def _declare_uniques(table: _Table, tables: Mapping[str, _Table]) -> None:
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
        parent = target.resource.schema
        if parent and key.reference != parent.primary_key and key.reference not in target.uniques:
            target.uniques.append(key.reference)


def _is_enforceable(key: ForeignKey, table: _Table, target: _Table) -> bool:
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


def _stored(series: pl.Series) -> pl.Series:
    """The values as SQLite keeps them: Int64, Float64 or text."""
    if series.dtype == pl.Boolean:
        return series.cast(pl.Int64)
    return as_number(series, LARGEST) if series.dtype.is_numeric() else as_text(series)


def _batches(table: _Table) -> Iterator[pl.DataFrame]:
    frame = pl.DataFrame([values.alias(name) for name, values in table.columns.values()])
    return frame.iter_slices(BATCH)


def _insert(name: str, width: int) -> str:
    return f"INSERT INTO {_quoted(name)} VALUES ({', '.join('?' * width)})"  # noqa: S608 - quoted


def _quoted(name: str) -> str:
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


def _create(table: _Table, tables: Mapping[str, _Table]) -> str:
    schema = table.resource.schema
    fields = {item.name: item for item in schema.fields} if schema else {}
    key = schema.primary_key if schema else ()
    lines: list[tuple[str, str]] = []
    for field, (name, values) in table.columns.items():
        item = fields.get(field)
        kind = _TYPES[values.dtype]
        # INTEGER would make it the row's number, and a NULL be filled in.
        parts = [_quoted(name), "INT" if (field,) == key and kind == "INTEGER" else kind]
        comment = ""
        if item:
            if field in key or item.constraints.get("required"):
                parts.append("NOT NULL")
            checks = list(_checks(item, _quoted(name), values, table.frame.schema[field]))
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
    return f"CREATE TABLE {_quoted(table.name)} ({head}\n{body}) STRICT"


def _list(table: _Table, fields: Iterable[str]) -> str:
    return ", ".join(_quoted(table.columns[name][0]) for name in fields)


def _foreign_keys(table: _Table, tables: Mapping[str, _Table]) -> Iterator[tuple[str, str]]:
    for key in table.resource.schema.foreign_keys if table.resource.schema else ():
        target = tables.get(key.resource)
        if target and _is_enforceable(key, table, target):
            yield (
                f"FOREIGN KEY ({_list(table, key.fields)}) "
                f"REFERENCES {_quoted(target.name)} ({_list(target, key.reference)})",
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
        stored = _stored(literals(list(allowed), item, dtype))
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


def _create_view(name: str, plan: Labelled, tables: Mapping[str, _Table]) -> str:
    """The table's own columns, and then the labels."""
    table = tables[plan.resource.name]
    others = [tables[join.resource] for join in plan.joins]
    selected = [f"t.{_quoted(column)}" for column, _ in table.columns.values()]
    own = [column for column, _ in table.columns.values()]
    aliases = unique_names([*own, *(alias for alias, _, _ in plan.columns)])[len(own) :]
    for alias, (_, index, source) in zip(aliases, plan.columns, strict=True):
        if index is not None:
            value = f"j{index}.{_quoted(others[index].columns[source][0])}"
        else:
            column, stored = table.columns[source]
            cases = " ".join(
                f"WHEN {_code(code, stored)} THEN {_text(label)}"
                for code, label in plan.categories[source].items()
            )
            value = f"CASE t.{_quoted(column)} {cases} END"
        selected.append(f"{value} AS {_quoted(alias)}")
    lines = [f"FROM {_quoted(table.name)} AS t"]
    for index, (join, other) in enumerate(zip(plan.joins, others, strict=True)):
        here = table if join.parent is None else others[join.parent]
        side = "t" if join.parent is None else f"j{join.parent}"
        on = " AND ".join(
            f"{side}.{_quoted(here.columns[ours][0])} = "
            f"j{index}.{_quoted(other.columns[theirs][0])}"
            for ours, theirs in zip(join.key.fields, join.key.reference, strict=True)
        )
        lines.append(f"LEFT JOIN {_quoted(other.name)} AS j{index} ON {on}")
    # Without an order SQLite may read an index instead of the table, and shuffle the rows.
    taken = {column.casefold() for column in own}
    number = next((word for word in ("rowid", "oid", "_rowid_") if word not in taken), None)
    if number:
        lines.append(f"ORDER BY t.{number}")
    columns = ",\n  ".join(selected)
    return f"CREATE VIEW {_quoted(name)} AS SELECT\n  {columns}\n" + "\n".join(lines)


def _code(code: str, stored: pl.Series) -> str:
    return _text(code) if stored.dtype == pl.String else str(int(code))


# The descriptor


def _descriptions(
    release: Release, tables: Mapping[str, _Table], views: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    """Name, columns and rows of the tables that describe the package, its tables and their columns:
    titles, descriptions and units to be read with SQL, and the descriptor whole.
    """
    described = release.descriptor
    columns = ("name", "title", "version", "description")
    texts = (described.get(key) for key in columns)
    rows = [(*(text if isinstance(text, str) else None for text in texts), json_text(described))]
    yield _PACKAGE, (*columns, "descriptor"), rows
    yield (
        _RESOURCES,
        ("table_name", "view_name", "resource", "title", "description", "path"),
        [
            (table.name, views.get(name), name, *_texts(table.resource.descriptor),
             table.resource.path)
            for name, table in tables.items()
        ],
    )  # fmt: skip
    yield (
        _FIELDS,
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


# Reading back


def prove_sqlite(release: Release, path: Path, progress: Progress | None = None) -> None:
    """Read the database as a stranger would, through its SQL, and compare every cell; run SQLite's
    own checks of the file, of each constraint and of each foreign key; and compare the views.

    UnprovenError: something reads otherwise than it was validated, or cannot be read.
    """
    try:
        _prove(release, path, progress)
    except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


def _prove(release: Release, path: Path, progress: Progress | None) -> None:
    tables, _ = _tables(release)
    plans = _plans(release, tables)
    views = _view_names(tables, list(plans))
    done = rows = sum(table.frame.height for table in tables.values())

    def count(read: int) -> None:
        nonlocal done
        done += read
        if progress:
            progress(path.name, done, done, 2 * rows)

    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        # What is queried is what a build makes: a view in a table's place could run for ever.
        found = dict(database.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL"))
        made = {table.name: _create(table, tables) for table in tables.values()}
        made |= {
            views[name]: _create_view(views[name], plan, tables) for name, plan in plans.items()
        }
        for name, statement in made.items():
            if found.get(name) != statement:
                raise UnprovenError(path, f"has not the {name!r} that this version makes")
        if extra := sorted(set(found) - {_PACKAGE, _RESOURCES, _FIELDS, *made}):
            raise UnprovenError(path, f"has {extra[0]!r}, which no build makes")
        verdict = database.execute("PRAGMA integrity_check").fetchall()
        if verdict != [("ok",)]:
            raise UnprovenError(path, f"is damaged: {verdict[0][0]}")
        if fault := database.execute("PRAGMA foreign_key_check").fetchone():
            raise UnprovenError(path, f"has a row of {fault[0]} that refers to nothing")
        for name, table in tables.items():
            cursor = database.execute(f"SELECT * FROM {_quoted(table.name)}")  # noqa: S608
            columns = [column[0] for column in cursor.description]
            if columns != [column for column, _ in table.columns.values()]:
                raise UnprovenError(path, f"has other columns in {name}: {columns}")
            schema = {field: stored.dtype for field, (_, stored) in table.columns.items()}
            read = _fetch(path, name, cursor, schema, count)
            prove(path, name, table.frame, read)
        for name, _, texts in _descriptions(release, tables, views):
            if database.execute(f"SELECT * FROM {name}").fetchmany(len(texts) + 1) != texts:  # noqa: S608
                raise UnprovenError(path, f"says something else of the package in {name}")
        for name, plan in plans.items():
            _prove_view(release, path, database, tables[name], plan, views[name])


def _prove_view(
    release: Release, path: Path, database: sqlite3.Connection, table: _Table, plan: Labelled,
    view: str,
) -> None:  # fmt: skip
    expected = with_labels(release.package, plan).select(alias for alias, _, _ in plan.columns)
    columns = database.execute(f"SELECT * FROM {_quoted(view)} LIMIT 0").description  # noqa: S608
    labels = ", ".join(_quoted(column[0]) for column in columns[len(table.columns) :])
    cursor = database.execute(f"SELECT {labels} FROM {_quoted(view)}")  # noqa: S608
    schema = dict.fromkeys(expected.columns, pl.String())
    prove(path, view, expected, _fetch(path, view, cursor, schema))


def _fetch(
    path: Path,
    name: str,
    cursor: sqlite3.Cursor,
    schema: Mapping[str, pl.DataType],
    count: Callable[[int], None] = lambda _: None,
) -> pl.DataFrame:
    """All rows of a query; `count` is told how many came at a time."""
    parts = [pl.DataFrame(schema=schema)]
    while batch := cursor.fetchmany(BATCH):
        parts.append(frame_of(path, name, batch, schema))
        count(len(batch))
    return pl.concat(parts)
