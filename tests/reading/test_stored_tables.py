"""Tables in Parquet and SQLite, whose cells have types of their own."""

import gzip
import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

import mtopendata
from mtopendata.commands.diff import diff
from mtopendata.ledger.report import Finding
from mtopendata.package.model import STORED
from mtopendata.reading.options import Options
from mtopendata.reading.stored_tables import _FILES
from tests.kit.packages import codes_and_rows, schema_of, write_package

Columns = dict[str, list[Any]]


def package_of(folder: Path, path: str | list[str], schema: Any, **resource: Any) -> Path:
    declared = {"name": "t", "path": path, "schema": schema, **resource}
    descriptor = {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "name": "p"}
    return write_package(folder, {**descriptor, "resources": [declared]}, {})


def parquet(folder: Path, columns: Columns | pl.DataFrame, schema: Any, **resource: Any) -> Path:
    package = package_of(folder, "t.parquet", schema, **resource)
    pl.DataFrame(columns).write_parquet(package / "t.parquet")
    return package


def sqlite(folder: Path, columns: Columns, schema: Any, **resource: Any) -> Path:
    """A database with the table `tab`, whose columns have no types, and a view of it."""
    dialect = {"dialect": {"table": "tab"}}
    package = package_of(folder, "t.sqlite", schema, **{**dialect, **resource})
    (package / "t.sqlite").unlink(missing_ok=True)
    with sqlite3.connect(package / "t.sqlite") as database:
        names = ", ".join(f'"{name}"' for name in columns)
        database.execute(f"CREATE TABLE tab ({names})")
        marks = ", ".join("?" * len(columns))
        rows = zip(*columns.values(), strict=True)
        database.executemany(f"INSERT INTO tab VALUES ({marks})", rows)  # noqa: S608
        database.execute("CREATE VIEW seen AS SELECT * FROM tab")
    database.close()
    return package


def findings(package: Path, options: Options | None = None) -> list[Finding]:
    return mtopendata.validate(package, options).findings


def only_message(package: Path, options: Options | None = None) -> str:
    [found] = findings(package, options)
    assert found.code == "unreadable"
    return f"{found.message}; {found.hint}"


def test_every_format_with_types_has_its_reader() -> None:
    assert set(_FILES) == set(STORED)


# Parquet

NOON = datetime(2024, 1, 2, 12, 30)
VALUES: dict[str, tuple[Any, Any]] = {
    "integer": (7, 7),
    "number": (Decimal("1.50"), Decimal("1.50")),
    "boolean": (True, True),
    "string": ("x", "x"),
    "date": (date(2024, 1, 2), date(2024, 1, 2)),
    "time": (time(1, 2, 3), time(1, 2, 3)),
    "datetime": (NOON, NOON),
    "year": (44, 44),
    "duration": (timedelta(days=1, hours=2), "P1DT2H"),
    "list": (["a", "b"], "a,b"),
    "array": ([1, 2], "[1, 2]"),
    "object": ({"a": 1}, '{"a": 1}'),
    "geopoint": ("90, 45", "90, 45"),
    "yearmonth": ("2024-01", "2024-01"),
    "any": ("x", "x"),
}


@pytest.mark.parametrize("type_", VALUES)
def test_a_column_of_parquet_has_the_values_of_its_type(type_: str, tmp_path: Path) -> None:
    stored, value = VALUES[type_]
    columns = {"n": [1, 2], "a": [stored, None]}
    package = parquet(tmp_path, columns, schema_of(n="integer", a=type_))
    assert findings(package) == []
    assert mtopendata.load(package)["t"].get_column("a").to_list() == [value, None]


@pytest.mark.parametrize(
    ("type_", "column"),
    [
        ("integer", pl.Series(["1", "2"])),
        ("integer", pl.Series([1.0, 2.0])),
        ("number", pl.Series(["1", "2"])),
        ("boolean", pl.Series([1, 0])),
        ("string", pl.Series([1, 2])),
        ("string", pl.Series([b"x", b"y"])),
        ("any", pl.Series([b"x", b"y"])),
        ("list", pl.Series([1, 2])),
    ],
)
def test_a_column_of_another_type_is_one_fault(
    type_: str, column: pl.Series, tmp_path: Path
) -> None:
    package = parquet(tmp_path, pl.DataFrame({"a": column}), schema_of(a=type_))
    [found] = findings(package)
    assert (found.code, found.field, found.row) == ("stored-type", "a", None)
    assert not mtopendata.validate(package).valid


def test_a_field_says_how_its_values_are_written_and_parquet_stores_them(tmp_path: Path) -> None:
    fields = [
        {"name": "a", "type": "number", "decimalChar": ","},
        {"name": "b", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]},
        {"name": "c", "type": "date", "format": "%d.%m.%Y"},
        {"name": "d", "type": "datetime"},
        {"name": "e", "type": "list", "delimiter": ";"},
    ]
    columns: Columns = {
        "a": [1.5], "b": [False], "c": [date(2024, 1, 2)],
        "d": [datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)], "e": [["x", "y"]],
    }  # fmt: skip
    package = parquet(tmp_path, columns, {"fields": fields})
    assert findings(package) == []
    row = mtopendata.load(package)["t"].row(0)
    assert row[:3] == (Decimal("1.5"), False, date(2024, 1, 2))
    assert row[4] == "x;y"


def test_constraints_and_keys_hold_for_parquet(tmp_path: Path) -> None:
    schema = schema_of(a="integer", b="string")
    schema["primaryKey"] = "a"
    schema["fields"][1]["constraints"] = {"enum": ["x"], "required": True}
    package = parquet(tmp_path, {"a": [1, 1, 2], "b": ["x", "y", None]}, schema)
    found = codes_and_rows(mtopendata.validate(package))
    assert found == [("primary-key", 3), ("enum", 3), ("required", 4)]


def test_a_report_on_parquet_is_the_same_for_any_size_of_blocks(tmp_path: Path) -> None:
    schema = schema_of(a="integer")
    schema["fields"][0]["constraints"] = {"maximum": 50, "unique": True}
    package = parquet(tmp_path, {"a": [n % 90 for n in range(100)]}, schema)
    whole = mtopendata.validate(package).to_dict()
    assert whole["errors"] == 49
    assert mtopendata.validate(package, Options(block=64)).to_dict() == whole


def test_labels_of_parquet_are_matched_with_the_fields(tmp_path: Path) -> None:
    package = parquet(tmp_path, {"a": [1], "x": [1]}, schema_of(a="integer", b="integer"))
    assert [found.code for found in findings(package)] == ["incorrect-label"]


def test_parts_of_parquet_are_one_table(tmp_path: Path) -> None:
    schema = schema_of(a="integer")
    package = parquet(tmp_path, {"a": [1, 2]}, schema)
    package_of(tmp_path, ["t.parquet", "u.parquet"], schema)
    pl.DataFrame({"a": [3]}).write_parquet(tmp_path / "u.parquet")
    assert mtopendata.load(package)["t"].get_column("a").to_list() == [1, 2, 3]
    pl.DataFrame({"b": [3], "c": [4]}).write_parquet(tmp_path / "u.parquet")
    [found] = findings(package)
    assert (found.code, found.path) == ("part-header", "u.parquet")


def test_parquet_without_rows_and_without_columns(tmp_path: Path) -> None:
    package = parquet(tmp_path, pl.DataFrame(schema={"a": pl.Int64}), schema_of(a="integer"))
    assert [found.code for found in findings(package)] == ["no-rows"]
    package = parquet(tmp_path, pl.DataFrame(), schema_of(a="integer"))
    assert [found.code for found in findings(package)] == ["missing-label"]


@pytest.mark.slow
def test_a_date_of_no_calendar_is_unreadable(tmp_path: Path) -> None:
    days = pl.Series("a", [2**31 - 1], dtype=pl.Int32).cast(pl.Date)
    package = parquet(tmp_path, days.to_frame(), schema_of(a="date"))
    assert "out-of-range date" in only_message(package)


@pytest.mark.parametrize("cut", [0, 3, 20, -10])
def test_parquet_that_is_none_or_cut_short_is_unreadable(cut: int, tmp_path: Path) -> None:
    package = parquet(tmp_path, {"a": list(range(1000))}, schema_of(a="integer"))
    file = package / "t.parquet"
    file.write_bytes(file.read_bytes()[:cut])
    assert "no Parquet that can be read" in only_message(package)


def test_parquet_that_expands_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    package = parquet(tmp_path, {"a": [7] * 1_000_000}, schema_of(a="integer"))
    assert (package / "t.parquet").stat().st_size < 100_000
    assert "100,000 bytes" in only_message(package, Options(max_bytes=100_000))


def test_compressed_files_are_unpacked_for_their_readers(tmp_path: Path) -> None:
    package = parquet(tmp_path, {"a": [1, 2]}, schema_of(a="integer"))
    (package / "t.parquet.gz").write_bytes(gzip.compress((package / "t.parquet").read_bytes()))
    package_of(tmp_path, "t.parquet.gz", schema_of(a="integer"))
    assert mtopendata.load(package)["t"].height == 2
    assert "10 bytes" in only_message(package, Options(max_bytes=10))


# SQLite


def test_cells_of_sqlite_have_the_values_of_their_types(tmp_path: Path) -> None:
    columns: Columns = {
        "a": [1, 2**62, None], "b": [1.5, 2, "3.25"], "c": [1, 0, "true"], "d": ["x", "", None],
        "e": ["2024-01-02", None, None], "f": [2024, "2025", 44], "g": [5, 2.5, "x"],
    }  # fmt: skip
    types = dict(zip("abcdefg", [
        "integer", "number", "boolean", "string", "date", "year", "any",
    ], strict=True))  # fmt: skip
    package = sqlite(tmp_path, columns, schema_of(**types))
    assert findings(package) == []
    assert mtopendata.load(package)["t"].rows() == [
        (1, Decimal("1.5"), True, "x", date(2024, 1, 2), 2024, "5"),
        (2**62, Decimal("2"), False, None, None, 2025, "2.5"),
        (None, Decimal("3.25"), True, None, None, 44, "x"),
    ]


@pytest.mark.parametrize(
    ("type_", "cell", "code"),
    [
        ("integer", "x", "type"),
        ("integer", 1.5, "type"),
        ("integer", b"1", "type"),
        ("number", "1,5", "type"),
        ("boolean", 2, "type"),
        ("date", 20240101, "type"),
        ("datetime", 1700000000, "type"),
        ("year", 123456.5, "type"),
        ("string", 5, "stored-type"),
        ("string", 5.5, "stored-type"),
        ("string", b"x", "stored-type"),
        ("any", b"x", "stored-type"),
        ("list", 5, "stored-type"),
    ],
)
def test_a_cell_of_sqlite_that_is_no_value_is_found_in_its_row(
    type_: str, cell: Any, code: str, tmp_path: Path
) -> None:
    package = sqlite(tmp_path, {"n": [1, 2], "a": [None, cell]}, schema_of(n="integer", a=type_))
    [found] = findings(package)
    assert (found.code, found.field, found.row, found.path) == (code, "a", 3, "t.sqlite")


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ({"dialect": {}}, "nothing says which table of the database it is; it has 'tab'"),
        ({"dialect": {"table": "other"}}, "it has no table 'other'; its tables are 'tab'"),
        ({"dialect": {"table": "seen"}}, "'seen' is no table but a view"),
        ({"dialect": {"sql": {"table": 'x"; --'}}}, "it has no table"),
    ],
)
def test_a_table_that_is_not_named_or_not_there_is_told_with_those_that_are(
    resource: dict[str, Any], message: str, tmp_path: Path
) -> None:
    assert message in only_message(sqlite(tmp_path, {"a": [1]}, schema_of(a="integer"), **resource))


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("t.sqlite", {"dialect": {"table": "TAB"}}),
        ("t.sqlite", {"dialect": {"sql": {"table": "tab"}}}),
        ("t.db", {"dialect": {"table": "tab"}}),
        ("t.sqlite3", {"dialect": {"table": "tab"}}),
        ("t.data", {"dialect": {"table": "tab"}, "format": "sqlite"}),
        ("sqlite:///t.db", {"dialect": {"sql": {"table": "tab"}}, "format": "sql"}),
        ("sqlite:///t.db", {"dialect": {"sql": {"table": "tab"}}, "scheme": "sqlite"}),
    ],
)
def test_a_database_is_named_in_several_ways(
    path: str, resource: dict[str, Any], tmp_path: Path
) -> None:
    package = sqlite(tmp_path, {"a": [1, 2]}, schema_of(a="integer"))
    (package / "t.sqlite").rename(package / path.removeprefix("sqlite:///"))
    package_of(tmp_path, path, schema_of(a="integer"), **resource)
    assert mtopendata.load(package)["t"].get_column("a").to_list() == [1, 2]


@pytest.mark.parametrize("path", ["sqlite:////etc/x.db", "sqlite:///../x.db", "sqlite://host/x"])
def test_a_database_outside_of_the_package_is_not_opened(path: str, tmp_path: Path) -> None:
    package = package_of(tmp_path, path, schema_of(a="integer"), dialect={"table": "tab"})
    [found] = findings(package)
    assert found.code in ("unsafe-path", "remote")


def test_a_file_that_is_no_database_or_damaged_is_unreadable(tmp_path: Path) -> None:
    package = sqlite(tmp_path, {"a": ["x" * 1000] * 100}, schema_of("a"))
    file = package / "t.sqlite"
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])
    assert "no SQLite database that can be read" in only_message(package)
    file.write_bytes(b"a\n1\n")
    assert "no SQLite database that can be read" in only_message(package)


def test_a_database_is_neither_changed_nor_read_with_changes_beside_it(tmp_path: Path) -> None:
    package = sqlite(tmp_path, {"a": [1]}, schema_of(a="integer"))
    before = {path.name: path.read_bytes() for path in package.iterdir()}
    assert mtopendata.validate(package).valid
    assert {path.name: path.read_bytes() for path in package.iterdir()} == before
    (package / "t.sqlite-wal").write_bytes(b"x")
    assert "t.sqlite-wal beside it has changes" in only_message(package)


def test_a_report_on_sqlite_is_the_same_for_any_size_of_blocks(tmp_path: Path) -> None:
    schema = schema_of(a="integer")
    schema["fields"][0]["constraints"] = {"maximum": 50, "unique": True}
    package = sqlite(tmp_path, {"a": [n % 90 for n in range(100)]}, schema)
    whole = mtopendata.validate(package).to_dict()
    assert whole["errors"] == 49
    assert mtopendata.validate(package, Options(block=64)).to_dict() == whole


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("write", [parquet, sqlite])
def test_bytes_that_changed_are_never_a_crash(write: Any, seed: int, tmp_path: Path) -> None:
    chance = Random(seed)  # noqa: S311 - damage, not a secret
    columns = {"a": [1, 2, None], "b": ["x", "y", "z"]}
    package = write(tmp_path, columns, schema_of(a="integer", b="string"))
    file = next(path for path in package.iterdir() if path.stem == "t")
    data = bytearray(file.read_bytes())
    for _ in range(chance.choice([1, 2, 20])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    file.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
    assert mtopendata.validate(package, Options(max_bytes=1_000_000)).checks


@pytest.mark.parametrize("write", [parquet, sqlite])
def test_stored_tables_are_released_and_compared(write: Any, tmp_path: Path) -> None:
    schema = {**schema_of(a="integer", b="string"), "primaryKey": "a"}
    old = write(tmp_path / "old", {"a": [1, 2], "b": ["x", "y"]}, schema)
    new = write(tmp_path / "new", {"a": [1, 2], "b": ["x", "z"]}, schema)
    assert mtopendata.build(old, tmp_path / "release").report.valid
    assert mtopendata.verify(tmp_path / "release", rebuild=old).valid
    [table] = diff(old, new).tables
    assert table.resource == "t"
    assert table.changed == 1
