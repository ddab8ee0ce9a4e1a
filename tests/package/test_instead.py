"""What is named instead of a package is told for what it is, and with what to do."""

import gzip
import json
import os
import re
import socket
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import mtopendata
from mtopendata import MtopendataError
from tests.kit.packages import write_files, write_table
from tests.kit.program import run

FRAME = pl.DataFrame({"a": [1]})


def write_tar(file: Path) -> None:
    write_table(file.parent / "package")
    with tarfile.open(file, "w:gz") as archive:
        archive.add(file.parent / "package", "package")


def write_zip(name: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(name, "{")

    return write


def write_json(value: object) -> Callable[[Path], object]:
    return lambda file: file.write_text(json.dumps(value))


FILES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "t.csv": (FRAME.write_csv, "is a CSV table", "mtopendata init t.csv"),
    "T 1.TSV": (FRAME.write_csv, "is a TSV table", "mtopendata init 'T 1.TSV'"),
    "t.csv.gz": (
        lambda file: file.write_bytes(gzip.compress(b"a\n")),
        "is a CSV table",
        "t.csv.gz",
    ),
    "t.xlsx": (lambda file: file.write_bytes(b"PK\3\4"), "is a workbook", "mtopendata init t.xlsx"),
    "t.xls": (lambda file: file.write_bytes(b"\xd0\xcf\x11\xe0"), "is a workbook", "as CSV"),
    "t.parquet": (FRAME.write_parquet, "is a Parquet table", "path of a resource"),
    "no ending": (FRAME.write_parquet, "is a Parquet table", "path of a resource"),
    "t.arrow": (FRAME.write_ipc, "is an Arrow table", "path of a resource"),
    "t.jsonl": (FRAME.write_ndjson, "is rows as JSON Lines", "path of a resource"),
    "t.db": (lambda file: sqlite3.connect(file).close(), "is an SQLite database", "of a resource"),
    "rows.json": (FRAME.write_json, "is a JSON array", "a list of rows can be a resource"),
    "text.json": (write_json("x"), "is a JSON string", "write an object"),
    "s.json": (write_json({"fields": []}), "is the schema of a table", "'schema' of a resource"),
    "r.json": (write_json({"path": "t.csv"}), "description of one resource", "into 'resources'"),
    "m.json": (write_json({"type": "FeatureCollection"}), "is a map (GeoJSON)", "of a resource"),
    "m.geojson": (write_json({"type": "Feature"}), "is a map (GeoJSON)", "of a resource"),
    "j.json": (write_json({"type": "object", "properties": {}}), "is a JSON Schema", "name a"),
    "l.json": (write_json({"@context": "https://schema.org"}), "is JSON-LD", "name a package"),
    "package.json": (write_json({"name": "x"}), "has no 'resources'", "name a package"),
    "datapackage.json": (write_json({"fields": []}), "is the schema of a table", "'schema'"),
    "notes.txt": (lambda file: file.write_text("x"), "is not the descriptor", "name a package"),
    "empty": (Path.touch, "is not the descriptor", "name a package"),
    "p.tar.gz": (write_tar, "is an archive other than .zip", "unpack it"),
    "p.7z": (lambda file: file.write_bytes(b"7z\xbc\xaf\x27\x1c"), "is an archive", "unpack it"),
    "archive": (write_zip("datapackage.json"), "is a zip archive", "let its name end in .zip"),
    "deep.zip": (write_zip("main/datapackage.json"), "but 'main' in it has", "unpack it, and name"),
    "broken.zip": (write_zip("datapackage.json"), "is not JSON", "mend it"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_package_is_told_for_what_it_is(name: str, tmp_path: Path) -> None:
    write, what, todo = FILES[name]
    write(tmp_path / name)
    done = run("validate", name, folder=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.fullmatch(f"error {re.escape(name)}.*: .*{re.escape(what)}.*; .*\n", done.stderr)
    assert todo in done.stderr


@pytest.mark.parametrize(
    ("name", "what", "todo"),
    [
        ("absent", "does not exist", "name a package"),
        ("absent/t.csv", "does not exist", "name a package"),
        ("s3://bucket/p.zip?" + "x" * 5_000, "address on the network", "download it"),
        ("git@example.org:o/r", "address on the network", "clone it"),
        ("git+https://example.org/o/r", "address on the network", "clone it"),
        ("https://example.org/o/r.git", "address on the network", "clone it"),
        ("file:///tmp/p.zip", "is an address", "by its path"),
        ("doi:10.1/2", "address on the network", "download it"),
    ],
)
def test_a_name_that_is_no_place_is_told_for_what_it_is(name: str, what: str, todo: str) -> None:
    with pytest.raises(MtopendataError) as raised:
        mtopendata.validate(name)
    assert raised.value.where == name
    assert what in raised.value.what
    assert todo in raised.value.todo


@pytest.mark.parametrize(
    "command",
    [
        ["validate"],
        ["validate", ".", "--against"],
        ["validate", ".", "--source"],
        ["build"],
        ["diff"],
        ["diff", "--package"],
        ["verify"],
        ["show", "x", "--package"],
        ["extract"],
        ["extract", "sheet.txt", "--into"],
        ["trace", "--source"],
        ["trace", "--source", "sheet.txt", "--package"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("name", "what"),
    [("", "'': the name is empty; "), ("https://a.org/b", "https://a.org/b: is an address on the")],
)
def test_no_command_takes_an_empty_name_or_an_address(
    command: list[str], name: str, what: str, tmp_path: Path
) -> None:
    write_table(tmp_path)
    write_files(tmp_path, {"sheet.txt": "1 case"})
    done = run(*command, name, folder=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error {what}")


def test_a_folder_of_a_name_like_an_address_is_a_folder(tmp_path: Path) -> None:
    write_table(tmp_path / "me@home:data")
    assert run("validate", "me@home:data", folder=tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("files", "what", "todo"),
    [
        ({}, "has no datapackage.json", "name a package"),
        ({"a.csv": "", "b.csv": ""}, "but 2 tables", "mtopendata init a.csv b.csv"),
        ({f"{n}.csv": "" for n in range(9)}, "but 9 tables", "in that folder: mtopendata init"),
        ({"DataPackage.json": "{}"}, "but 'DataPackage.json'", "call it datapackage.json"),
        ({"data/datapackage.json": "{}"}, "but 'data' in it has", "name {}/data"),
        ({"../datapackage.json": "{}"}, "but the folder above has", "name "),
        ({"SHA256SUMS": ""}, "has no datapackage.json", "mtopendata verify"),
    ],
    ids=str,
)
def test_a_folder_without_a_descriptor_says_where_one_is_or_how_to_begin(
    files: dict[str, str], what: str, todo: str, tmp_path: Path
) -> None:
    folder = write_files(tmp_path / "here", files)
    with pytest.raises(MtopendataError) as raised:
        mtopendata.validate(folder)
    assert what in raised.value.what
    assert todo.format(folder) in raised.value.todo


# A descriptor that is no file of the package


def make_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(os.path.relpath(file))


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "folder": (Path.mkdir, "is a folder, not a file"),
    "pipe": (os.mkfifo, "is a pipe, not a file"),
    "socket": (make_socket, "is a socket, not a file"),
    "device": (lambda file: file.symlink_to("/dev/zero"), "is a device, not a file"),
    "dangling link": (lambda file: file.symlink_to("x.json"), "a link to 'x.json', which does not"),
    "link out": (lambda file: file.symlink_to("../datapackage.json"), "leads out of its folder"),
}


@pytest.mark.parametrize("way", ["here", "folder", "file", "diff"])
@pytest.mark.parametrize("kind", ODD)
def test_a_descriptor_that_is_no_file_of_the_package_is_not_waited_for(
    kind: str, way: str, tmp_path: Path
) -> None:
    make, what = ODD[kind]
    folder = write_table(tmp_path) / "here"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        make(folder / "datapackage.json")
    named = {"here": [], "folder": ["."], "file": ["datapackage.json"], "diff": ["..", "."]}[way]
    if (kind, way) == ("folder", "file"):
        what = "has no datapackage.json"
    done = run("diff" if way == "diff" else "validate", *named, folder=folder)
    assert done.exit_code == 2
    assert what in done.stderr


def test_a_link_to_a_descriptor_in_its_folder_is_followed(tmp_path: Path) -> None:
    write_table(tmp_path)
    (tmp_path / "datapackage.json").rename(tmp_path / "v2.json")
    (tmp_path / "datapackage.json").symlink_to("v2.json")
    assert mtopendata.validate(tmp_path).valid


@pytest.mark.parametrize("name", ["p.zip", "SHA256SUMS", "p.xlsx"])
def test_a_pipe_is_no_release(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    done = run("verify", tmp_path / name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is a pipe, not a file" in done.stderr
