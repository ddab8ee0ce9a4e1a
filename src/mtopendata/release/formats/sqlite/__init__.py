"""All tables as one SQLite database, with the schema's keys and constraints for real.

Each table is strict, so that a column holds its type alone. Beside the tables there is a view with
labels for each table that refers to others, and the descriptor in tables of its own.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

from mtopendata.reading.options import Progress
from mtopendata.release.formats.sqlite.descriptions import descriptions
from mtopendata.release.formats.sqlite.plan import (
    BATCH,
    Table,
    label_plans,
    stored_tables,
    view_names,
)
from mtopendata.release.formats.sqlite.reading import prove_sqlite
from mtopendata.release.formats.sqlite.statements import create_table, insert, quoted
from mtopendata.release.formats.sqlite.views import create_view
from mtopendata.release.model import Release
from mtopendata.release.reproducible import SQLITE_PAGE, settle_sqlite
from mtopendata.values.errors import MtopendataError

_STRICT_SINCE = (3, 37)


def write_sqlite(release: Release, path: Path, progress: Progress | None = None) -> list[str]:
    """Write the database, read it back, and return a sentence for each thing left out."""
    if sqlite3.sqlite_version_info < _STRICT_SINCE:
        raise MtopendataError(
            path.name, f"needs SQLite 3.37 or later, and Python has {sqlite3.sqlite_version}",
            "use a newer Python",
        )  # fmt: skip
    tables, notes = stored_tables(release)
    plans = label_plans(release, tables)
    views = view_names(tables, list(plans))
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


def _batches(table: Table) -> Iterator[pl.DataFrame]:
    frame = pl.DataFrame([values.alias(name) for name, values in table.columns.values()])
    return frame.iter_slices(BATCH)
