"""All tables as one SQLite database, with the schema's keys and constraints for real.

Each table is strict, so that a column holds its type alone. Beside the tables there is a view with
labels for each table that refers to others, and the descriptor in tables of its own.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from mtopendata.reading.options import Progress
from mtopendata.release.formats import Format
from mtopendata.release.formats.sqlite.inserting import insert_table
from mtopendata.release.formats.sqlite.plan import Database, plan_database
from mtopendata.release.formats.sqlite.reading import prove_database
from mtopendata.release.formats.sqlite.statements import insert_rows, quoted
from mtopendata.release.reproducible import SQLITE_PAGE, settle_sqlite
from mtopendata.values.errors import MtopendataError

_STRICT_SINCE = (3, 37)


def write_database(plan: Database, path: Path, progress: Progress | None) -> None:
    """Write the database. MtopendataError: this Python's SQLite is too old."""
    if sqlite3.sqlite_version_info < _STRICT_SINCE:
        raise MtopendataError(
            path.name,
            f"needs SQLite 3.37 or later, and Python has {sqlite3.sqlite_version}",
            "use a newer Python",
        )
    done = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for setting in _SETTINGS:
            database.execute(f"PRAGMA {setting}")
        database.execute("BEGIN")
        for table in plan.tables.values():
            database.execute(plan.statements[table.name])
            for count in insert_table(database, table):
                done += count
                if progress:
                    progress(path.name, done, done, 2 * plan.rows)
        for view in plan.views.values():
            database.execute(plan.statements[view.name])
        for described in plan.descriptions:
            typed = ", ".join(f"{quoted(column)} TEXT" for column in described.columns)
            database.execute(f"CREATE TABLE {described.name} ({typed}) STRICT")
            database.executemany(
                insert_rows(described.name, len(described.columns)), described.rows
            )
        database.execute("COMMIT")
    settle_sqlite(path)


_SETTINGS = (
    # The file's own, whatever the library was built with.
    f"page_size = {SQLITE_PAGE}",
    "secure_delete = ON",
    "encoding = 'UTF-8'",
    "auto_vacuum = NONE",
    # For speed: the file is not published before it has been read back.
    "journal_mode = OFF",
    "synchronous = OFF",
    "locking_mode = EXCLUSIVE",
    "cache_size = -65536",
)


FORMAT = Format(
    "sqlite",
    ".sqlite",
    plan_database,
    write_database,
    prove_database,
    failures=lambda: (sqlite3.Error,),
    purpose="all tables as one SQLite database, with keys and constraints",
)
