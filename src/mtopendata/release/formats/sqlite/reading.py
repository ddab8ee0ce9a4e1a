"""A database read back, by its SQL, and compared: some rows at a time."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import polars as pl

from mtopendata.reading.labels import with_labels
from mtopendata.reading.options import Progress
from mtopendata.release.formats.sqlite.descriptions import RESERVED
from mtopendata.release.formats.sqlite.inserting import BATCH
from mtopendata.release.formats.sqlite.plan import Database, View
from mtopendata.release.formats.sqlite.statements import quoted, row_number
from mtopendata.release.formats.sqlite.tables import SqliteTable
from mtopendata.release.formats.sqlite.views import query_of_rows
from mtopendata.release.proof import UnprovenError, prove
from mtopendata.release.storage import int_or_0
from mtopendata.values.plurals import plural
from mtopendata.values.waits import in_turns

MOST_TEXT = 2**26
"""Bytes of text that are read at a time: SQLite makes one text of a column's, of at most 10⁹."""


def prove_database(plan: Database, path: Path, progress: Progress | None) -> None:
    """Read the database as a stranger would, through its SQL, and compare every cell; run SQLite's
    own checks of the file, of each constraint and of each foreign key; and compare the views.

    UnprovenError: something reads otherwise than it was validated, or cannot be read.
    """
    try:
        with ExitStack() as stack:
            database, *others = (
                stack.enter_context(closing(_opened_database(path))) for _ in range(3)
            )
            _prove_statements(plan, path, database)
            _prove_shapes(plan, path, database)
            # In threads of their own, where SQLite works without the interpreter's lock.
            pool = stack.enter_context(ThreadPoolExecutor(2, thread_name_prefix="mtopendata"))
            left = [
                pool.submit(_prove_integrity, path, others[0]),
                pool.submit(_prove_views, plan, path, others[1]),
            ]
            try:
                _prove_all(plan, path, database, left, progress)
            except BaseException:
                for other in others:
                    other.interrupt()
                raise
    except (
        sqlite3.Error,
        ValueError,
        TypeError,
        OverflowError,
    ) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


def _prove_all(
    plan: Database,
    path: Path,
    database: sqlite3.Connection,
    left: Sequence[Future[None]],
    progress: Progress | None,
) -> None:
    """Compare the contents, and wait for what is `left` to others; tell how far that is."""
    done = 0
    for read in _prove_contents(plan, path, database):
        done += read
        if progress:
            progress(path.name, done, plan.rows + done, 2 * plan.rows)
    for _ in in_turns(left):
        if progress:
            progress(path.name, done, plan.rows + done, 2 * plan.rows)


def _opened_database(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def _prove_contents(plan: Database, path: Path, database: sqlite3.Connection) -> Iterator[int]:
    """Compare the tables, and what describes them; after some rows at a time, their number."""
    for name, table in plan.tables.items():
        query = _query_of_rows(table, database)
        for start, rows in _slices(table):
            # Their types are tested with SQLite's integrity.
            actual = _read_rows(database, query, (start, rows.height), table.columns)
            prove(path, name, rows, actual, start)
            yield rows.height
    for described in plan.descriptions:
        cursor = database.execute(f"SELECT * FROM {described.name}")  # noqa: S608
        if cursor.fetchmany(len(described.rows) + 1) != described.rows:
            raise UnprovenError(path, f"says something else of the package in {described.name}")


def _prove_views(plan: Database, path: Path, database: sqlite3.Connection) -> None:
    """Compare the labels of all views."""
    for name, view in plan.views.items():
        _prove_view(plan, name, view, path, database)


def _prove_statements(plan: Database, path: Path, database: sqlite3.Connection) -> None:
    """What is queried is what a build makes: a view in a table's place could run for ever."""
    found = dict(database.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL"))
    for name, statement in plan.statements.items():
        if found.get(name) != statement:
            raise UnprovenError(path, f"has not the {name!r} that this version makes")
    if extra := sorted(set(found) - {*RESERVED, *plan.statements}):
        raise UnprovenError(path, f"has {extra[0]!r}, which no build makes")


def _prove_shapes(plan: Database, path: Path, database: sqlite3.Connection) -> None:
    """Each table has its columns, and as many rows as it should."""
    for name, table in plan.tables.items():
        cursor = database.execute(f"SELECT * FROM {quoted(table.name)} LIMIT 0")  # noqa: S608
        columns = [column[0] for column in cursor.description]
        if columns != [column for column, _ in table.columns.values()]:
            raise UnprovenError(path, f"has other columns in {name}: {columns}")
        _prove_height(path, name, quoted(table.name), table.frame.height, database)


def _prove_height(
    path: Path, name: str, source: str, expected: int, database: sqlite3.Connection
) -> None:
    count = database.execute(f"SELECT count(*) FROM {source}").fetchone()[0]  # noqa: S608 - quoted
    if count != expected:
        raise UnprovenError(path, f"has {plural(count, 'row')} of {name} instead of {expected:,}")


def _prove_integrity(path: Path, database: sqlite3.Connection) -> None:
    """SQLite's own checks: of the file, of types and constraints, and of foreign keys."""
    verdict = database.execute("PRAGMA integrity_check").fetchall()
    if verdict != [("ok",)]:
        raise UnprovenError(path, f"is damaged: {verdict[0][0]}")
    if fault := database.execute("PRAGMA foreign_key_check").fetchone():
        raise UnprovenError(path, f"has a row of {fault[0]} that refers to nothing")


# Rows


def _slices(table: SqliteTable) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of a table, some at a time, each with how many come before them."""
    height = table.frame.height
    # Of another type than text, none is long. By another name, as Polars takes some for patterns.
    texts = [series.alias("0") for series in table.frame if series.dtype == pl.String]
    start = 0
    while start < height:
        rows = min(BATCH, height - start)
        while rows > 1 and _stored_bytes(texts, start, rows) > MOST_TEXT:
            rows //= 2
        yield start, table.frame.slice(start, rows)
        start += rows


def _stored_bytes(texts: list[pl.Series], start: int, rows: int) -> int:
    return sum(int_or_0(text.slice(start, rows).str.len_bytes().sum()) for text in texts)


def _query_of_rows(table: SqliteTable, database: sqlite3.Connection) -> str:
    """What asks for as many rows as the second parameter says, with so many before them."""
    number = _number_of_rows(table, database)
    which = f"WHERE {number} > ?1 AND {number} <= ?1 + ?2" if number else "LIMIT ?2 OFFSET ?1"
    return f"SELECT * FROM {quoted(table.name)} NOT INDEXED {which}"  # noqa: S608 - quoted


def _number_of_rows(table: SqliteTable, database: sqlite3.Connection) -> str | None:
    """What numbers a table's rows from 1 on; None where nothing does, or with gaps."""
    if number := row_number(column for column, _ in table.columns.values()):
        # By themselves: SQLite would go through all rows for both at once.
        ends = (
            f"SELECT {end}({number}) FROM {quoted(table.name)}"  # noqa: S608 - quoted
            for end in ("min", "max")
        )
        if [database.execute(end).fetchone()[0] for end in ends] == [1, table.frame.height]:
            return number
    return None


def _prove_view(
    plan: Database, name: str, view: View, path: Path, database: sqlite3.Connection
) -> None:
    """Compare the labels, which the view has behind the columns of the table."""
    table = plan.tables[name]
    own = [column for column, _ in table.columns.values()]
    whole = f"SELECT * FROM {quoted(view.name)}"  # noqa: S608 - quoted
    named = database.execute(f"{whole} LIMIT 0").description
    labels = [alias for alias, _, _ in view.labels.columns]
    columns = {
        label: (column[0], pl.String())
        for label, column in zip(labels, named[len(own) :], strict=True)
    }
    if number := _number_of_rows(table, database):
        query = query_of_rows(plan.statements[view.name], view.name, number)
    else:
        query = f"{whole} LIMIT ?2 OFFSET ?1"
        _prove_height(path, view.name, quoted(view.name), table.frame.height, database)
    for start, rows in _slices(table):
        expected = with_labels(plan.release.package, view.labels, rows).select(labels)
        actual = _read_rows(database, query, (start, rows.height), columns)
        prove(path, view.name, expected, actual, start)


def _read_rows(
    database: sqlite3.Connection,
    query: str,
    which: tuple[int, int],
    columns: Mapping[str, tuple[str, pl.DataType]],
) -> pl.DataFrame:
    """What a query has of these columns, by the names that the frame gets. SQLite puts the values
    of each together as a JSON array, so that Python need not touch every one. ValueError: a value
    is of another type than its column.
    """
    arrays = ", ".join(_array(column, dtype) for column, dtype in columns.values())
    found = database.execute(f"SELECT {arrays} FROM ({query})", which).fetchone()  # noqa: S608
    series = []
    for (name, (_, dtype)), array in zip(columns.items(), found, strict=True):
        try:
            series.append(_read_array(array, dtype).alias(name))
        except pl.exceptions.PolarsError:
            raise ValueError(f"{name!r} has a value that is no {dtype}") from None
    return pl.DataFrame(series)


def _array(column: str, dtype: pl.DataType) -> str:
    """The query for a column's values as JSON, which has no exact form of binary numbers."""
    value = quoted(column)
    return f"json_group_array({f'quote({value})' if dtype == pl.Float64 else value})"


def _read_array(array: str, dtype: pl.DataType) -> pl.Series:
    written = pl.String() if dtype == pl.Float64 else dtype
    values = pl.Series([array]).str.json_decode(pl.List(written)).explode(empty_as_null=False)
    if dtype == pl.Float64:
        return values.replace("NULL", None).cast(pl.Float64)
    return values
