"""A table of an SQLite database, read without a trace: nothing is written, locked or run."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import polars as pl

from mtopendata.package.model import Field, Resource
from mtopendata.reading.cells import Column
from mtopendata.reading.faults import Fault, Faults, UnreadableError
from mtopendata.reading.options import Options
from mtopendata.values.cells import cell_text

LONGEST = 64 * 1024**2
"""Bytes of the longest cell."""
_SHOWN = 10
"""Names of tables that a message lists."""

Row = tuple[str | int | float | bytes | None, ...]


class SqliteFile:
    """The table of a database that the dialect names."""

    def __init__(self, file: Path, resource: Resource, _: Options) -> None:
        self._file = file
        for ending in ("-wal", "-journal"):
            beside = file.with_name(file.name + ending)
            if beside.exists() and beside.stat().st_size:
                message = f"{beside.name} beside it has changes that are not in the file"
                raise UnreadableError(message, "close the program that has the database open")
        with _database(file) as database:
            self._table = _sql_name(_table_in(database, resource))
            found = database.execute(f"SELECT * FROM {self._table} LIMIT 0")  # noqa: S608
            self.labels = [column[0] for column in found.description]

    @property
    def height(self) -> int:
        """How many rows it has, which are counted: no database says so."""
        with _database(self._file) as database:
            found = database.execute(f"SELECT count(*) FROM {self._table}")  # noqa: S608
            return int(found.fetchone()[0])

    def faults(self, columns: Sequence[Column]) -> Iterator[Fault]:
        """None: in SQLite each cell has a type of its own."""
        del columns
        return iter(())

    def blocks(self, size: int) -> Iterator[list[Row]]:
        """The rows, in the order in which SQLite has them."""
        held: list[Row] = []
        left = size
        with _database(self._file) as database:
            for row in database.execute(f"SELECT * FROM {self._table}"):  # noqa: S608
                held.append(row)
                left -= sum(len(one) if isinstance(one, str | bytes) else 8 for one in row)
                if left <= 0:
                    yield held
                    held, left = [], size
        if held:
            yield held

    def texts(
        self, rows: Sequence[Row], columns: Sequence[Column], line: int, faults: Faults
    ) -> list[pl.Series]:
        """A part of the rows as columns of text."""
        found = []
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            item = column.field
            found.append(pl.Series([_cell_of(value, item) for value in values], dtype=pl.String))
            for number, value in enumerate(values, line):
                if _is_misfit(value, item.type):
                    faults.add(_other_type(value, item, number))
        return found


@contextmanager
def _database(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        # Immutable: it is neither locked, nor are files looked for beside it.
        place = f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(place, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            database.execute("PRAGMA trusted_schema = OFF")
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:
        message = f"it is no SQLite database that can be read ({error})"
        raise UnreadableError(message, "write it again, or store the table as CSV") from error


def _table_in(database: sqlite3.Connection, resource: Resource) -> str:
    """The table that the dialect names. UnreadableError: it names none that is there."""
    found = database.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    # What a view or a virtual table runs is not the table's own.
    names = [
        name
        for name, type_, sql in found
        if type_ == "table" and not str(sql).upper().startswith("CREATE VIRTUAL")
    ]
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    listed = ", ".join(map(repr, names[:_SHOWN])) + more if names else "none"
    properties = resource.dialect_properties
    wanted = properties.get("table") or properties.get("sql", {}).get("table")
    if not wanted:
        message = f"nothing says which table of the database it is; it has {listed}"
        raise UnreadableError(message, "give its name as 'table' in the dialect")
    same = [name for name in names if name.lower() == str(wanted).lower()]
    if not same:
        is_view = any(name == wanted for name, _, _ in found)
        what = f"{wanted!r} is no table but a view" if is_view else f"it has no table {wanted!r}"
        raise UnreadableError(f"{what}; its tables are {listed}", "correct 'table' in the dialect")
    return str(same[0])


def _sql_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _is_misfit(value: object, type_: str) -> bool:
    """Whether a cell is stored as what its field is not, and its text would hide that. SQLite has
    nothing but numbers and text for dates and truth values, and text for numbers beyond its own.
    """
    if isinstance(value, bytes):
        return type_ in ("string", "list", "any")
    return isinstance(value, int | float) and type_ in ("string", "list")


_STORED = {int: "an integer", float: "a number", bytes: "bytes"}


def _other_type(value: object, item: Field, row: int) -> Fault:
    message = f"the cell is stored as {_STORED[type(value)]}, where the schema has {item.type}"
    hint = "store it as text, or correct the schema"
    return Fault("stored-type", message, hint, row, item.name, _cell_of(value, item))


def _cell_of(value: object, item: Field) -> str | None:
    """A value as a cell of a CSV would be."""
    match value:
        case None | str():
            return value
        case bytes():
            return f"<{len(value)} bytes>"
        case 0 | 1 if item.type == "boolean" and isinstance(value, int):
            word = "true" if value else "false"
            return str((item.descriptor.get(f"{word}Values") or [word])[0])
        case float() if item.type == "number":
            return repr(value).replace(".", item.descriptor.get("decimalChar", "."))
    return cell_text(value, item.type)
