"""Rows into a table of a database, many with each statement: half of the time that one row at a
time takes, and the same file.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from mtopendata.release.formats.sqlite.statements import insert_rows
from mtopendata.release.formats.sqlite.tables import SqliteTable

BATCH = 50_000
"""Rows of which Python has the values at a time."""
_PARAMETERS = 999
"""Values of a statement that every SQLite takes."""


def insert_table(database: sqlite3.Connection, table: SqliteTable) -> Iterator[int]:
    """Add the rows of a table, and tell of each batch how many they were."""
    for start in range(0, table.frame.height, BATCH):
        batch = [table.stored(field, start, BATCH).to_list() for field in table.columns]
        _insert(database, table.name, batch)
        yield len(batch[0])


def _insert(database: sqlite3.Connection, name: str, batch: Sequence[list[Any]]) -> None:
    width, height = len(batch), len(batch[0])
    values: list[Any] = [None] * (width * height)
    for index, column in enumerate(batch):
        values[index::width] = column
    rows = max(1, _PARAMETERS // width)
    step = rows * width
    whole = len(values) // step * step
    parts = (values[start : start + step] for start in range(0, whole, step))
    database.executemany(insert_rows(name, width, rows), parts)
    if rest := values[whole:]:
        database.execute(insert_rows(name, width, len(rest) // width), rest)
