"""All tables as one SQLite database, with the schema's keys and constraints for real.

Each table is strict, so that a column holds its type alone. Beside the tables there is a view with
labels for each table that refers to others, and the descriptor in tables of its own.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import polars as pl

from mtopendata.reading.labels import Labelled, labelled, with_labels
from mtopendata.reading.options import Progress
from mtopendata.release.formats.proof import UnprovenError, frame_of, prove
from mtopendata.release.formats.sql import (
    FIELDS,
    PACKAGE,
    RESOURCES,
    Table,
    as_stored,
    create_table,
    create_view,
    descriptions,
    insert,
    is_enforceable,
    quoted,
)
from mtopendata.release.formats.storage import unique_names
from mtopendata.release.model import Release
from mtopendata.release.reproducible import SQLITE_PAGE, settle_sqlite
from mtopendata.values.errors import MtopendataError

BATCH = 50_000
"""Rows written or read at a time."""
MAX_COLUMNS = 2000
"""Columns that SQLite takes in one table."""
_STRICT_SINCE = (3, 37)

_FORBIDDEN = r"(?i:^sqlite_)|\0"
"""What no name in SQLite may have."""


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
            database.execute(create_table(table, tables))
            for batch in _batches(table):
                database.executemany(insert(table.name, len(table.columns)), batch.iter_rows())
                done += batch.height
                if progress:
                    progress(path.name, done, done, 2 * rows)
        for name, plan in plans.items():
            database.execute(create_view(views[name], plan, tables))
        for name, columns, texts in descriptions(release, tables, views):
            typed = ", ".join(f"{quoted(column)} TEXT" for column in columns)
            database.execute(f"CREATE TABLE {name} ({typed}) STRICT")
            database.executemany(insert(name, len(columns)), texts)
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


def _plans(release: Release, tables: Mapping[str, Table]) -> dict[str, Labelled]:
    """How each table that has labels is read with them."""
    plans = {name: labelled(release.package, table.resource) for name, table in tables.items()}
    return {name: plan for name, plan in plans.items() if plan}


def _view_names(tables: Mapping[str, Table], names: list[str]) -> dict[str, str]:
    """What the views of these resources' tables are called, unlike any table."""
    taken = [PACKAGE, RESOURCES, FIELDS, *(table.name for table in tables.values())]
    wanted = [f"{tables[name].name}_labelled" for name in names]
    return dict(zip(names, unique_names([*taken, *wanted])[len(taken) :], strict=True))


def _tables(release: Release) -> tuple[dict[str, Table], list[str]]:
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


def _batches(table: Table) -> Iterator[pl.DataFrame]:
    frame = pl.DataFrame([values.alias(name) for name, values in table.columns.values()])
    return frame.iter_slices(BATCH)


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
    rows = sum(table.frame.height for table in tables.values())
    done = 0

    def count(read: int) -> None:
        nonlocal done
        done += read
        if progress:
            progress(path.name, done, rows + done, 2 * rows)

    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        # What is queried is what a build makes: a view in a table's place could run for ever.
        found = dict(database.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL"))
        made = {table.name: create_table(table, tables) for table in tables.values()}
        made |= {
            views[name]: create_view(views[name], plan, tables) for name, plan in plans.items()
        }
        for name, statement in made.items():
            if found.get(name) != statement:
                raise UnprovenError(path, f"has not the {name!r} that this version makes")
        if extra := sorted(set(found) - {PACKAGE, RESOURCES, FIELDS, *made}):
            raise UnprovenError(path, f"has {extra[0]!r}, which no build makes")
        verdict = database.execute("PRAGMA integrity_check").fetchall()
        if verdict != [("ok",)]:
            raise UnprovenError(path, f"is damaged: {verdict[0][0]}")
        if fault := database.execute("PRAGMA foreign_key_check").fetchone():
            raise UnprovenError(path, f"has a row of {fault[0]} that refers to nothing")
        for name, table in tables.items():
            cursor = database.execute(f"SELECT * FROM {quoted(table.name)}")  # noqa: S608
            columns = [column[0] for column in cursor.description]
            if columns != [column for column, _ in table.columns.values()]:
                raise UnprovenError(path, f"has other columns in {name}: {columns}")
            schema = {field: stored.dtype for field, (_, stored) in table.columns.items()}
            read = _fetch(path, name, cursor, schema, count)
            prove(path, name, table.frame, read)
        for name, _, texts in descriptions(release, tables, views):
            if database.execute(f"SELECT * FROM {name}").fetchmany(len(texts) + 1) != texts:  # noqa: S608
                raise UnprovenError(path, f"says something else of the package in {name}")
        for name, plan in plans.items():
            _prove_view(release, path, database, tables[name], plan, views[name])


def _prove_view(
    release: Release, path: Path, database: sqlite3.Connection, table: Table, plan: Labelled,
    view: str,
) -> None:  # fmt: skip
    expected = with_labels(release.package, plan).select(alias for alias, _, _ in plan.columns)
    columns = database.execute(f"SELECT * FROM {quoted(view)} LIMIT 0").description  # noqa: S608
    labels = ", ".join(quoted(column[0]) for column in columns[len(table.columns) :])
    cursor = database.execute(f"SELECT {labels} FROM {quoted(view)}")  # noqa: S608
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
