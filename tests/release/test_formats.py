"""Every format holds exactly what was validated, as programs that others wrote read it."""

import csv
import io
import json
import math
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import bagit
import duckdb
import openpyxl
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import mtopendata
from mtopendata import MtopendataError
from mtopendata.release.formats import parquet as parquet_format
from mtopendata.release.formats import sqlite as sqlite_format
from mtopendata.release.formats import xlsx as xlsx_format
from mtopendata.release.formats.sqlite import inserting, views
from mtopendata.release.formats.sqlite import plan as sqlite_plan
from mtopendata.release.formats.sqlite import reading as sqlite_reading
from mtopendata.release.formats.sqlite import statements as sql
from mtopendata.release.formats.xlsx import plan as xlsx_plan
from mtopendata.release.formats.xlsx import tables as xlsx_tables
from mtopendata.release.proof import prove
from mtopendata.release.reproducible import write_zip
from tests.kit.examples import examples, sample
from tests.kit.packages import FOLDERS, MONTANA, expected_verdict, schema_of
from tests.kit.program import run

VERSION = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))["version"]
STEM = f"mtopendata-{VERSION}"
MEMBERS = "manifest-sha256.txt"
VALID = [folder for folder in FOLDERS if expected_verdict(folder)["valid"]]

Table = tuple[str, Mapping[str, Any], Sequence[Sequence[Any]]]
"""Name, schema, and rows of cells as text; None is no text at all."""


def write_tables(folder: Path, *tables: Table, **top: Any) -> Path:
    """A package of these tables."""
    resources = []
    folder.mkdir(exist_ok=True)
    for number, (name, schema, rows) in enumerate(tables):
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow([field["name"] for field in schema["fields"]])
        writer.writerows(rows)
        (folder / f"{number}.csv").write_bytes(text.getvalue().encode())
        resources.append({"name": name, "path": f"{number}.csv", "schema": schema})
    descriptor = {"name": "p", "version": "1", **top, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return folder


def build(folder: Path, *tables: Table, **top: Any) -> Path:
    """The release of these tables, verified."""
    built = mtopendata.build(write_tables(folder / "package", *tables, **top), folder / "out")
    assert built.folder is not None, [finding.message for finding in built.report.findings]
    report = mtopendata.verify(built.folder)
    assert report.valid, [finding.message for finding in report.findings]
    return built.folder


def by_duckdb(query: str, **names: object) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query, names or None).fetchall()


def parquet_rows(file: Path) -> list[tuple[Any, ...]]:
    return by_duckdb("SELECT * FROM read_parquet($file)", file=str(file))


def sqlite_rows(file: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as database:
        quoted = table.replace('"', '""')
        return database.execute(f'SELECT * FROM "{quoted}"').fetchall()  # noqa: S608


def plain(text: str) -> str:
    """What Office's escapes mean (ECMA-376, ST_Xstring), which openpyxl leaves in."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def sheet_rows(file: Path, sheet: str) -> list[tuple[Any, ...]]:
    """The cells of a sheet below its header."""
    with closing(openpyxl.load_workbook(file)) as book:
        return [
            tuple(plain(cell) if isinstance(cell, str) else cell for cell in row)
            for row in book[sheet].iter_rows(min_row=2, values_only=True)
        ]


# This project's own release


@pytest.fixture(scope="module")
def tables() -> Mapping[str, pl.DataFrame]:
    return mtopendata.load(MONTANA).tables


@pytest.mark.slow
def test_the_release_is_verified(own_release: Path) -> None:
    report = mtopendata.verify(own_release)
    assert report.valid
    assert report.warnings == 0


@pytest.mark.slow
def test_the_zip_opens_in_frictionless_as_it_is(own_release: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", own_release / f"{STEM}.zip", "--json"],
        capture_output=True, text=True, check=False, cwd=own_release,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["valid"]
    assert report["stats"]["tasks"] == 9


def test_the_zip_says_the_bytes_and_the_hash_of_every_file(own_release: Path) -> None:
    import hashlib

    source = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))
    with zipfile.ZipFile(own_release / f"{STEM}.zip") as archive:
        assert archive.testzip() is None
        descriptor = json.loads(archive.read("datapackage.json"))
        for resource in descriptor["resources"]:
            content = archive.read(resource["path"])
            assert content == (MONTANA / resource["path"]).read_bytes()
            assert resource.pop("bytes") == len(content)
            assert resource.pop("hash") == f"sha256:{hashlib.sha256(content).hexdigest()}"
        names = archive.namelist()
    for resource in source["resources"]:
        for key in ("bytes", "hash"):
            resource.pop(key, None)
    assert descriptor == source
    expected = {"README.md", "LICENSE.md", "CITATION.cff", MEMBERS, "datapackage.json"}
    assert expected <= set(names)
    assert names[0] == "datapackage.json"


def test_the_readme_of_the_zip_says_how_to_check_it(own_release: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(own_release / f"{STEM}.zip") as archive:
        archive.extractall(tmp_path)
    text = (tmp_path / "README.md").read_text("utf-8")
    [lines] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    [line] = [line for line in lines.splitlines() if line.startswith("sha256sum")]
    done = subprocess.run(
        [*line.split(), "--strict"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "mtopendata validate datapackage.json" in lines
    assert len(done.stdout.splitlines()) == len([p for p in tmp_path.rglob("*") if p.is_file()]) - 1
    assert mtopendata.validate(tmp_path / "datapackage.json").valid


def test_the_bag_is_valid(own_release: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(own_release / f"{STEM}-bag.zip") as archive:
        archive.extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.info["External-Identifier"] == STEM
    with zipfile.ZipFile(own_release / f"{STEM}.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    held = (path for path in (folder / "data").rglob("*") if path.is_file())
    assert {p.relative_to(folder / "data").as_posix(): p.read_bytes() for p in held} == members


@pytest.mark.slow
def test_all_formats_hold_the_same_rows(
    own_release: Path, tables: Mapping[str, pl.DataFrame]
) -> None:
    for name, frame in tables.items():
        rows = frame.rows()
        assert parquet_rows(own_release / f"{name}.parquet") == rows
        with closing(sqlite3.connect(own_release / f"{STEM}.sqlite")) as database:
            cursor = database.execute(f"SELECT * FROM {name}")  # noqa: S608
            assert [column[0] for column in cursor.description] == frame.columns
            stored = cursor.fetchall()
        assert [tuple(map(_plainly, row)) for row in stored] == [
            tuple(map(_plainly, row)) for row in rows
        ]
        sheet = sheet_rows(own_release / f"{STEM}.xlsx", name)
        assert [tuple(map(_plainly, row)) for row in sheet] == [
            tuple(map(_plainly, row)) for row in rows
        ]


def _plainly(value: Any) -> Any:
    """A value that is the same for a number in any of its types, and for a date in any form."""
    if isinstance(value, bool) or value is None:
        return value if value is None else int(value)
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, int | float | Decimal):
        return Decimal(repr(value) if isinstance(value, float) else value).normalize()
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value
    return value.isoformat() if isinstance(value, date | time) else value


def test_codes_stay_texts(own_release: Path) -> None:
    assert ("30",) in by_duckdb(
        "SELECT fips FROM read_parquet($f)", f=str(own_release / "areas.parquet")
    )
    with closing(sqlite3.connect(own_release / f"{STEM}.sqlite")) as database:
        found = database.execute("SELECT fips, typeof(fips) FROM areas").fetchall()
    assert ("30", "text") in found
    book = openpyxl.load_workbook(own_release / f"{STEM}.xlsx")
    header = [cell.value for cell in book["areas"][1]]
    column = [row[header.index("fips")] for row in book["areas"].iter_rows(min_row=2)]
    [cell] = [cell for cell in column if cell.value == "30"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.number_format == "@"


def test_the_workbook_has_frozen_headers_and_no_formula(own_release: Path) -> None:
    book = openpyxl.load_workbook(own_release / f"{STEM}.xlsx")
    names = [resource["name"] for resource in _descriptor()["resources"]]
    assert book.sheetnames == ["About", *names, "Columns"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    numbers = [cell.value for cell in book["figures"]["E"][1:] if cell.value is not None]
    assert book["figures"]["E1"].value == "value"
    assert all(isinstance(number, int | float) for number in numbers)


def _descriptor() -> dict[str, Any]:
    described: dict[str, Any] = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))
    return described


def test_parquet_says_what_each_field_means(own_release: Path) -> None:
    for resource in _descriptor()["resources"]:
        schema = parquet.read_schema(own_release / f"{resource['name']}.parquet")
        for field in resource["schema"]["fields"]:
            told = schema.field(field["name"]).metadata
            assert told[b"description"].decode() == field["description"]
            assert told[b"title"].decode() == field["title"]
        stored = json.loads(schema.metadata[b"resource"])
        assert stored["schema"] == resource["schema"]
        assert stored["hash"].startswith("sha256:")
        assert schema.metadata[b"package_version"].decode() == VERSION


def test_the_database_says_what_each_column_means(own_release: Path) -> None:
    with closing(sqlite3.connect(own_release / f"{STEM}.sqlite")) as database:
        for resource in _descriptor()["resources"]:
            [(title, description)] = database.execute(
                "SELECT title, description FROM datapackage_resources WHERE table_name = ?",
                [resource["name"]],
            )
            assert (title, description) == (resource["title"], resource["description"])
            told = database.execute(
                "SELECT column_name, title, description FROM datapackage_fields "
                "WHERE table_name = ?", [resource["name"]],
            ).fetchall()  # fmt: skip
            fields = resource["schema"]["fields"]
            assert told == [(f["name"], f["title"], f["description"]) for f in fields]
            [(created,)] = database.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?",
                [resource["name"]],
            )
            assert all(" ".join(f["description"].split()) in created for f in fields)


def test_the_labelled_view_says_codes_in_words(
    own_release: Path, tables: Mapping[str, pl.DataFrame]
) -> None:
    measures = dict(tables["measures"].select("measure", "title").rows())
    programmes = dict(tables["programmes"].select("programme", "title").rows())
    programme_of = dict(tables["measures"].select("measure", "programme").rows())
    with closing(sqlite3.connect(own_release / f"{STEM}.sqlite")) as database:
        rows = database.execute(
            "SELECT measure, measure_title, programme_title, area, area_title FROM figures_labelled"
        ).fetchall()
    assert [(row[0], row[3]) for row in rows] == tables["figures"].select("measure", "area").rows()
    for measure, title, programme, _, area in rows:
        assert title == measures[measure]
        assert programme == programmes[programme_of[measure]]
        assert area


# What the database refuses

PARENTS: Table = (
    "parents",
    {**schema_of("code", "title"), "primaryKey": "code"},
    [["A", "Ä"], ["B", "B"]],
)
CHILDREN: Table = (
    "children",
    {
        "fields": [
            {"name": "id", "type": "integer", "constraints": {"minimum": 1, "maximum": 100}},
            {"name": "code", "type": "string"},
            {"name": "name", "type": "string",
             "constraints": {"required": True, "minLength": 2, "maxLength": 4}},
            {"name": "kind", "type": "string", "constraints": {"enum": ["it's", "-- \"x\""]}},
            {"name": "flag", "type": "boolean"},
            {"name": "day", "type": "date", "constraints": {"minimum": "2020-01-01"}},
            {"name": "share", "type": "number",
             "constraints": {"exclusiveMinimum": 0, "exclusiveMaximum": "0.75"}},
            {"name": "mail", "type": "string", "constraints": {"unique": True}},
            {"name": "a", "type": "integer"},
            {"name": "b", "type": "integer"},
            {"name": "year", "type": "year", "constraints": {"enum": [2023, 2024]}},
            {"name": "level", "type": "integer",
             "categories": [{"value": 1, "label": "low"}, {"value": 2, "label": "it's high"}]},
            {"name": "clock", "type": "time", "constraints": {"maximum": "12:00:00"}},
            {"name": "at", "type": "datetime", "constraints": {"minimum": "2020-01-01T00:00:00"}},
        ],
        "primaryKey": "id",
        "uniqueKeys": [["a", "b"]],
        "foreignKeys": [{"fields": "code", "reference": {"resource": "parents", "fields": "code"}}],
    },
    [
        ["1", "A", "ab", "it's", "true", "2020-01-01", "0.5", "x", "1", "1", "2023", "2",
         "11:00:00", "2020-01-02T03:04:05"],
        ["2", "", "abcd", "", "", "", "", "", "", "", "", "", "", ""],
    ],
)  # fmt: skip
GOOD = {
    "id": 3, "code": "B", "name": "ab", "kind": '-- "x"', "flag": 0, "day": "2020-02-29",
    "share": 0.25, "mail": "y", "a": 1, "b": 2, "year": 2024, "level": 1, "clock": "12:00:00",
    "at": "2020-01-01T00:00:00",
}  # fmt: skip


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("keyed"), PARENTS, CHILDREN) / "p-1.sqlite"


@pytest.fixture
def database(keyed: Path) -> Iterator[sqlite3.Connection]:
    """The release's database; what is put into it is taken back."""
    with closing(sqlite3.connect(keyed)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection
        connection.rollback()


def _put(database: sqlite3.Connection, **changes: Any) -> None:
    row = GOOD | changes
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    database.execute(f"INSERT INTO children ({names}) VALUES ({marks})", [*row.values()])  # noqa: S608


@pytest.mark.parametrize("column", sorted(GOOD.keys() - {"id", "name"}))
def test_the_database_takes_what_may_be_missing(column: str, database: sqlite3.Connection) -> None:
    _put(database, **{column: None})


def test_the_database_takes_a_good_row(database: sqlite3.Connection) -> None:
    _put(database)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", 1), ("id", "x"), ("id", 0), ("id", 101), ("id", 4.5),
        ("code", "C"), ("code", "a"),
        ("name", None), ("name", ""), ("name", "a"), ("name", "abcde"), ("name", b"ab"),
        ("kind", "other"), ("kind", "IT'S"), ("flag", 2), ("flag", "true"),
        ("day", "2019-12-31"), ("day", "2020-02-30"), ("day", "text"), ("day", ""),
        ("share", 0), ("share", 0.75), ("share", -1), ("share", "much"),
        ("mail", "x"), ("year", 2022), ("year", "x"), ("level", 3),
    ],
)  # fmt: skip
def test_the_database_refuses_a_bad_row(
    column: str, value: Any, database: sqlite3.Connection
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        _put(database, **{column: value})


def test_the_database_refuses_a_row_that_is_there_by_another_key(
    database: sqlite3.Connection,
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        _put(database, a=1, b=1)
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        database.execute("INSERT INTO parents VALUES (NULL, 'x')")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.execute("DELETE FROM parents WHERE code = 'A'")


def test_the_view_joins_labels_and_categories(database: sqlite3.Connection) -> None:
    rows = database.execute("SELECT id, code_title, level_label FROM children_labelled")
    assert rows.fetchall() == [(1, "Ä", "it's high"), (2, None, None)]


# Texts that are more than texts to some program

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x.example\",\"y\")",
    "{=1+1}", "'quoted", "''", "_x0041_", "_x000D_", "_x005F_", "_X0041_", "__x0041__",
    "\x01\x02\x08\x0b\x0c\x1f", "\x7f\x80\x9f", "a\rb", "a\nb", "a\r\nb", "\n", " ", "  x  ",
    "\u00a0", "😀", "مرحبا \u202e abc", "e\u0301 é", "30", "007", "1e5", "1_000", "TRUE",
    "2020-01-01", "NaN", "NULL", "nan", "#N/A", "http://x.example", "mailto:a@b.example",
    "internal:x!A1", "external:c:\\x", "<b>&amp;\"'", "\u2028", "\ufeffx", "a,b;c\td", "\"", "\\",
    "x" * 32_767, "😀" * 16_383,
]  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("hostile"), ("t", schema_of("a"), [[t] for t in HOSTILE]))


def test_every_text_is_that_text_in_parquet(hostile: Path) -> None:
    assert parquet_rows(hostile / "t.parquet") == [(text,) for text in HOSTILE]


def test_every_text_is_that_text_in_sqlite(hostile: Path) -> None:
    assert sqlite_rows(hostile / "p-1.sqlite", "t") == [(text,) for text in HOSTILE]


def test_every_text_is_that_text_in_the_workbook(hostile: Path) -> None:
    assert sheet_rows(hostile / "p-1.xlsx", "t") == [(text,) for text in HOSTILE]


def test_no_text_is_a_formula_or_a_link_in_the_workbook(hostile: Path) -> None:
    book = openpyxl.load_workbook(hostile / "p-1.xlsx")
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f"
            assert cell.hyperlink is None
    for cell, text in zip(book["t"]["A"][1:], HOSTILE, strict=True):
        # Without this mark the text becomes a formula as soon as someone edits the cell.
        assert cell.quotePrefix or text[0] not in "=+-@\t\r"
    with zipfile.ZipFile(hostile / "p-1.xlsx") as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert "external" not in name.lower()


LIMITS = {
    "too long": "x" * 32_768,
    "too long in UTF-16": "😀" * 16_384,
    "U+FFFE": "a\ufffeb",
    "U+FFFF": "a\uffffb",
}


@pytest.mark.parametrize("text", LIMITS.values(), ids=LIMITS)
def test_a_text_that_no_sheet_holds_is_left_out_and_said(text: str, tmp_path: Path) -> None:
    package = write_tables(
        tmp_path / "p", ("t", schema_of("a"), [[text]]), ("other", schema_of("a"), [["x"]])
    )
    built = mtopendata.build(package, tmp_path / "out")
    [note] = [note for note in built.notes if "workbook" in note]
    assert note.startswith("t ")
    assert "'a'" in note
    book = openpyxl.load_workbook(tmp_path / "out" / "p-1.xlsx")
    assert book.sheetnames == ["About", "other", "Columns"]
    assert note in [cell.value for cell in book["About"]["B"]]
    assert parquet_rows(tmp_path / "out" / "t.parquet") == [(text,)]
    assert sqlite_rows(tmp_path / "out" / "p-1.sqlite", "t") == [(text,)]
    assert mtopendata.verify(tmp_path / "out").valid


def test_empty_texts_are_not_mixed_up_with_missing_ones(tmp_path: Path) -> None:
    table: Table = ("t", {**schema_of("a", "b"), "missingValues": ["NA"]}, [["", "x"], ["NA", "y"]])
    package = write_tables(tmp_path / "p", table)
    notes = mtopendata.build(package, tmp_path / "out").notes
    assert any("empty texts" in note for note in notes)
    assert parquet_rows(tmp_path / "out" / "t.parquet") == [("", "x"), (None, "y")]
    assert sqlite_rows(tmp_path / "out" / "p-1.sqlite", "t") == [("", "x"), (None, "y")]


def test_a_table_beyond_the_rows_of_a_sheet_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The real limit takes minutes.
    assert xlsx_plan.MAX_ROWS == 1_048_575
    monkeypatch.setattr(xlsx_plan, "MAX_ROWS", 3)
    table = schema_of("a")
    package = write_tables(
        tmp_path / "p", ("fits", table, [["x"]] * 3), ("long", table, [["x"]] * 4)
    )
    done = run("build", package, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.exception
    [note] = [line for line in done.stdout.splitlines() if "workbook" in line]
    assert "long is not in the workbook: 4 rows, and a sheet holds 3" in note
    assert openpyxl.load_workbook(tmp_path / "out" / "p-1.xlsx").sheetnames == [
        "About",
        "fits",
        "Columns",
    ]
    assert len(parquet_rows(tmp_path / "out" / "long.parquet")) == 4
    assert mtopendata.verify(tmp_path / "out").valid


# Names that are more than names to some program

FIELD_NAMES = [
    "a", "A", "*", "^a$", "^.*$", "rowid", "oid", "_rowid_", 'q"uote', "it's", "select", "order",
    "sqlite_x", "=1+1", "a b", "-- c", "a;b", "c\nd", "tab\t", "ß", "SS", "ss", "x" * 300, "0",
    "😀", "column_0", "literal", "a_title", "[a]", "`a`", "%s", "?", ":a", "{a}", "$a", "\x01",
    " a", "a ", "<b>",
]  # fmt: skip
TABLE_NAMES = [
    "sqlite_master", "SQLITE_x", "datapackage", "DataPackage", "datapackage_fields", "About",
    "about", "History", "a[b]:c*d?e/f\\g", "a-b--c-d-e-f-g", "L" * 40, "L" * 40 + "x", "l" * 31,
    "'q'", "con", "data", "DATA", "names_labelled", "ä", "Ä", "tab\there", "rowid", "sheet,1", "..",
    "😀" * 20, ".", "=1+1", 'a"b', "a'b", "a;b", "x.parquet", "SHA256SUMS", "line\nend", "é" * 31,
    "n" * 300, "C1", "R1C1",
]  # fmt: skip


def test_every_field_name_is_kept(tmp_path: Path) -> None:
    rows = [[f"{number}{row}" for number in range(len(FIELD_NAMES))] for row in "xyz"]
    out = build(tmp_path, ("names", {**schema_of(*FIELD_NAMES), "primaryKey": FIELD_NAMES}, rows))
    expected = [tuple(row) for row in rows]
    assert parquet.read_schema(out / "names.parquet").names == FIELD_NAMES
    assert [
        tuple(row.values()) for row in parquet.read_table(out / "names.parquet").to_pylist()
    ] == (expected)
    assert sqlite_rows(out / "p-1.sqlite", "names") == expected
    assert sheet_rows(out / "p-1.xlsx", "names") == expected
    book = openpyxl.load_workbook(out / "p-1.xlsx")
    assert [plain(str(cell.value)) for cell in book["names"][1]] == FIELD_NAMES
    with closing(sqlite3.connect(out / "p-1.sqlite")) as database:
        fields = dict(database.execute("SELECT field, column_name FROM datapackage_fields"))
        columns = [row[1] for row in database.execute("PRAGMA table_info(names)")]
    assert [fields[name] for name in FIELD_NAMES] == columns


@pytest.mark.parametrize("name", ["SQLITE_x", "datapackage", "About", "..", "😀" * 20, "n" * 300])
def test_a_table_may_have_any_name(name: str, tmp_path: Path) -> None:
    out = build(tmp_path, (name, schema_of("a", "title"), [["x", "y"]]))
    assert [parquet_rows(file) for file in out.glob("*.parquet")] == [[("x", "y")]]


@pytest.mark.slow
def test_tables_of_like_names_are_kept_apart(tmp_path: Path) -> None:
    out = build(tmp_path, *((n, schema_of("a", "title"), [[n, "y"]]) for n in TABLE_NAMES))
    expected = sorted((name, "y") for name in TABLE_NAMES)
    assert sorted(row for file in out.glob("*.parquet") for row in parquet_rows(file)) == expected
    with closing(sqlite3.connect(out / "p-1.sqlite")) as database:
        stored = dict(database.execute("SELECT resource, table_name FROM datapackage_resources"))
    assert {name: sqlite_rows(out / "p-1.sqlite", stored[name]) for name in TABLE_NAMES} == {
        name: [(name, "y")] for name in TABLE_NAMES
    }
    book = openpyxl.load_workbook(out / "p-1.xlsx")
    sheets = book.sheetnames[1:-1]
    assert all(len(name.encode("utf-16-le")) <= 62 for name in sheets)
    assert len({name.casefold() for name in book.sheetnames}) == len(TABLE_NAMES) + 2
    assert (
        sorted((plain(str(book[s]["A2"].value)), book[s]["B2"].value) for s in sheets) == expected
    )


@pytest.mark.parametrize("character", ["\0", "\n", "\x1b", "\ufffe", "'", '"', "--", "*/", "]]>"])
def test_descriptions_may_hold_any_character(character: str, tmp_path: Path) -> None:
    text = f"a{character}b"
    told = {"title": text, "description": text}
    code = {"name": "a", "type": "string", "categories": [{"value": "x", "label": text}], **told}
    schema = {"fields": [code, {"name": "b", "type": "string", "unit": text}]}
    package = write_tables(tmp_path / "p", ("t", schema, [["x", "y"]]), **told, keywords=[text])
    built = mtopendata.build(package, tmp_path / "out", bagit=True)
    assert built.folder
    assert mtopendata.verify(built.folder).valid
    assert parquet_rows(built.folder / "t.parquet") == [("x", "y")]
    metadata = parquet.read_schema(built.folder / "t.parquet").field("a").metadata
    assert metadata[b"description"].decode() == text
    with zipfile.ZipFile(built.folder / "p-1.zip") as archive:
        assert json.loads(archive.read("datapackage.json"))["title"] == text


# Types


def test_each_type_has_its_own_in_parquet(tmp_path: Path) -> None:
    types = {
        "string": (["x"], pa.large_string()),
        "integer": (["9007199254740993"], pa.int64()),
        "number": (["0.10"], pa.decimal128(18, 2)),
        "boolean": (["true"], pa.bool_()),
        "date": (["0001-01-01"], pa.date32()),
        "time": (["23:59:59.999999"], pa.time64("us")),
        "datetime": (["9999-12-31T23:59:59.999999"], pa.timestamp("us")),
        "year": (["2023"], pa.int64()),
        "yearmonth": (["2023-01"], pa.large_string()),
        "duration": (["P1D"], pa.large_string()),
    }
    fields = [{"name": name, "type": name, "unit": "m"} for name in types]
    id_ = {"name": "id", "type": "integer"}
    rows = [["1", *(cells[0] for cells, _ in types.values())], ["2", *[""] * len(types)]]
    out = build(tmp_path, ("t", {"fields": [id_, *fields]}, rows))
    schema = parquet.read_schema(out / "t.parquet")
    for name, (_, type_) in types.items():
        found = schema.field(name).type
        assert (pa.large_string() if pa.types.is_string(found) else found) == type_, name
        assert schema.field(name).metadata[b"unit"] == b"m"
        assert schema.field(name).metadata[b"type"].decode() == name
    first, second = parquet_rows(out / "t.parquet")
    assert first == (
        1, "x", 9007199254740993, Decimal("0.10"), True, date(1, 1, 1), time(23, 59, 59, 999999),
        datetime(9999, 12, 31, 23, 59, 59, 999999), 2023, "2023-01", "P1D",
    )  # fmt: skip
    assert second == (2, *[None] * len(types))


NUMBERS = [
    ["1"], ["0"], ["-0"], ["-1"], ["9223372036854775807"], ["9223372036854775808"],
    ["999999999999999"], ["1000000000000000"], ["9007199254740993"], ["1" + "0" * 22],
    ["1" + "0" * 34], ["-" + "9" * 38], ["0.1"], ["0.1", "0.2", "0.30"], ["1e-20"],
    ["1e300"], ["0." + "1" * 30], ["1" * 20 + "." + "1" * 10], ["123456789012.345"],
    ["0.000000000000001"], ["1234567890.1234567"], ["-0.0"], ["100.0"], ["2.675"], ["1E3"],
    ["775.906", "0.0000000000000"],
]  # fmt: skip


@pytest.mark.parametrize("type_", ["integer", "number"])
def test_no_number_loses_a_digit(type_: str, tmp_path: Path) -> None:
    columns = [c for c in NUMBERS if type_ == "number" or re.fullmatch("-?[0-9]+", c[0])]
    height = max(map(len, columns)) + 1
    # What a column is stored as depends on all its cells: so each has its own, and a missing cell.
    fields = [{"name": f"n{number}", "type": type_} for number in range(len(columns))]
    cells = [
        [column[row] if row < len(column) else "" for column in columns] for row in range(height)
    ]
    rows = [[str(number), *row] for number, row in enumerate(cells)]
    out = build(tmp_path, ("t", {"fields": [{"name": "id", "type": "integer"}, *fields]}, rows))
    truth = [[Decimal(cell) if cell else None for cell in row] for row in cells]
    for found in (
        parquet_rows(out / "t.parquet"),
        sqlite_rows(out / "p-1.sqlite", "t"),
        sheet_rows(out / "p-1.xlsx", "t"),
    ):
        assert [[_number(value) for value in row[1:]] for row in found] == truth


def _number(value: Any) -> Decimal | None:
    """A number as the shortest decimal that means it, as a person reads it from a screen."""
    return None if value is None else Decimal(repr(value) if isinstance(value, float) else value)


def test_what_is_no_number_is_kept(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}, {"name": "n", "type": "number"}]}
    cells = ["NaN", "INF", "-INF", "0.5", ""]
    out = build(tmp_path, ("t", schema, [[str(n), cell] for n, cell in enumerate(cells)]))
    found = [value for _, value in parquet_rows(out / "t.parquet")]
    assert math.isnan(found[0])
    assert found[1:] == [math.inf, -math.inf, 0.5, None]
    for rows in (sqlite_rows(out / "p-1.sqlite", "t"), sheet_rows(out / "p-1.xlsx", "t")):
        assert [value for _, value in rows] == ["NaN", "INF", "-INF", "0.5", None]


def test_old_dates_are_texts_in_a_workbook(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}, {"name": "d", "type": "date"},
                         {"name": "e", "type": "date"}]}  # fmt: skip
    rows = [["1", "1900-02-28", "1900-03-01"], ["2", "2020-01-01", "9999-12-31"]]
    out = build(tmp_path, ("t", schema, rows))
    assert sheet_rows(out / "p-1.xlsx", "t") == [
        (1, "1900-02-28", datetime(1900, 3, 1)),
        (2, "2020-01-01", datetime(9999, 12, 31)),
    ]


CONSTRAINED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "date with a format": (
        {"type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "31/12/1999"}},
        ["01/01/2000"],
    ),
    "datetime with a format": (
        {"type": "datetime", "format": "%d/%m/%Y %H", "constraints": {"minimum": "31/12/1999 00"}},
        ["01/01/2000 00"],
    ),
    "time with a format": (
        {"type": "time", "format": "%H.%M", "constraints": {"enum": ["12.30"], "minimum": "11.00"}},
        ["12.30"],
    ),
    "enum of dates": (
        {"type": "date", "format": "%d/%m/%Y", "constraints": {"enum": ["01/02/1800"]}},
        ["01/02/1800"],
    ),
    "enum of a fraction": (
        {"type": "datetime", "constraints": {"enum": ["2020-01-01T00:00:00.5"]}},
        ["2020-01-01T00:00:00.500"],
    ),
    "bounds of fractions": (
        {"type": "time", "constraints": {"minimum": "13:00:00.5", "maximum": "13:00:00.50"}},
        ["13:00:00.5", "13:00:00.500000"],
    ),
    "bound with a fraction": (
        {"type": "datetime", "constraints": {"minimum": "2020-01-01T00:00:00.000000"}},
        ["2020-01-01T00:00:00", "2020-01-01T00:00:00.000"],
    ),
    "huge bounds": (
        {"type": "integer", "constraints": {"minimum": -(10**30), "maximum": 10**35}},
        ["2", "1" + "0" * 34],
    ),
    "huge enum": ({"type": "integer", "constraints": {"enum": [1, 2, 10**25]}}, ["2"]),
    "bounds in powers": (
        {"type": "number", "constraints": {"minimum": "1e-3", "maximum": "1E9"}},
        ["0.001", "1000000000.0"],
    ),
    "enum of numbers": ({"type": "number", "constraints": {"enum": ["1.50", 2]}}, ["1.5", "2.00"]),
    "bound of a binary": (
        {"type": "number", "constraints": {"maximum": 0.30000000000000004}},
        ["0.30000000000000004"],
    ),
    "enum of arrays": ({"type": "array", "constraints": {"enum": [[1]]}}, ["[1]"]),
    "enum of texts": (
        {"type": "string", "constraints": {"enum": ["it's", '"', "a\0b", ""]}}, ["it's", '"'],
    ),
    "true in words": (
        {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"],
         "constraints": {"enum": ["yes"]}},
        ["yes"],
    ),
    "length": (
        {"type": "string", "constraints": {"minLength": 2, "maxLength": 2}}, ["😀😀", "e\u0301"],
    ),
    "length of bytes": (
        {"type": "string", "format": "binary", "constraints": {"maxLength": 4}}, ["QUJD"],
    ),
    "years": ({"type": "year", "constraints": {"minimum": "0001", "enum": ["2020"]}}, ["2020"]),
    "months": ({"type": "yearmonth", "constraints": {"minimum": "2001-01"}}, ["2001-02"]),
    "any": ({"type": "any", "constraints": {"enum": ["1", "x"]}}, ["1", "x"]),
    "signs": ({"type": "integer", "groupChar": ",", "constraints": {"minimum": 1000}}, ["1,000"]),
    "commas": ({"type": "number", "decimalChar": ",", "constraints": {"minimum": 1.5}}, ["1,5"]),
    "pattern": ({"type": "string", "constraints": {"pattern": "a'b;--\n.*"}}, ["a'b;--\nx"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", CONSTRAINED)
def test_whatever_validates_builds(kind: str, tmp_path: Path) -> None:
    field, cells = CONSTRAINED[kind]
    schema = {"fields": [{"name": "id", "type": "integer"}, {"name": "v", **field}]}
    package = write_tables(
        tmp_path / "p", ("t", schema, [[str(n), cell] for n, cell in enumerate([*cells, ""])])
    )
    assert mtopendata.validate(package).valid
    built = mtopendata.build(package, tmp_path / "out")
    assert built.folder
    assert mtopendata.verify(built.folder).valid


@pytest.mark.sampled
@pytest.mark.parametrize("folder", sample(VALID[::2]), ids=lambda folder: folder.name)
def test_a_valid_package_builds_and_is_verified(folder: Path, tmp_path: Path) -> None:
    built = mtopendata.build(folder, tmp_path / "out", bagit=True)
    assert built.folder
    report = mtopendata.verify(built.folder)
    assert report.valid, [finding.message for finding in report.findings]
    tables = {name: frame for name, frame in mtopendata.load(folder).tables.items() if frame.width}
    files = sorted(built.folder.glob("*.parquet"))
    assert len(files) == len(tables)
    if len(files) == 1:
        [frame] = tables.values()
        assert [tuple(map(_plainly, row)) for row in parquet_rows(files[0])] == [
            tuple(map(_plainly, row)) for row in frame.rows()
        ]


# Outputs that prove themselves

THREE: Table = (
    "things",
    {"fields": [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]},
    [["1", "a"], ["2", ""], ["3", "c"]],
)
FAULTS: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], tuple[str, ...]]] = {
    "row lost": (lambda frame: frame.head(2), ("things", "2", "3")),
    "row twice": (lambda frame: pl.concat([frame, frame.tail(1)]), ("things", "4", "3")),
    "cell changed": (
        lambda frame: frame.with_columns(pl.col("name").replace("c", "C")),
        ("things", "row 3", "'name'", "'C'", "'c'"),
    ),
    "number changed": (
        lambda frame: frame.with_columns(pl.col("id").replace(2, 22)),
        ("things", "row 2", "'id'", "22"),
    ),
    "null lost": (
        lambda frame: frame.with_columns(pl.col("name").fill_null("x")),
        ("things", "row 2", "'name'", "None"),
    ),
    "null made": (
        lambda frame: frame.with_columns(pl.col("name").replace("c", None)),
        ("things", "row 3", "'name'", "None"),
    ),
    "rows swapped": (lambda frame: frame.reverse(), ("things", "row 1")),
    "type changed": (lambda frame: frame.with_columns(pl.col("id").cast(pl.String)), ("id",)),
}


def test_a_workbook_has_no_more_cells_than_spreadsheets_bear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_plan, "MAX_CELLS", 9)
    package = write_tables(tmp_path / "p", THREE, ("others", schema_of("a", "b"), [["1", "2"]] * 2))
    built = mtopendata.build(package, tmp_path / "out")
    assert [note for note in built.notes if "workbook" in note] == [
        "others is not in the workbook: with it the workbook would have more than 9 cells, with "
        "which spreadsheets are hardly usable; use Parquet or SQLite"
    ]
    assert mtopendata.verify(tmp_path / "out").valid


def test_each_key_has_its_label_and_what_it_means(tmp_path: Path) -> None:
    areas: Table = (
        "areas",
        {
            **schema_of("area", "title", "caveat", "parent"),
            "primaryKey": "area",
            "foreignKeys": [
                {"fields": "parent", "reference": {"resource": "areas", "fields": "area"}}
            ],
        },
        [["A", "Ay", "small", "B"], ["B", "Bee", "", ""]],
    )
    flows: Table = (
        "flows",
        {
            **schema_of("origin", "destination"),
            "foreignKeys": [
                {"fields": name, "reference": {"resource": "areas", "fields": "area"}}
                for name in ("origin", "destination")
            ],
        },
        [["A", "B"], ["B", "A"]],
    )
    mtopendata.build(write_tables(tmp_path / "p", areas, flows), tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / "p-1.sqlite")) as database:
        rows = database.execute(
            "SELECT origin_title, origin_caveat, destination_title, destination_caveat "
            "FROM flows_labelled"
        ).fetchall()
        parents = database.execute("SELECT area, parent_title FROM areas_labelled").fetchall()
    assert rows == [("Ay", "small", "Bee", None), ("Bee", None, "Ay", "small")]
    assert parents == [("A", "Bee"), ("B", None)]


def _spoil_parquet(monkeypatch: pytest.MonkeyPatch, change: Callable[..., Any]) -> str:
    class Writer(parquet.ParquetWriter):  # type: ignore[misc]
        def __init__(self, path: Path, schema: pa.Schema, **options: Any) -> None:
            changed = change(pl.from_arrow(schema.empty_table())).to_arrow().schema
            super().__init__(path, changed, **options)

        def write_table(self, table: Any, row_group_size: int | None = None) -> None:
            super().write_table(change(pl.from_arrow(table)).to_arrow(), row_group_size)

    monkeypatch.setattr(parquet, "ParquetWriter", Writer)
    return "things.parquet"


def _spoil_sqlite(monkeypatch: pytest.MonkeyPatch, change: Callable[..., Any]) -> str:
    def insert(database: Any, table: Any) -> Iterator[int]:
        frame = change(pl.DataFrame([table.stored(name) for name in table.columns]))
        columns = {name: ("", dtype) for name, dtype in frame.schema.items()}
        yield from original(database, replace(table, frame=frame, columns=columns))

    original, create = inserting.insert_table, sql.create_table
    monkeypatch.setattr(sqlite_format, "insert_table", insert)
    if change is FAULTS["type changed"][0]:
        monkeypatch.setattr(
            sqlite_plan, "create_table", lambda *a: create(*a).replace("INTEGER", "TEXT")
        )
    return "p-1.sqlite"


def _spoil_xlsx(monkeypatch: pytest.MonkeyPatch, change: Callable[..., Any]) -> str:
    write = xlsx_tables.write_table
    monkeypatch.setattr(
        xlsx_format, "write_table",
        lambda sheet, release, table, formats: write(
            sheet, release, replace(table, stored=change(table.stored)), formats
        ),
    )  # fmt: skip
    return "p-1.xlsx"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("spoil", [_spoil_parquet, _spoil_sqlite, _spoil_xlsx])
def test_a_file_that_reads_otherwise_is_never_released(
    spoil: Callable[..., str], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_tables(tmp_path / "p", THREE)
    change, told = FAULTS[fault]
    file = spoil(monkeypatch, change)
    done = run("build", package, "--out", tmp_path / "out")
    assert done.exit_code == 2, done.exception
    assert [path.name for path in tmp_path.iterdir()] == ["p"]
    assert len(done.stderr.splitlines()) == 1
    assert all(part in done.stderr for part in (file, *told)), done.stderr


@pytest.mark.parametrize("names", [("id", "name"), ("rowid", "oid", "_rowid_")])
def test_rows_that_are_read_back_a_few_at_a_time_are_all_compared(
    names: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, limit in (
        (inserting, "BATCH"),
        (sqlite_reading, "BATCH"),
        (parquet_format, "ROW_GROUP"),
        (parquet_format, "READ"),
    ):
        monkeypatch.setattr(module, limit, 3)
    monkeypatch.setattr(sqlite_reading, "MOST_TEXT", 20)
    rows = [[f"{number}" * len(name) for name in names] for number in range(11)]
    package = write_tables(tmp_path / "p", ("things", schema_of(*names), rows))
    mtopendata.build(package, tmp_path / "out")

    def other(path: Path, name: str, expected: pl.DataFrame, *rest: Any) -> None:
        prove(path, name, expected.with_columns(pl.all().str.replace("10", "11")), *rest)

    monkeypatch.setattr(sqlite_reading, "prove", other)
    with pytest.raises(MtopendataError, match=r"p-1\.sqlite: .*things, row 11 "):
        mtopendata.build(package, tmp_path / "other")


def test_a_member_that_reads_otherwise_is_never_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mtopendata.release.formats import archive

    def write(path: Path, members: Any, date: Any) -> None:
        changed = dict(members)
        changed["0.csv"] = changed["0.csv"].read_bytes().replace(b"c", b"C")
        write_zip(path, changed.items(), date)

    monkeypatch.setattr(archive, "write_zip", write)
    with pytest.raises(MtopendataError, match=r"p-1\.zip: .*0\.csv"):
        mtopendata.build(write_tables(tmp_path / "p", THREE), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_a_view_that_reads_otherwise_is_never_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = views.create_view
    monkeypatch.setattr(
        sqlite_plan, "create_view", lambda *a: create(*a).replace("it''s high", "it''s low")
    )
    with pytest.raises(MtopendataError, match=r"p-1\.sqlite: .*children_labelled.*row 1 "):
        mtopendata.build(write_tables(tmp_path / "p", PARENTS, CHILDREN), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


# Any package

_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff")
# At most 38 digits in a column: what is longer is read as binary numbers, with a warning.
_DECIMALS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.one_of(st.integers(-(10**6), 10**6), st.integers(-(10**24), 10**24)),
    st.integers(0, 13),
)
CELLS: dict[str, st.SearchStrategy[str]] = {
    "string": st.text(_CHARACTERS, max_size=8),
    "integer": st.one_of(st.integers(-99, 99), st.integers(-(10**37), 10**37)).map(str),
    "number": _DECIMALS.map(lambda number: f"{number:f}"),
    "special": st.sampled_from(["NaN", "INF", "-INF", "1.5", "-0.1"]),
    "boolean": st.sampled_from(["true", "false"]),
    "date": st.dates().map(date.isoformat),
    "time": st.times().map(time.isoformat),
    "datetime": st.datetimes().map(datetime.isoformat),
    "year": st.integers(1, 9999).map(lambda year: f"{year:04d}"),
}
MISSING = ["", "NA", "-"]


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=5))
    names = draw(
        st.lists(
            st.text(_CHARACTERS, min_size=1, max_size=5).filter(lambda n: n.strip() and n != "id"),
            min_size=len(kinds), max_size=len(kinds), unique=True,
        )
    )  # fmt: skip
    missing = draw(st.sampled_from([[""], MISSING, ["NA"]]))
    height = draw(st.integers(0, 6))
    columns = []
    fields: list[dict[str, Any]] = [{"name": "id", "type": "integer"}]
    for name, kind in zip(names, kinds, strict=True):
        cells = st.one_of(st.sampled_from(missing), CELLS[kind])
        columns.append(draw(st.lists(cells, min_size=height, max_size=height)))
        fields.append({"name": name, "type": "number" if kind == "special" else kind})
        constraint = draw(st.sampled_from(["none", "enum", "unique"]))
        values = [cell for cell in columns[-1] if cell not in missing]
        if constraint == "enum" and values and kind != "special":
            fields[-1]["constraints"] = {"enum": sorted(set(values))}
        elif constraint == "unique" and len(set(values)) == len(values):
            fields[-1]["constraints"] = {"unique": True}
    rows = [[str(number), *cells] for number, cells in enumerate(zip(*columns, strict=True))]
    return "t", {"fields": fields, "primaryKey": ["id"], "missingValues": missing}, rows


def _true(cell: str, field: Mapping[str, Any], missing: list[str]) -> Any:
    """What a cell means, by nothing but Python."""
    if cell in missing:
        return None
    match field["type"]:
        case "integer" | "year":
            return Decimal(cell)
        case "number":
            return cell if cell[-1] in "NF" else Decimal(cell)
        case "boolean":
            return cell == "true"
        case "date":
            return date.fromisoformat(cell)
        case "time":
            return time.fromisoformat(cell)
        case "datetime":
            return datetime.fromisoformat(cell)
    return cell


def _read(value: Any, field: Mapping[str, Any]) -> Any:
    """What a value of some format means, in the same terms."""
    if value is None:
        return None
    match field["type"]:
        case "integer" | "year":
            return Decimal(value)
        case "number":
            if isinstance(value, float) and not math.isfinite(value):
                return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"
            if isinstance(value, str) and value[-1] in "NF":
                return value
            return _number(value)
        case "boolean":
            return bool(value)
        case "date":
            if isinstance(value, datetime):
                return value.date()
            return date.fromisoformat(value) if isinstance(value, str) else value
        case "time":
            return time.fromisoformat(value) if isinstance(value, str) else value
        case "datetime":
            return datetime.fromisoformat(value) if isinstance(value, str) else value
    return value


@settings(
    max_examples=examples(15), deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(table=_tables())
def test_any_package_that_validates_is_read_alike_by_all(table: Table) -> None:
    _, schema, rows = table
    with tempfile.TemporaryDirectory() as name:
        package = write_tables(Path(name) / "p", table)
        if not mtopendata.validate(package).valid:
            return
        built = mtopendata.build(package, Path(name) / "out", bagit=True)
        assert built.folder
        assert mtopendata.verify(built.folder).valid
        formats = {
            "parquet": parquet_rows(built.folder / "t.parquet"),
            "sqlite": sqlite_rows(built.folder / "p-1.sqlite", "t"),
        }
        if not any("workbook" in note for note in built.notes):
            formats["xlsx"] = sheet_rows(built.folder / "p-1.xlsx", "t")
        else:
            assert "" in (cell for row in rows for cell in row)
        with zipfile.ZipFile(built.folder / "p-1.zip") as archive:
            text = archive.read("0.csv").decode()
    fields, missing = schema["fields"], schema["missingValues"]
    truth = [[_true(c, f, missing) for c, f in zip(r, fields, strict=True)] for r in rows]
    for kind, found in formats.items():
        read = [[_read(v, f) for v, f in zip(r, fields, strict=True)] for r in found]
        assert read == truth, kind
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == rows
