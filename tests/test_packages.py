"""Every fault has its smallest package, and every package exactly its expected findings."""

import gzip
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import mtopendata
from mtopendata.reading.options import Options
from mtopendata.report import formats, render
from mtopendata.values.errors import MtopendataError
from tests.kit.packages import (
    FOLDERS,
    PACKAGES,
    brief,
    codes_and_rows,
    expected_verdict,
    report_on,
    schema_of,
    write_table,
)
from tests.kit.program import run

# The folders


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_package_has_exactly_the_expected_findings(folder: Path) -> None:
    report = report_on(folder)
    assert {"valid": report.valid, "findings": brief(report)} == expected_verdict(folder)
    assert report.valid is (report.errors == 0)
    assert all(found.message and found.hint for found in report.findings)
    # Inline data stand in no file.
    assert "data-" in folder.name or all(found.path for found in report.findings if found.row)
    for name in formats("validation"):
        assert render("validation", name, report, verbose=True)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_is_called_good_where_nothing_is_found(folder: Path) -> None:
    expected = expected_verdict(folder)
    assert folder.name.startswith("good-") is (expected["findings"] == [])


# The command line


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("good-types", [], 0),
        ("good-rule-balance", ["--strict"], 0),
        ("text-mixed-line-ends", [], 0),
        ("text-mixed-line-ends", ["--strict"], 1),
        ("constraint-tested-nothing", ["--strict"], 0),
        ("type-integer", [], 1),
        ("rule-balance-culprit", [], 1),
        ("path-missing-file", [], 1),
        ("json-type-resources", [], 1),
    ],
)
def test_the_exit_code_is_the_verdict(name: str, options: list[str], code: int) -> None:
    folder = PACKAGES / name
    done = run("validate", folder, "--format", "json", *options)
    assert done.exit_code == code, done.stderr
    report = json.loads(done.stdout)
    expected = expected_verdict(folder)
    assert report["valid"] is expected["valid"]
    assert len(report["findings"]) == len(expected["findings"])


@pytest.mark.parametrize("name", ["nothing-here", "file.txt", "truncated.zip"])
def test_the_exit_code_is_2_where_nothing_could_be_validated(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("no JSON")
    (tmp_path / "truncated.zip").write_bytes(b"PK\3\4")
    done = run("validate", tmp_path / name)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


# Descriptors that are none


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", '"x"', "{} {}", '{"a": NaN}', '{"a": Infinity}', "{'a': 1}",
        "[" * 100_000, '{"a":' * 100_000, '{"a": ' + "9" * 5_000 + "}",
        '{"a": "\ud800"}', '{"resources": []}',
    ],
    ids=lambda text: text[:14],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_broken_descriptor_is_refused_or_found_fault_with(
    text: str, encoding: str, tmp_path: Path
) -> None:
    (tmp_path / "datapackage.json").write_bytes(text.encode(encoding, "surrogatepass"))
    try:
        report = mtopendata.validate(tmp_path)
    except MtopendataError:
        return
    assert not report.valid


# Numbers out of the ordinary


def test_whole_numbers_of_any_length_keep_their_order(tmp_path: Path) -> None:
    most = "9" * 5000
    constraints = {"maximum": f"0{most}", "exclusiveMinimum": -5, "enum": [3, "+04", f"{most}"]}
    field = {"name": "a", "type": "integer", "constraints": constraints}
    cells = [most, "3", "4", f"-{most}", f"1{most}", "-05", "-4"]
    package = write_table(tmp_path, "\n".join(["a", *cells, ""]), schema={"fields": [field]})
    found = codes_and_rows(mtopendata.validate(package))
    assert [row for code, row in found if code == "exclusiveMinimum"] == [5, 7]
    assert [row for code, row in found if code == "maximum"] == [6]
    assert [row for code, row in found if code == "enum"] == [5, 6, 7, 8]


# Files out of the ordinary


def test_a_key_that_stands_in_another_part_names_its_file(tmp_path: Path) -> None:
    schema = {**schema_of(i="integer"), "primaryKey": "i"}
    write_table(tmp_path, "i\n1\n2\n", path=["t.csv", "u.csv"], schema=schema)
    (tmp_path / "u.csv").write_text("i\n2\n3\n")
    (found,) = mtopendata.validate(tmp_path).findings
    assert (found.path, found.row) == ("u.csv", 2)
    assert found.message == "row 3 of t.csv has (i) = (2) already"


def test_a_nul_byte_is_found_in_its_line(tmp_path: Path) -> None:
    assert codes_and_rows(mtopendata.validate(write_table(tmp_path, b"a\nx\ny\0\n"))) == [
        ("nul-byte", 3)
    ]


@pytest.mark.parametrize("size", [200_000, 20_000_000], ids=["long", "longer than a block"])
def test_a_huge_cell_is_data_like_any_other(size: int, tmp_path: Path) -> None:
    lines = size // 1000
    cell = b'"' + (b"x" * 999 + b"\n") * lines + b'"'
    package = write_table(tmp_path, b"a\n" + cell + b"\n")
    assert codes_and_rows(mtopendata.validate(package)) == []
    field = {"name": "a", "type": "integer"}
    package = write_table(tmp_path, b"a\n1\n" + cell + b"\nz\n", schema={"fields": [field]})
    found = mtopendata.validate(package).findings
    assert [(f.code, f.row) for f in found] == [("type", 3), ("type", lines + 4)]
    assert len(found[0].cell or "") < 1000
    assert len(found[0].message) < 1000


def test_a_compressed_file_that_expands_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    package = write_table(tmp_path, path="t.csv.gz")
    (package / "t.csv.gz").write_bytes(gzip.compress(b"a\n" + b"x\n" * 1_000_000))
    report = mtopendata.validate(package, Options(max_bytes=100_000))
    assert codes_and_rows(report) == [("unreadable", None)]
    assert mtopendata.validate(package).valid


def test_a_link_inside_the_package_is_followed(tmp_path: Path) -> None:
    package = write_table(tmp_path)
    (package / "t.csv").rename(package / "u.csv")
    (package / "t.csv").symlink_to("u.csv")
    assert codes_and_rows(mtopendata.validate(package)) == []


@pytest.mark.parametrize("path", ["t.csv", "data/t.csv"])
def test_a_link_that_leads_out_of_the_package_is_refused(path: str, tmp_path: Path) -> None:
    outside = write_table(tmp_path / "outside")
    package = write_table(tmp_path / "inside", path=path)
    if path == "t.csv":
        (package / "t.csv").unlink()
        (package / "t.csv").symlink_to(outside / "t.csv")
    else:
        (package / "data").symlink_to(outside)
    assert codes_and_rows(mtopendata.validate(package)) == [("unsafe-path", None)]


def test_a_schema_that_is_a_link_out_of_the_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(schema_of("a")))
    package = write_table(tmp_path / "inside", schema="schema.json")
    (package / "schema.json").symlink_to(tmp_path / "schema.json")
    assert codes_and_rows(mtopendata.validate(package)) == [("unsafe-path", None)]


def test_a_dangling_link_is_a_missing_file(tmp_path: Path) -> None:
    package = write_table(tmp_path)
    (package / "t.csv").unlink()
    (package / "t.csv").symlink_to("u.csv")
    assert codes_and_rows(mtopendata.validate(package)) == [("missing-file", None)]


def test_links_in_a_circle_are_unreadable(tmp_path: Path) -> None:
    package = write_table(tmp_path)
    (package / "t.csv").unlink()
    (package / "t.csv").symlink_to("u.csv")
    (package / "u.csv").symlink_to("t.csv")
    [(code, _)] = codes_and_rows(mtopendata.validate(package))
    assert code in ("unreadable", "missing-file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    package = write_table(tmp_path)
    (package / "t.csv").unlink()
    os.mkfifo(package / "t.csv")
    assert codes_and_rows(mtopendata.validate(package)) == [("unreadable", None)]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_files_without_permission_are_unreadable(tmp_path: Path) -> None:
    package = write_table(tmp_path)
    (package / "t.csv").chmod(0)
    assert codes_and_rows(mtopendata.validate(package)) == [("unreadable", None)]
    (package / "datapackage.json").chmod(0)
    with pytest.raises(MtopendataError):
        mtopendata.validate(package)


@pytest.mark.parametrize("path", ["x" * 5_000, "a/" * 3_000 + "t.csv", "t\0.csv"])
def test_a_path_that_no_system_takes_is_one_finding(path: str, tmp_path: Path) -> None:
    report = mtopendata.validate(write_table(tmp_path, path=path))
    assert not report.valid
    assert len(report.findings) == 1
    assert report.findings[0].code in ("unsafe-path", "unreadable", "missing-file")


# Archives


def write_zip(file: Path, members: dict[str, bytes], **extra: bytes) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**members, **extra}.items():
            archive.writestr(name, data)
    return file


def package_members(csv: bytes = b"a\nx\n") -> dict[str, bytes]:
    resource = {"name": "t", "path": "t.csv", "schema": schema_of("a")}
    return {"datapackage.json": json.dumps({"resources": [resource]}).encode(), "t.csv": csv}


def link(file: Path) -> None:
    member = zipfile.ZipInfo("t.csv")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("datapackage.json", package_members()["datapackage.json"])
        archive.writestr(member, "/etc/passwd")


def twice(file: Path) -> None:
    write_zip(file, package_members())
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("t.csv", "a\ny\n")


def truncated(file: Path) -> None:
    data = write_zip(file, package_members()).read_bytes()
    file.write_bytes(data[: len(data) // 2])


def damaged(file: Path) -> None:
    data = write_zip(file, package_members(b"a\n" + b"xyz\n" * 50)).read_bytes()
    # The deflated bytes of t.csv end where the central directory begins.
    end = data.index(b"PK\1\2")
    file.write_bytes(data[: end - 4] + b"\xff\xff\xff\xff" + data[end:])


def encrypted(file: Path) -> None:
    data = bytearray(write_zip(file, package_members()).read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    data[6] |= 1
    file.write_bytes(data)


def lying(file: Path) -> None:
    """The archive says that t.csv is a few bytes long, and it holds a megabyte."""
    data = bytearray(write_zip(file, package_members(b"x" * 1_000_000)).read_bytes())
    for start, place in ((data.rindex(b"PK\3\4"), 22), (data.rindex(b"PK\1\2"), 24)):
        data[start + place : start + place + 4] = struct.pack("<I", 4)
    file.write_bytes(data)


def unsafe(name: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        write_zip(file, {**package_members(), name: b"x"})

    return write


BAD_ZIPS: dict[str, Callable[[Path], object]] = {
    "parent": unsafe("../x"),
    "parent inside": unsafe("data/../../x"),
    "absolute": unsafe("/x"),
    "drive": unsafe("C:/x"),
    "backslash": unsafe("..\\x"),
    "link": link,
    "twice": twice,
    "twice but for case": unsafe("T.CSV"),
    "file and folder": unsafe("t.csv/x"),
    "long name": unsafe("x" * 5_000),
    "truncated": truncated,
    "damaged": damaged,
    "encrypted": encrypted,
    "lying": lying,
    "no archive": lambda file: file.write_bytes(b"PK\3\4 and no more"),
    "empty": lambda file: file.write_bytes(b""),
    "no descriptor": lambda file: write_zip(file, {"t.csv": b"a\nx\n"}),
    "bomb": lambda file: write_zip(file, package_members(b"x" * 2_000_000)),
    "many": lambda file: write_zip(
        file, {**package_members(), **{f"{n}": b"x" * 100_000 for n in range(11)}}
    ),
}


@pytest.mark.parametrize("kind", BAD_ZIPS)
def test_an_archive_that_is_not_safe_or_whole_is_refused(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "in" / "p.zip"
    file.parent.mkdir()
    BAD_ZIPS[kind](file)
    with pytest.raises(MtopendataError):
        mtopendata.validate(file, Options(max_bytes=1_000_000))
    assert list(tmp_path.rglob("*")) == [file.parent, file]


@pytest.mark.parametrize("kind", ["link", "bomb", "truncated"])
def test_the_exit_code_of_a_refused_archive_is_2(kind: str, tmp_path: Path) -> None:
    BAD_ZIPS[kind](tmp_path / "p.zip")
    done = run("validate", tmp_path / "p.zip", "--max-bytes", "1000000")
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


def test_an_archive_is_validated_like_its_folder(tmp_path: Path) -> None:
    for folder in (path for path in FOLDERS if path.name in ("good-parts", "key-foreign")):
        members = {
            path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".zip"
        }
        report = mtopendata.validate(write_zip(tmp_path / f"{folder.name}.zip", members))
        assert brief(report) == expected_verdict(folder)["findings"]
        assert run("validate", tmp_path / f"{folder.name}.zip").exit_code == int(not report.valid)


def test_a_good_archive_with_folders_is_valid(tmp_path: Path) -> None:
    members = package_members()
    members["datapackage.json"] = members["datapackage.json"].replace(b"t.csv", b"data/t.csv")
    members["data/"] = b""
    members["data/t.csv"] = members.pop("t.csv")
    assert codes_and_rows(mtopendata.validate(write_zip(tmp_path / "p.ZIP", members))) == []
