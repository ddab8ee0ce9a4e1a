"""Resources that are one file in a zip."""

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata.commands.diff import diff
from mtopendata.reading.options import Options
from tests.kit.packages import codes_and_rows, schema_of, write_package

TABLE = "a,b\n1,x\n2,y\n"
SCHEMA = schema_of(a="integer", b="string")


def zipped(
    folder: Path, members: dict[str, str | bytes], path: str = "t.csv.zip", **resource: Any
) -> Path:
    """A package of the table `t` in a zip of these members."""
    declared = {"name": "t", "path": path, "schema": SCHEMA, **resource}
    declared = {name: value for name, value in declared.items() if value is not None}
    write_package(folder, {"name": "p", "resources": [declared]}, {})
    with zipfile.ZipFile(folder / path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return folder


def only_message(package: Path, options: Options | None = None) -> str:
    """The message and the hint of the only finding, which is that a file cannot be read."""
    [found] = mtopendata.validate(package, options).findings
    assert (found.code, found.severity) == ("unreadable", "error")
    return f"{found.message}; {found.hint}"


@pytest.mark.parametrize(
    ("path", "member", "resource"),
    [
        ("t.csv.zip", "t.csv", {}),
        ("T.CSV.ZIP", "t.csv", {}),
        ("t.csv.zip", "t.csv", {"compression": "zip"}),
        ("t.csv.zip", "anything", {"format": "csv"}),
        ("t.zip", "t.csv", {}),
        ("t.zip", "t.csv", {"type": "table"}),
        ("t.zip", "anything", {"format": "csv"}),
        ("t.csv", "t.csv", {"compression": "zip"}),
        ("t.csv.zip", "deep/below/t.csv", {}),
        ("t.csv.zip", "../../etc/t.csv", {}),
        ("t.csv.zip", "/etc/passwd", {}),
    ],
)
def test_the_file_in_a_zip_is_the_table(
    path: str, member: str, resource: dict[str, Any], tmp_path: Path
) -> None:
    package = zipped(tmp_path, {member: TABLE}, path, **resource)
    assert mtopendata.load(package)["t"].rows() == [(1, "x"), (2, "y")]


def test_other_formats_may_be_zipped_too(tmp_path: Path) -> None:
    rows = "\n".join(json.dumps({"a": n, "b": "x"}) for n in (1, 2))
    package = zipped(tmp_path, {"t.jsonl": f"{rows}\n"}, "t.jsonl.zip")
    assert mtopendata.load(package)["t"].height == 2


def test_the_named_file_is_read_among_others(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {"u.csv": "none", "d/t.csv": TABLE}
    package = zipped(tmp_path, members, innerpath="d/t.csv")
    assert mtopendata.load(package)["t"].height == 2
    assert "no file 'v.csv': it has 'u.csv', 'd/t.csv'" in only_message(
        zipped(tmp_path, members, innerpath="v.csv")
    )


def test_faults_have_the_lines_and_columns_of_the_file_in_the_zip(tmp_path: Path) -> None:
    package = zipped(tmp_path, {"t.csv": "a,b\n1,x\ny,z\n"})
    [found] = mtopendata.validate(package).findings
    assert (found.code, found.path, found.row, found.column) == ("type", "t.csv.zip", 3, 1)


def test_parts_may_be_zipped_each_by_itself(tmp_path: Path) -> None:
    zipped(tmp_path, {"u.csv": TABLE}, "u.csv.zip")
    package = zipped(tmp_path, {"t.csv": TABLE})
    resource = {"name": "t", "path": ["t.csv.zip", "u.csv.zip"], "schema": SCHEMA}
    write_package(package, {"resources": [resource]}, {})
    assert mtopendata.load(package)["t"].height == 4


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "it has no file"),
        ({"a/": ""}, "it has no file"),
        ({"a.csv": TABLE, "b.csv": TABLE}, "it has 'a.csv', 'b.csv', where"),
        ({f"{n}.csv": "" for n in range(9)}, "'4.csv' and 4 more"),
    ],
)
def test_a_zip_of_none_or_several_files_is_refused(
    members: dict[str, str | bytes], message: str, tmp_path: Path
) -> None:
    assert message in only_message(zipped(tmp_path, members))


def test_what_macos_puts_into_a_zip_is_no_second_file(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "t.csv": TABLE,
        "__MACOSX/._t.csv": b"\0",
        ".DS_Store": b"\0",
    }
    assert mtopendata.validate(zipped(tmp_path, members)).findings == []


def test_a_zip_that_is_encrypted_truncated_or_none_is_refused(tmp_path: Path) -> None:
    package = zipped(tmp_path, {"t.csv": TABLE * 100})
    whole = (package / "t.csv.zip").read_bytes()

    def with_bytes(data: bytes | bytearray) -> str:
        (package / "t.csv.zip").write_bytes(data)
        return only_message(package)

    assert "no whole zip" in with_bytes(whole[:-30])
    assert "no whole zip" in with_bytes(b"")
    assert "no whole zip" in with_bytes(TABLE.encode())
    encrypted = bytearray(whole)
    encrypted[whole.index(b"PK\1\2") + 8] |= 1
    assert "encrypted" in with_bytes(encrypted)
    damaged = bytearray(whole)
    damaged[whole.index(b"PK\1\2") - 3] ^= 0xFF
    assert "cannot be read to its end" in with_bytes(damaged)
    unknown = bytearray(whole)
    unknown[whole.index(b"PK\1\2") + 10] = 99
    assert "no whole zip" in with_bytes(unknown)
    lying = bytearray(whole)
    start = whole.index(b"PK\1\2") + 24
    lying[start : start + 4] = struct.pack("<I", 8)
    assert "cannot be read to its end" in with_bytes(lying)


def test_a_zip_that_expands_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    package = zipped(tmp_path, {"t.csv": "a,b\n" + "1,x\n" * 1_000_000})
    assert "100,000 bytes" in only_message(package, Options(max_bytes=100_000))
    assert mtopendata.validate(package).valid


@pytest.mark.parametrize(
    ("path", "resource"),
    [("t.zip", {}), ("t.shp.zip", {}), ("t.zip", {"format": "zip"}), ("t.zip", {"format": "shp"})],
)
def test_a_zip_that_is_no_table_is_a_file_like_any_other(
    path: str, resource: dict[str, Any], tmp_path: Path
) -> None:
    members: dict[str, str | bytes] = {"t.shp": b"\0", "t.dbf": b"\0"}
    package = zipped(tmp_path, members, path, schema=None, **resource)
    assert codes_and_rows(mtopendata.validate(package)) == []


def test_a_zip_is_released_as_it_is_and_compared(tmp_path: Path) -> None:
    old = zipped(tmp_path / "old", {"t.csv": TABLE})
    new = zipped(tmp_path / "new", {"t.csv": TABLE.replace("2,y", "2,z")})
    assert mtopendata.build(old, tmp_path / "release").report.valid
    assert mtopendata.verify(tmp_path / "release", rebuild=old).valid
    [table] = diff(old, new).tables
    assert (table.resource, table.withdrawn, table.added) != ("t", 0, 0)
