"""A database read back, by its SQL, and compared."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import polars as pl

from mtopendata.package.model import Package
from mtopendata.reading.labels import with_labels
from mtopendata.reading.options import Progress
from mtopendata.release.formats.sqlite.descriptions import RESERVED
from mtopendata.release.formats.sqlite.plan import Database, View
from mtopendata.release.formats.sqlite.statements import quoted
from mtopendata.release.formats.sqlite.tables import SqliteTable
from mtopendata.release.proof import UnprovenError, frame_of, prove

BATCH = 50_000
"""Rows written or read at a time."""


def prove_database(plan: Database, path: Path, progress: Progress | None) -> None:
    """Read the database as a stranger would, through its SQL, and compare every cell; run SQLite's
    own checks of the file, of each constraint and of each foreign key; and compare the views.

    UnprovenError: something reads otherwise than it was validated, or cannot be read.
    """
    done = 0

    def count(read: int) -> None:
        nonlocal done
        done += read
        if progress:
            progress(path.name, done, plan.rows + done, 2 * plan.rows)

    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            _prove_statements(plan, path, database)
            _prove_integrity(path, database)
            for name, table in plan.tables.items():
                _prove_table(name, table, path, database, count)
            for described in plan.descriptions:
                cursor = database.execute(f"SELECT * FROM {described.name}")  # noqa: S608
                if cursor.fetchmany(len(described.rows) + 1) != described.rows:
                    raise UnprovenError(
                        path, f"says something else of the package in {described.name}"
                    )
            for name, view in plan.views.items():
                _prove_view(plan.release.package, plan.tables[name], view, path, database)
    except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


def _prove_statements(plan: Database, path: Path, database: sqlite3.Connection) -> None:
    """What is queried is what a build makes: a view in a table's place could run for ever."""
    found = dict(database.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL"))
    for name, statement in plan.statements.items():
        if found.get(name) != statement:
            raise UnprovenError(path, f"has not the {name!r} that this version makes")
    if extra := sorted(set(found) - {*RESERVED, *plan.statements}):
        raise UnprovenError(path, f"has {extra[0]!r}, which no build makes")


def _prove_integrity(path: Path, database: sqlite3.Connection) -> None:
    verdict = database.execute("PRAGMA integrity_check").fetchall()
    if verdict != [("ok",)]:
        raise UnprovenError(path, f"is damaged: {verdict[0][0]}")
    if fault := database.execute("PRAGMA foreign_key_check").fetchone():
        raise UnprovenError(path, f"has a row of {fault[0]} that refers to nothing")


def _prove_table(
    name: str,
    table: SqliteTable,
    path: Path,
    database: sqlite3.Connection,
    count: Callable[[int], None],
) -> None:
    cursor = database.execute(f"SELECT * FROM {quoted(table.name)}")  # noqa: S608
    columns = [column[0] for column in cursor.description]
    if columns != [column for column, _ in table.columns.values()]:
        raise UnprovenError(path, f"has other columns in {name}: {columns}")
    schema = {field: stored.dtype for field, (_, stored) in table.columns.items()}
    prove(path, name, table.frame, _fetch(path, name, cursor, schema, count))


def _prove_view(
    package: Package, table: SqliteTable, view: View, path: Path, database: sqlite3.Connection
) -> None:
    labels = [alias for alias, _, _ in view.labels.columns]
    expected = with_labels(package, view.labels).select(labels)
    columns = database.execute(f"SELECT * FROM {quoted(view.name)} LIMIT 0").description  # noqa: S608
    selected = ", ".join(quoted(column[0]) for column in columns[len(table.columns) :])
    cursor = database.execute(f"SELECT {selected} FROM {quoted(view.name)}")  # noqa: S608
    schema = dict.fromkeys(expected.columns, pl.String())
    prove(path, view.name, expected, _fetch(path, view.name, cursor, schema))


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
