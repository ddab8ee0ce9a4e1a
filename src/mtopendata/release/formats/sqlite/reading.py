"""A database read back, by its SQL, and compared."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import polars as pl

from mtopendata.reading.labels import Labelled, with_labels
from mtopendata.reading.options import Progress
from mtopendata.release.formats.sqlite.descriptions import descriptions
from mtopendata.release.formats.sqlite.plan import (
    BATCH,
    FIELDS,
    PACKAGE,
    RESOURCES,
    Table,
    label_plans,
    stored_tables,
    view_names,
)
from mtopendata.release.formats.sqlite.statements import create_table, quoted
from mtopendata.release.formats.sqlite.views import create_view
from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError, frame_of, prove


def prove_sqlite(release: Release, path: Path, progress: Progress | None = None) -> None:
    """Read the database as a stranger would, through its SQL, and compare every cell; run SQLite's
    own checks of the file, of each constraint and of each foreign key; and compare the views.

    UnprovenError: something reads otherwise than it was validated, or cannot be read.
    """
    try:
        _prove_database(release, path, progress)
    except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


def _prove_database(release: Release, path: Path, progress: Progress | None) -> None:
    tables, _ = stored_tables(release)
    plans = label_plans(release, tables)
    views = view_names(tables, list(plans))
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
