"""Nothing that is done to a release, by accident or on purpose, gets past `verify`."""

import gc
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import parquet

import mtopendata
from mtopendata.cli import main
from mtopendata.ledger.report import Report
from mtopendata.reading.options import Options
from mtopendata.values.errors import MtopendataError
from tests.kit.examples import examples, sample
from tests.kit.packages import MONTANA, ROOT, write_package

STEM = "small-1.0.0"
ZIP, BAG, DATABASE, WORKBOOK, PAGE = (
    f"{STEM}.zip", f"{STEM}-bag.zip", f"{STEM}.sqlite", f"{STEM}.xlsx", f"{STEM}.html",
)  # fmt: skip
SUMS, INNER = "SHA256SUMS", "manifest-sha256.txt"
STAMP = (2024, 1, 2, 3, 4, 6)
OUTSIDE = ["../evil", "/evil", "a/../../evil", "C:evil", "C:\\evil", "..\\evil", "\\\\host\\evil"]

Members = dict[str, bytes]

PACKAGE: dict[str, Any] = {
    "name": "small",
    "version": "1.0.0",
    "created": "2024-01-02T03:04:06Z",
    "title": "Small",
    "resources": [
        {
            "name": "towns", "path": "towns.csv", "title": "Towns",
            "schema": {
                "fields": [{"name": "code", "type": "string"}, {"name": "title", "type": "string"}],
                "primaryKey": ["code"],
            },
        },
        {
            "name": "counts", "path": "counts.csv",
            "schema": {
                "fields": [
                    {"name": "town", "type": "string"},
                    {"name": "year", "type": "year"},
                    {"name": "people", "type": "integer", "constraints": {"minimum": 0}},
                    {"name": "share", "type": "number"},
                ],
                "primaryKey": ["town", "year"],
                "foreignKeys": [
                    {"fields": ["town"], "reference": {"resource": "towns", "fields": ["code"]}}
                ],
            },
        },
    ],
}  # fmt: skip
TABLES = {
    "towns.csv": b"code,title\na,Alder\nb,Birch\n",
    "counts.csv": b"town,year,people,share\na,2020,10,1.5\nb,2020,20,2.5\na,2021,30,3.5\n",
}


# Places and releases


def write_towns(folder: Path, **changes: Any) -> Path:
    return write_package(folder, PACKAGE | changes, TABLES)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small release, never to be changed, beside its package."""
    folder = tmp_path_factory.mktemp("small")
    mtopendata.build(write_towns(folder / "package"), folder / "release", bagit=True)
    return folder / "release"


@pytest.fixture
def release(small: Path, tmp_path: Path) -> Path:
    """A copy of the small release, to be changed."""
    return Path(shutil.copytree(small, tmp_path / "release"))


@pytest.fixture(autouse=True)
def confined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is verified: the network is not asked, and nothing is left anywhere."""
    asked: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(arguments)
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    temporary, here = tmp_path / "a" / "b" / "temporary", tmp_path / "here"
    temporary.mkdir(parents=True)
    here.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.chdir(here)
    yield
    assert not asked
    if list(temporary.iterdir()):
        gc.collect()
    assert tree(tmp_path / "a") == {"b": None, "b/temporary": None}
    assert tree(here) == {}
    assert not Path("/evil").exists()


def tree(folder: Path) -> dict[str, bytes | None]:
    """All that a folder holds; None for what is no regular file."""
    return {
        str(file.relative_to(folder)): (
            file.read_bytes() if file.is_file() and not file.is_symlink() else None
        )
        for file in sorted(folder.rglob("*"))
    }


def verified(place: Path, **options: Any) -> Report:
    """The report, which is JSON, has sense, and changed nothing."""
    folder = place if place.is_dir() else place.parent
    before = tree(folder)
    report = mtopendata.verify(place, **options)
    assert tree(folder) == before
    json.dumps(report.to_dict())
    for finding in report.findings:
        assert finding.message
        assert finding.hint
        assert tempfile.gettempdir() not in finding.message
    return report


def faults(place: Path, **options: Any) -> dict[str | None, str]:
    """What is wrong, by the file that is named: there must be something."""
    report = verified(place, **options)
    errors = [finding for finding in report.findings if finding.severity == "error"]
    assert not report.valid
    assert errors
    return {finding.path: f"{finding.code}: {finding.message}" for finding in reversed(errors)}


# Changing releases, so that the parts that are not meant to be changed still fit


def sums(files: dict[str, bytes]) -> bytes:
    listed = {name: content for name, content in files.items() if name != SUMS}
    return "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in listed.items()
    ).encode()


def refit(folder: Path) -> Path:
    """Write SHA256SUMS anew, as someone would who changed a file on purpose."""
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
    (folder / SUMS).write_bytes(sums(files))
    return folder


def opened(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {member.filename: archive.read(member) for member in archive.infolist()}


def packed(path: Path, members: Members | list[tuple[str, bytes]]) -> Path:
    """Write a zip as a build does: stored, one date, one mode."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            member = zipfile.ZipInfo("x" * len(name), STAMP)
            member.filename = name  # past what zipfile mends in names
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, content)
    return path


def refitted(members: Members) -> Members:
    """The members with an inner list of checksums that fits."""
    rest = {name: content for name, content in members.items() if name != INNER}
    return rest | {INNER: sums(rest)}


def tagged(members: Members) -> Members:
    """The members of a bag with a tag manifest that fits."""
    top = f"{STEM}-bag/"
    names = [top + name for name in ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")]
    tags = {name.removeprefix(top): members[name] for name in names if name in members}
    return members | {f"{top}tagmanifest-sha256.txt": sums(tags)}


CENTRAL = {
    "made by": (4, "H"), "flags": (8, "H"), "method": (10, "H"), "date": (12, "I"),
    "crc": (16, "I"), "packed": (20, "I"), "size": (24, "I"), "extra": (30, "H"),
    "comment": (32, "H"), "internal": (36, "H"), "attributes": (38, "I"), "offset": (42, "I"),
}  # fmt: skip
LOCAL = {
    "flags": (6, "H"), "method": (8, "H"), "date": (10, "I"), "crc": (14, "I"),
    "packed": (18, "I"), "size": (22, "I"), "extra": (28, "H"),
}  # fmt: skip


def entries(raw: bytes) -> dict[str, tuple[int, int]]:
    """Where a member's central and local header stand, by name."""
    end = raw.rindex(b"PK\5\6")
    _, count, _, place = struct.unpack("<HHII", raw[end + 8 : end + 20])
    found = {}
    for _ in range(count):
        name, extra, comment = struct.unpack("<HHH", raw[place + 28 : place + 34])
        (local,) = struct.unpack("<I", raw[place + 42 : place + 46])
        found[raw[place + 46 : place + 46 + name].decode()] = (place, local)
        place += 46 + name + extra + comment
    return found


def patched(raw: bytes, name: str, field: str, value: int, where: str = "both") -> bytes:
    """A zip with one field of one member's headers changed."""
    changed = bytearray(raw)
    central, local = entries(raw)[name]
    for place, fields, kind in ((central, CENTRAL, "central"), (local, LOCAL, "local")):
        if field in fields and where in ("both", kind):
            offset, form = fields[field]
            struct.pack_into("<" + form, changed, place + offset, value)
    return bytes(changed)


def flipped(raw: bytes, place: int, bit: int = 0) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]


# What is whole


@pytest.mark.slow
def test_the_release_of_the_figures_is_verified(own_release: Path) -> None:
    report = verified(own_release)
    assert report.valid
    assert not report.findings
    kinds = {check.kind for check in report.checks}
    assert {"release", "integrity", "type", "rule"} <= kinds
    names = {check.name for check in report.checks}
    assert "made alike" in names


@pytest.mark.parametrize("name", ["", SUMS, ZIP, BAG, "towns.parquet", DATABASE, WORKBOOK])
def test_a_release_is_verified_whole_and_by_file(small: Path, name: str) -> None:
    report = verified(small / name)
    assert report.valid
    assert report.findings == []


def test_a_zip_is_verified_without_the_rest_of_its_release(small: Path, tmp_path: Path) -> None:
    lone = tmp_path / "lone"
    lone.mkdir()
    for name in (ZIP, BAG):
        report = verified(Path(shutil.copy(small / name, lone)))
        assert report.valid
        # Nobody vouches for it.
        assert [finding.code for finding in report.findings] == ["no-checksum"]


def test_an_unpacked_zip_and_an_unpacked_bag_are_verified(small: Path, tmp_path: Path) -> None:
    for name in (ZIP, BAG):
        with zipfile.ZipFile(small / name) as archive:
            archive.extractall(tmp_path / "unpacked")
    folder = tmp_path / "unpacked"
    bag = folder / f"{STEM}-bag"
    assert verified(bag).valid
    (bag / "data" / "towns.csv").write_bytes(TABLES["towns.csv"].replace(b"Alder", b"Elder"))
    assert {"data/towns.csv", "towns.csv"} <= set(faults(bag))
    shutil.rmtree(bag)
    assert verified(folder).valid
    (folder / "towns.csv").write_bytes(TABLES["towns.csv"].replace(b"Alder", b"Elder"))
    assert "towns.csv" in faults(folder)


def test_a_release_without_a_bag_is_verified(small: Path, tmp_path: Path) -> None:
    mtopendata.build(small.parent / "package", tmp_path / "release")
    assert verified(tmp_path / "release").valid
    assert verified(tmp_path / "release", rebuild=small.parent / "package").valid


@pytest.mark.parametrize(
    "changes",
    [{"name": "school-bag", "version": ""}, {"version": "1-bag"}, {"name": "", "version": ""}],
    ids=str,
)
@pytest.mark.parametrize("bagit", [True, False])
def test_a_release_is_verified_whatever_its_name(
    tmp_path: Path, changes: dict[str, str], bagit: bool
) -> None:
    changes = {key: value for key, value in changes.items() if value}
    package = write_towns(tmp_path / "package")
    described = {k: v for k, v in PACKAGE.items() if k not in ("name", "version")} | changes
    (package / "datapackage.json").write_text(json.dumps(described))
    mtopendata.build(package, tmp_path / "release", bagit=bagit)
    assert verified(tmp_path / "release").valid


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["good-types", "good-gz", "good-parts", "good-other-file", "good-schema-file",
             "good-path-folder", "good-encoding-utf-16", "good-integer-39-digits",
             "good-datetime-fractions", "good-boolean-values", "good-text-unicode",
             "good-missing-values-empty-string-kept", "good-fields-match-superset"],
)  # fmt: skip
def test_a_release_of_any_valid_package_is_verified(tmp_path: Path, name: str) -> None:
    mtopendata.build(ROOT / "tests" / "packages" / name, tmp_path / "release", bagit=True)
    assert verified(tmp_path / "release").valid
    zips = [file for file in (tmp_path / "release").iterdir() if file.suffix == ".zip"]
    assert len(zips) == 2
    assert all(verified(file).valid for file in zips)


# One byte


@pytest.mark.slow
def test_a_flipped_byte_in_any_file_is_found_and_named(own_release: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(own_release, tmp_path / "release"))
    chosen = random.Random(20231)  # noqa: S311
    for file in (
        *copy.glob("*.zip"),
        *copy.glob("*.sqlite"),
        copy / "figures.parquet",
        copy / SUMS,
    ):
        whole = file.read_bytes()
        file.write_bytes(flipped(whole, chosen.randrange(len(whole)), chosen.randrange(8)))
        found = faults(copy)
        # A name in the list can be what was flipped: then it is the list that is wrong.
        assert file.name in found or file.name == SUMS
        file.write_bytes(whole)


@pytest.mark.sampled
@pytest.mark.parametrize(
    "name", [SUMS, "towns.parquet", "counts.parquet", ZIP, BAG, DATABASE, WORKBOOK]
)
def test_no_flipped_byte_passes_anywhere_in_a_release(release: Path, name: str) -> None:
    file = release / name
    whole = file.read_bytes()
    chosen = random.Random(name)  # noqa: S311
    for _ in range(examples(40 if name == SUMS else 5)):
        file.write_bytes(flipped(whole, chosen.randrange(len(whole)), chosen.randrange(8)))
        report = mtopendata.verify(release)
        assert not report.valid
        assert any(finding.path for finding in report.findings)


def headers(raw: bytes) -> list[int]:
    """Every byte of the end record, of the first and last headers, and of the stretch between two
    members.
    """
    found = entries(raw)
    first, last = next(iter(found.values())), list(found.values())[-1]
    places = list(range(raw.rindex(b"PK\5\6"), len(raw)))
    for central, local in (first, last):
        places += [*range(central, central + 60), *range(local, local + 42)]
    return [place for place in places if place < len(raw)]


@pytest.mark.sampled
def test_no_flipped_byte_passes_in_the_headers_of_a_lone_zip(small: Path, tmp_path: Path) -> None:
    file = tmp_path / ZIP
    whole = (small / ZIP).read_bytes()
    for place in sample(headers(whole)):
        file.write_bytes(flipped(whole, place, place % 8))
        report = mtopendata.verify(file)
        assert not report.valid, place
        assert any(finding.path for finding in report.findings), place


@pytest.mark.sampled
@pytest.mark.parametrize("name", [ZIP, BAG])
def test_no_flipped_byte_passes_in_the_members_of_a_lone_zip(
    small: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    whole = (small / name).read_bytes()
    chosen = random.Random(name)  # noqa: S311
    for place in chosen.sample(range(len(whole)), examples(40)):
        file.write_bytes(flipped(whole, place, chosen.randrange(8)))
        assert not mtopendata.verify(file).valid, place


FIELDS = [
    ("made by", 0x0314), ("flags", 1), ("flags", 8), ("flags", 0x800), ("flags", 0x41),
    ("method", 8), ("method", 9), ("method", 12), ("method", 14), ("method", 93), ("method", 99),
    ("date", 0), ("date", 0xFFFFFFFF), ("date", 0x21), ("crc", 0), ("packed", 0), ("size", 0),
    ("packed", 1), ("size", 1), ("size", 0xFFFFFFFF), ("packed", 0xFFFFFFFF), ("extra", 4),
    ("comment", 4), ("internal", 1), ("attributes", 0), ("attributes", 0o120777 << 16),
    ("attributes", 0o100755 << 16), ("offset", 1), ("offset", 0xFFFFFFFF),
]  # fmt: skip


@pytest.mark.parametrize("where", ["central", "local", "both"])
@pytest.mark.parametrize(
    "name",
    [
        "datapackage.json",
        pytest.param("counts.csv", marks=pytest.mark.slow),
        pytest.param(INNER, marks=pytest.mark.slow),
    ],
)
def test_no_field_of_a_zips_headers_can_be_changed(
    small: Path, tmp_path: Path, name: str, where: str
) -> None:
    whole = (small / ZIP).read_bytes()
    for field, value in FIELDS:
        changed = patched(whole, name, field, value, where)
        if changed != whole:
            (tmp_path / ZIP).write_bytes(changed)
            assert ZIP in faults(tmp_path / ZIP), (field, value)


# Around the members


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"", lambda _: b"PK", lambda raw: raw[:-1], lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[1:], lambda raw: raw + b"\n", lambda raw: raw + raw,
        lambda raw: b"#!/bin/sh\n" + raw, lambda raw: raw[:-2] + b"\2\0hi",
        lambda _: b"PK\5\6" + b"\0" * 18, lambda _: b"rubbish" * 1000,
    ],
    ids=["empty", "two-bytes", "one-short", "half", "first-byte", "line-end", "twice",
         "prefix", "comment", "no-members", "rubbish"],
)  # fmt: skip
def test_bytes_before_behind_or_missing_are_found(
    small: Path, tmp_path: Path, release: Path, change: Callable[[bytes], bytes]
) -> None:
    changed = change((small / ZIP).read_bytes())
    (tmp_path / ZIP).write_bytes(changed)
    assert ZIP in faults(tmp_path / ZIP)
    (release / ZIP).write_bytes(changed)
    assert ZIP in faults(release)
    assert ZIP in faults(refit(release))


def test_another_way_of_packing_the_same_members_is_found(small: Path, tmp_path: Path) -> None:
    members = opened(small / ZIP)
    with zipfile.ZipFile(tmp_path / ZIP, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert "form" in faults(tmp_path / ZIP)[ZIP]


# Members


def test_a_missing_member_is_found_and_named(small: Path, tmp_path: Path) -> None:
    members = opened(small / ZIP)
    for name in members:
        packed(tmp_path / ZIP, {n: c for n, c in members.items() if n != name})
        found = faults(tmp_path / ZIP)
        assert any(name in text for text in (*found.values(), *map(str, found)))


def test_swapped_members_are_found_and_named(small: Path, tmp_path: Path) -> None:
    members = opened(small / ZIP)
    swapped = members | {
        "towns.csv": members["counts.csv"], "counts.csv": members["towns.csv"],
    }  # fmt: skip
    packed(tmp_path / ZIP, swapped)
    assert {"towns.csv", "counts.csv"} <= set(faults(tmp_path / ZIP))
    packed(tmp_path / ZIP, refitted(swapped))
    assert {"towns.csv", "counts.csv"} <= set(faults(tmp_path / ZIP))


@pytest.mark.parametrize("name", ["evil.exe", "resources/evil.csv", "DATAPACKAGE.JSON.bak", ".x"])
def test_an_additional_member_is_found_and_named(small: Path, tmp_path: Path, name: str) -> None:
    packed(tmp_path / ZIP, opened(small / ZIP) | {name: b"evil"})
    assert name in faults(tmp_path / ZIP)


def test_an_additional_member_is_found_though_the_inner_checksums_list_it(
    small: Path, tmp_path: Path
) -> None:
    packed(tmp_path / ZIP, refitted(opened(small / ZIP) | {"evil.exe": b"evil"}))
    found = faults(tmp_path / ZIP)
    assert any("evil.exe" in f"{path} {text}" for path, text in found.items())


def test_changed_data_are_found_though_the_inner_checksums_fit(small: Path, tmp_path: Path) -> None:
    members = opened(small / ZIP)
    members["counts.csv"] = members["counts.csv"].replace(b"30", b"31")
    packed(tmp_path / ZIP, refitted(members))
    assert "counts.csv" in faults(tmp_path / ZIP)


def stamped(members: Members, **changes: Any) -> Members:
    """The members with other properties of the first resource, and checksums that fit."""
    described = json.loads(members["datapackage.json"])
    described["resources"][0].update(changes)
    return refitted(members | {"datapackage.json": json.dumps(described).encode()})


@pytest.mark.parametrize(
    "changes", [{"bytes": 1}, {"hash": "sha256:" + "0" * 64}, {"hash": "crc32:00000000"},
                {"hash": "0"}, {"hash": None}, {"bytes": None}, {"hash": 7}, {"bytes": "many"}],
    ids=str,
)  # fmt: skip
def test_a_stamp_that_does_not_fit_is_found(
    small: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    packed(tmp_path / ZIP, stamped(opened(small / ZIP), **changes))
    assert {"towns.csv", "datapackage.json"} & set(faults(tmp_path / ZIP))


@pytest.mark.parametrize("path", [*OUTSIDE, "http://localhost:9/x.csv", "~/evil"])
def test_a_path_of_the_descriptor_that_leads_outside_is_found(
    small: Path, tmp_path: Path, path: str
) -> None:
    packed(tmp_path / ZIP, stamped(opened(small / ZIP), path=path))
    report = verified(tmp_path / ZIP)
    assert not report.valid
    assert {"unsafe-path", "remote"} & {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    "descriptor", [b"", b"{", b"[]", b"\xff", b"{}", b'{"resources": 1}', b"[" * 100_000], ids=repr
)
def test_a_descriptor_that_is_none_is_found(small: Path, tmp_path: Path, descriptor: bytes) -> None:
    packed(tmp_path / ZIP, refitted(opened(small / ZIP) | {"datapackage.json": descriptor}))
    assert faults(tmp_path / ZIP)


def test_a_renamed_zip_is_doubtful(small: Path, tmp_path: Path) -> None:
    shutil.copy(small / ZIP, tmp_path / "small-2.0.0.zip")
    assert verified(tmp_path / "small-2.0.0.zip").findings


# Names of members


@pytest.mark.parametrize(
    "name",
    [*OUTSIDE, "a\\b", "//host/evil", "", ".", "./datapackage.json", "a//b", "a/./b", "x" * 300,
     "/".join("x" * 200 for _ in range(30)), "datapackage.json/evil", "a\0b", "evil\n"],
    ids=lambda name: repr(name)[:30],
)  # fmt: skip
def test_a_harmful_name_of_a_member_is_refused(small: Path, tmp_path: Path, name: str) -> None:
    members = [*opened(small / ZIP).items(), (name, b"evil")]
    for order in (members, members[::-1]):
        packed(tmp_path / ZIP, order)
        found = faults(tmp_path / ZIP)
        shown = name.partition("\0")[0].replace("\n", "").removesuffix("/evil")[:20]
        # A message quotes a name as Python does.
        texts = [f"{path} {text}".replace("\\\\", "\\") for path, text in found.items()]
        assert any(shown in text for text in texts)
        assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize(
    ("one", "other"),
    [("x", "x"), ("x", "X"), ("ä", "Ä"), ("ß", "SS"), ("x", "x/y"), ("towns.csv", "Towns.csv"),
     ("datapackage.json", "datapackage.json")],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_are_one_file_somewhere_are_refused(
    small: Path, tmp_path: Path, one: str, other: str
) -> None:
    members = [item for item in opened(small / ZIP).items() if item[0] not in (one, other)]
    for pair in ((one, other), (other, one)):
        packed(tmp_path / ZIP, [*members, *((name, TABLES["towns.csv"]) for name in pair)])
        found = faults(tmp_path / ZIP)
        assert one in found[ZIP] or other in found[ZIP]


@pytest.mark.parametrize("target", ["/etc/passwd", "../evil", "counts.csv"])
def test_a_member_that_is_a_link_is_refused(small: Path, tmp_path: Path, target: str) -> None:
    members = opened(small / ZIP) | {"towns.csv": target.encode()}
    raw = packed(tmp_path / ZIP, refitted(members)).read_bytes()
    (tmp_path / ZIP).write_bytes(patched(raw, "towns.csv", "attributes", 0o120777 << 16, "central"))
    assert "towns.csv" in faults(tmp_path / ZIP)[ZIP]


def test_an_encrypted_member_is_refused(small: Path, tmp_path: Path) -> None:
    raw = (small / ZIP).read_bytes()
    (tmp_path / ZIP).write_bytes(patched(raw, "towns.csv", "flags", 1))
    assert "towns.csv" in faults(tmp_path / ZIP)[ZIP]


def test_a_folder_as_a_member_is_refused(small: Path, tmp_path: Path) -> None:
    packed(tmp_path / ZIP, opened(small / ZIP) | {"empty/": b""})
    assert ZIP in faults(tmp_path / ZIP)


# Bombs


FEW = Options(max_bytes=1_000_000)


def test_a_zip_that_declares_too_much_is_not_unpacked(small: Path, tmp_path: Path) -> None:
    raw = (small / ZIP).read_bytes()
    (tmp_path / ZIP).write_bytes(patched(raw, "towns.csv", "size", 0xFFFFFFF0))
    assert "expands" in faults(tmp_path / ZIP, options=FEW)[ZIP]


@pytest.mark.parametrize("size", [None, 10], ids=["honest", "lying"])
def test_a_zip_that_expands_to_too_much_is_not_unpacked(
    small: Path, tmp_path: Path, size: int | None
) -> None:
    with zipfile.ZipFile(tmp_path / ZIP, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in opened(small / ZIP).items():
            archive.writestr(name, content + (b" " * 20_000_000 if name == "towns.csv" else b""))
    assert (tmp_path / ZIP).stat().st_size < 100_000
    if size is not None:
        raw = (tmp_path / ZIP).read_bytes()
        (tmp_path / ZIP).write_bytes(patched(raw, "towns.csv", "size", size))
    assert ZIP in faults(tmp_path / ZIP, options=FEW)


def test_members_that_overlap_are_refused(small: Path, tmp_path: Path) -> None:
    raw = packed(
        tmp_path / ZIP, opened(small / ZIP) | {"x1": b"evil" * 99, "x2": b"evil" * 99}
    ).read_bytes()
    (tmp_path / ZIP).write_bytes(patched(raw, "x2", "offset", entries(raw)["x1"][1], "central"))
    assert ZIP in faults(tmp_path / ZIP)


def test_a_compressed_table_that_expands_to_too_much_is_not_read(
    small: Path, tmp_path: Path
) -> None:
    content = gzip.compress(b"code,title\n" + b"a,Alder\n" * 1_000_000, mtime=0)
    members = opened(small / ZIP)
    del members["towns.csv"]
    changes = {
        "path": "towns.csv.gz", "compression": "gz", "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }  # fmt: skip
    packed(tmp_path / ZIP, stamped(members | {"towns.csv.gz": content}, **changes))
    report = verified(tmp_path / ZIP, options=FEW)
    assert "towns.csv.gz" in {f.path for f in report.findings if f.severity == "error"}


def test_a_zip_in_a_zip_is_a_file_like_any_other(small: Path, tmp_path: Path) -> None:
    inner = (small / ZIP).read_bytes()
    packed(tmp_path / ZIP, opened(small / ZIP) | {"inner.zip": inner})
    assert "inner.zip" in faults(tmp_path / ZIP)


def test_a_temporary_folder_without_room_is_no_traceback(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    with pytest.raises(MtopendataError):
        mtopendata.verify(small / ZIP)


# Checksums


@pytest.mark.parametrize(
    "change",
    [lambda text: text.replace(b"\n", b"\r\n"), lambda text: text.replace(b"  ", b" *"),
     lambda text: b"".join(sorted(text.splitlines(True), reverse=True))],
    ids=["crlf", "binary-marks", "other-order"],
)  # fmt: skip
def test_checksums_written_in_another_way_are_read(
    release: Path, change: Callable[[bytes], bytes]
) -> None:
    (release / SUMS).write_bytes(change((release / SUMS).read_bytes()))
    assert verified(release).valid


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"", lambda _: b"\n", lambda _: b"rubbish\n", lambda _: b"\0" * 100,
        lambda text: text + text, lambda text: text + b"x\n", lambda text: b"# sums\n" + text,
        lambda text: b"\xff\xfe" + text, lambda text: text.decode().encode("utf-16"),
        lambda text: text[:40], lambda text: text.replace(b"  ", b" "),
        lambda text: text.replace(b"  ", b"\t"), lambda text: text.replace(b"\n", b"\x0b"),
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: text.replace(b"\n", "\u2028".encode()),
        lambda text: text + text.upper().replace(b"SHA", b"sha"),
    ],
    ids=["empty", "blank", "rubbish", "nul", "twice", "bad-line", "comment", "utf-8", "utf-16",
         "cut", "one-blank", "tab", "vertical-tab", "cr", "line-separator", "upper-case-names"],
)  # fmt: skip
def test_checksums_that_are_none_are_named(release: Path, change: Callable[[bytes], bytes]) -> None:
    (release / SUMS).write_bytes(change((release / SUMS).read_bytes()))
    found = faults(release)
    assert any(SUMS in f"{path} {text}" for path, text in found.items())


def test_a_rubbish_list_of_checksums_beside_a_zip_is_named(release: Path) -> None:
    (release / SUMS).write_bytes(b"rubbish")
    assert SUMS in faults(release / ZIP)


def test_a_zip_that_the_checksums_beside_it_do_not_name_is_doubtful(release: Path) -> None:
    lines = (release / SUMS).read_text().splitlines(keepends=True)
    (release / SUMS).write_text("".join(line for line in lines if ZIP not in line))
    assert verified(release / ZIP).findings


@pytest.mark.parametrize("name", [*OUTSIDE, "/etc/passwd", "../../../../../../etc/passwd", "~/x"])
def test_a_path_of_the_checksums_that_leads_outside_is_refused(release: Path, name: str) -> None:
    # Escaped, as sha256sum writes such names.
    escaped = "\\" if "\\" in name else ""
    line = f"{escaped}{'0' * 64}  {name.replace(chr(92), chr(92) * 2)}\n"
    (release / SUMS).write_bytes((release / SUMS).read_bytes() + line.encode())
    assert "unsafe-path" in faults(release)[name]


def test_an_escaped_name_is_read_as_it_is_meant(release: Path) -> None:
    (release / "a\nb").write_bytes(b"evil")
    line = f"\\{hashlib.sha256(b'evil').hexdigest()}  a\\nb\n"
    (release / SUMS).write_bytes((release / SUMS).read_bytes() + line.encode())
    found = faults(release)
    assert set(found) == {"a\nb"}
    assert "no file of this release" in found["a\nb"]


def test_a_missing_an_additional_and_a_swapped_file_are_named(release: Path) -> None:
    (release / "towns.parquet").rename(release / "evil.parquet")
    assert {"towns.parquet", "evil.parquet"} <= set(faults(release))
    assert {"towns.parquet", "evil.parquet"} <= set(faults(refit(release)))
    (release / "evil.parquet").rename(release / "towns.parquet")
    one, other = release / "towns.parquet", release / "counts.parquet"
    one_bytes, other_bytes = one.read_bytes(), other.read_bytes()
    one.write_bytes(other_bytes)
    other.write_bytes(one_bytes)
    assert {"towns.parquet", "counts.parquet"} <= set(faults(release))
    assert {"towns.parquet", "counts.parquet"} <= set(faults(refit(release)))


@pytest.mark.parametrize("name", [".hidden", "folder/file", "towns.parquet.exe", "small.zip"])
def test_a_file_that_nobody_released_is_named(release: Path, name: str) -> None:
    (release / name).parent.mkdir(exist_ok=True)
    (release / name).write_bytes(b"evil")
    assert name in faults(release)


@pytest.mark.parametrize("name", ["towns.parquet", ZIP, DATABASE])
@pytest.mark.parametrize("kind", ["link", "broken link", "folder", "pipe", "empty", "missing"])
def test_what_is_no_file_is_named(release: Path, tmp_path: Path, name: str, kind: str) -> None:
    file = release / name
    content = file.read_bytes()
    file.unlink()
    match kind:
        case "link":
            (tmp_path / "outside").write_bytes(content)
            file.symlink_to(tmp_path / "outside")
        case "broken link":
            file.symlink_to("nowhere")
        case "folder":
            file.mkdir()
        case "pipe":
            os.mkfifo(file)
        case "empty":
            file.touch()
    assert name in faults(release)


def test_a_folder_behind_a_link_is_named(release: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (release / "link").symlink_to(tmp_path / "outside")
    assert "link" in faults(release)


# Checksums that were made to fit: the contents are compared


def altered(release: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(release / DATABASE, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)
    return refit(release)


def without_rules(columns: str) -> list[str]:
    """The table of counts as one that takes anything."""
    return [
        "CREATE TABLE other AS SELECT * FROM counts", "DROP TABLE counts",
        f"CREATE TABLE counts AS SELECT {columns} FROM other", "DROP TABLE other",  # noqa: S608
    ]  # fmt: skip


ENDLESS = "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)"
LABEL = "(SELECT title FROM towns WHERE code = town) AS town_title"
DATABASES = {
    "text": ["UPDATE towns SET title = 'Elder' WHERE code = 'a'"],
    "number": ["UPDATE counts SET people = people + 1"],
    "number, a little": ["UPDATE counts SET share = share + 0.04"],
    "number, beyond doubles": ["UPDATE counts SET share = 1e308"],
    "whole number, a little": without_rules("town, year, people + 0.5 AS people, share"),
    "number as text": without_rules("town, year, people || '' AS people, share"),
    "number as bytes": without_rules("town, year, x'00' AS people, share"),
    "null": ["UPDATE counts SET people = NULL WHERE year = 2021"],
    "text that is none": ["UPDATE towns SET title = CAST(x'ff' AS TEXT) WHERE code = 'a'"],
    "row removed": ["DELETE FROM counts WHERE year = 2021"],
    "row added": ["INSERT INTO counts VALUES ('b', 2022, 1, 1)"],
    "rows in another order": [
        "CREATE TABLE other AS SELECT * FROM towns ORDER BY code DESC",
        "DELETE FROM counts", "DELETE FROM towns", "INSERT INTO towns SELECT * FROM other",
        "DROP TABLE other",
    ],
    "foreign key broken": ["UPDATE counts SET town = 'z' WHERE year = 2021"],
    "table dropped": ["DROP TABLE counts"],
    "column added": ["ALTER TABLE towns ADD COLUMN evil TEXT"],
    "column renamed": ["ALTER TABLE towns RENAME COLUMN title TO name"],
    "labels changed": [
        "DROP VIEW counts_labelled",
        "CREATE VIEW counts_labelled AS SELECT *, 'Elder' AS town_title FROM counts",
    ],
    "view's numbers changed": [
        "DROP VIEW counts_labelled",
        "CREATE VIEW counts_labelled AS SELECT town, year, people + 1 AS people, share, "  # noqa: S608
        f"{LABEL} FROM counts ORDER BY rowid",
    ],
    "view with fewer columns": [
        "DROP VIEW counts_labelled", "CREATE VIEW counts_labelled AS SELECT town FROM counts",
    ],
    "view dropped": [
        "DROP VIEW counts_labelled", "UPDATE datapackage_resources SET view_name = NULL",
    ],
}  # fmt: skip
BESIDE_THE_CELLS = {
    "table added": ["CREATE TABLE evil (x)"],
    "trigger added": ["CREATE TRIGGER evil AFTER INSERT ON towns BEGIN DELETE FROM towns; END"],
    "view added": ["CREATE VIEW evil AS SELECT 1"],
    "index added": ["CREATE INDEX evil ON counts (people)"],
    "table as view": [
        "ALTER TABLE towns RENAME TO hidden",
        "CREATE VIEW towns AS SELECT * FROM hidden ORDER BY rowid",
    ],
    "constraints dropped": without_rules("*"),
    "view not mentioned": ["UPDATE datapackage_resources SET view_name = NULL"],
    "view of nothing": ["UPDATE datapackage_resources SET resource = 'evil'"],
    "view called otherwise": ["UPDATE datapackage_resources SET view_name = 'x\"; DROP'"],
    "view called by a number": [
        "DROP TABLE datapackage_resources",
        "CREATE TABLE datapackage_resources AS SELECT 'counts' AS resource, 7 AS view_name",
    ],
    "no description of the tables": ["DROP TABLE datapackage_resources"],
    "description of the package changed": ["UPDATE datapackage SET title = 'Evil'"],
    "descriptor changed": ["UPDATE datapackage SET descriptor = '{}'"],
    "description of a field changed": ["UPDATE datapackage_fields SET type = 'evil'"],
    "free pages": ["CREATE TABLE x (a)", "INSERT INTO x VALUES (zeroblob(99999))", "DROP TABLE x"],
}  # fmt: skip


@pytest.mark.parametrize("statements", DATABASES.values(), ids=DATABASES)
def test_an_altered_database_is_found_though_its_checksum_fits(
    release: Path, statements: list[str]
) -> None:
    assert DATABASE in faults(altered(release, *statements))


def noticed(place: Path) -> set[str | None]:
    """The files that something is said of: that they are wrong, or other than a build's."""
    return {finding.path for finding in verified(place).findings}


@pytest.mark.parametrize("statements", BESIDE_THE_CELLS.values(), ids=BESIDE_THE_CELLS)
def test_what_was_altered_beside_the_cells_of_a_database_is_noticed(
    release: Path, statements: list[str]
) -> None:
    assert DATABASE in noticed(altered(release, *statements))


@pytest.mark.parametrize("gap", ["SET rowid = rowid + 100", "SET rowid = 3 * rowid - 2"])
def test_rows_whose_numbers_have_gaps_are_compared_all_the_same(release: Path, gap: str) -> None:
    assert mtopendata.verify(altered(release, f"UPDATE counts {gap}")).valid
    altered(release, "UPDATE counts SET people = people + 1 WHERE year = 2021")
    assert DATABASE in faults(release)


@pytest.mark.slow
@pytest.mark.parametrize(
    "statements",
    [
        ["DROP VIEW counts_labelled",
         f"CREATE VIEW counts_labelled AS SELECT counts.*, {LABEL} FROM counts, {ENDLESS}"],  # noqa: S608
        ["DROP TABLE counts",
         f"CREATE VIEW counts AS SELECT 'a' town, 2020 year, x people, 1.5 share FROM {ENDLESS}"],  # noqa: S608
    ],
    ids=["view", "table"],
)  # fmt: skip
def test_a_database_whose_rows_never_end_is_not_read_to_the_end(
    release: Path, statements: list[str]
) -> None:
    altered(release, *statements)
    arguments = [sys.executable, "-m", "mtopendata", "verify", str(release)]
    # Killed before it fills the memory.
    run = subprocess.run(arguments, capture_output=True, text=True, timeout=8, check=False)
    assert run.returncode == 1
    assert DATABASE in run.stdout


@pytest.mark.parametrize(
    ("offset", "content"),
    [(0, b""), (0, b"rubbish"), (16, b"\0\0"), (60, b"evil"), (68, b"evil"), (100, b"\0" * 40),
     (4096, b"\xff" * 4096), (None, b"evil" * 1024)],
    ids=str,
)  # fmt: skip
def test_a_damaged_database_is_noticed_though_its_checksum_fits(
    release: Path, offset: int | None, content: bytes
) -> None:
    raw = (release / DATABASE).read_bytes()
    place = len(raw) if offset is None else offset
    changed = raw[:place] + content + raw[place + len(content) :] if content else b""
    (release / DATABASE).write_bytes(changed)
    assert DATABASE in noticed(refit(release))


def test_a_database_whose_schema_is_no_text_is_found(release: Path) -> None:
    raw = (release / DATABASE).read_bytes()
    changed = raw.replace(b"tabletowns", b"tableto\xffns", 1)
    assert changed != raw
    (release / DATABASE).write_bytes(changed)
    assert DATABASE in faults(refit(release))


def reworked(release: Path, change: Callable[[Members], Members]) -> Path:
    """The release with other parts in its workbook."""
    packed(release / WORKBOOK, change(opened(release / WORKBOOK)))
    return refit(release)


def counts_sheet(parts: Members) -> str:
    """The part of the workbook that holds the counts, which alone have this number."""
    (name,) = (name for name, content in parts.items() if b"<v>1.5</v>" in content)
    return name


def part(name: str, old: str, new: str) -> Callable[[Members], Members]:
    """A change of one part, or of the sheet of counts: `old` is a pattern that must be there."""

    def change(members: Members) -> Members:
        where = name or counts_sheet(members)
        text, count = re.subn(old, new, members[where].decode(), count=1)
        assert count == 1
        return members | {where: text.encode()}

    return change


ABOUT, COUNTS, BOOK = "xl/worksheets/sheet1.xml", "", "xl/workbook.xml"
CELL = '<c r="C2"( s="[0-9]+")?><v>10</v>'
WORKBOOKS = {
    "number": part(COUNTS, "<v>10</v>", "<v>11</v>"),
    "whole number, a little": part(COUNTS, "<v>10</v>", "<v>10.5</v>"),
    "number, a little": part(COUNTS, "<v>1.5</v>", "<v>1.54</v>"),
    "number as truth": part(COUNTS, CELL, r'<c r="C2"\1 t="b"><v>1</v>'),
    "error": part(COUNTS, CELL, r'<c r="C2"\1 t="e"><v>#REF!</v>'),
    "cell removed": part(COUNTS, CELL + "</c>", ""),
    "cell added": part(
        COUNTS, "</row></sheetData>", '<c r="E4"><v>9</v></c></row></sheetData>'
    ),
    "row added": part(
        COUNTS, "</sheetData>", '<row r="9"><c r="A9"><v>9</v></c></row></sheetData>'
    ),
    "row removed": part(COUNTS, '<row r="4".*</row>', ""),
    "header": part(COUNTS, "<t>people</t>", "<t>cases</t>"),
    "not XML": part(COUNTS, "<sheetData>", "<sheetData"),
    "entity": part(
        COUNTS, "(<worksheet.*)<v>10</v>",
        r'<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/passwd">]>\1<v>&a;</v>',
    ),
    "entities of entities": part(
        COUNTS, "(<worksheet.*)<t>people</t>",
        '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
        r"\1<t>people&b;</t>",
    ),
    "sheet removed": part(BOOK, '<sheet name="counts"[^>]*/>', ""),
    "sheet added": part(BOOK, "</sheets>", '<sheet name="evil" sheetId="9" r:id="rId1"/></sheets>'),
    "sheets swapped": part(
        BOOK, '(name="towns"[^>]*)"(rId.)"/>(.*name="counts"[^>]*)"(rId.)"/>',
        r'\1"\4"/>\3"\2"/>',
    ),
    "part removed": lambda members: {
        name: content for name, content in members.items() if name != counts_sheet(members)
    },
    "empty part": lambda members: members | {BOOK: b""},
    "no parts": lambda members: {},  # noqa: ARG005
}  # fmt: skip
BESIDE_THE_VALUES = {
    "number as text": part(COUNTS, CELL, r'<c r="C2"\1 t="str"><v>10</v>'),
    "formula": part(COUNTS, "<v>10</v>", "<f>5+6</f><v>10</v>"),
    "first sheet": part(ABOUT, "<t>Small</t>", "<t>Evil</t>"),
    "sheet hidden": part(BOOK, '<sheet name="counts"', '<sheet name="counts" state="hidden"'),
    "macros": lambda members: members | {"xl/vbaProject.bin": b"evil"},
}  # fmt: skip


@pytest.mark.parametrize("change", WORKBOOKS.values(), ids=WORKBOOKS)
def test_an_altered_workbook_is_found_though_its_checksum_fits(
    release: Path, change: Callable[[Members], Members]
) -> None:
    assert WORKBOOK in faults(reworked(release, change))


@pytest.mark.parametrize("change", BESIDE_THE_VALUES.values(), ids=BESIDE_THE_VALUES)
def test_what_was_altered_beside_the_values_of_a_workbook_is_noticed(
    release: Path, change: Callable[[Members], Members]
) -> None:
    assert WORKBOOK in noticed(reworked(release, change))


@pytest.mark.parametrize("size", [None, 5000], ids=["honest", "lying"])
def test_a_workbook_that_expands_to_too_much_is_not_read(release: Path, size: int | None) -> None:
    parts = opened(release / WORKBOOK)
    sheet = counts_sheet(parts)
    parts[sheet] = parts[sheet].replace(b"<v>10</v>", b"<v>10</v>" + b" " * 20_000_000)
    with zipfile.ZipFile(release / WORKBOOK, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    if size is not None:
        raw = (release / WORKBOOK).read_bytes()
        (release / WORKBOOK).write_bytes(patched(raw, sheet, "size", size))
    assert WORKBOOK in faults(refit(release), options=FEW)


MEASURED = """
import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_AS, (12 * 1024**3,) * 2)  # else too much takes the machine
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as taken:
    taken.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))
sys.exit(code)
"""


def peak(release: Path) -> tuple[int, str, int]:
    """Exit code, output, and the most memory in bytes that a verification takes as a process.

    It is begun by a small one: of its peak is also what the process had that it is a copy of.
    """
    output, taken = (release.parent / name for name in ("output", "taken"))
    verify = [sys.executable, "-m", "mtopendata", "verify", str(release)]
    with output.open("w") as sink:
        run = subprocess.run(
            [sys.executable, "-c", MEASURED, taken, *verify],
            stdout=sink, stderr=sink, check=False,
        )  # fmt: skip
    return run.returncode, output.read_text(), int(taken.read_text())


@pytest.mark.slow
def test_a_cell_far_away_in_a_workbook_takes_no_memory(release: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>9</v></c></row></sheetData>'
    reworked(release, part(COUNTS, "</sheetData>", far))
    code, output, taken = peak(release)
    assert code == 1
    assert WORKBOOK in output
    assert taken < 700_000_000


@pytest.mark.slow
def test_a_small_parquet_file_of_many_rows_takes_no_memory(release: Path) -> None:
    file = release / "counts.parquet"
    rows = parquet.read_table(file)
    many = rows.take(pa.array([0] * 1_000_000))
    with parquet.ParquetWriter(file, rows.schema) as writer:
        for _ in range(20):
            writer.write_table(many)
    assert file.stat().st_size < 2_000_000
    code, output, taken = peak(refit(release))
    assert code == 1
    assert "counts.parquet" in output
    assert taken < 700_000_000


@pytest.mark.parametrize("name", [DATABASE, WORKBOOK, "towns.parquet", ZIP, BAG])
@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"PK\5\6" + b"\0" * 18, b"PAR1" + b"\xff" * 99 + b"PAR1"],
    ids=["empty", "rubbish", "empty zip", "parquet"],
)  # fmt: skip
def test_a_file_of_rubbish_is_found_though_its_checksum_fits(
    release: Path, name: str, content: bytes
) -> None:
    (release / name).write_bytes(content)
    assert name in faults(refit(release))


PARQUETS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "number": lambda frame: frame.with_columns(people=pl.col("people") + 1),
    "null": lambda frame: frame.with_columns(people=pl.lit(None, pl.Int64)),
    "type": lambda frame: frame.with_columns(pl.col("people").cast(pl.Int32)),
    "more exact number": lambda frame: frame.with_columns(
        share=pl.col("share").cast(pl.Decimal(18, 2)) + pl.lit("0.04").cast(pl.Decimal(18, 2))
    ),
    "row": lambda frame: frame[:-1],
    "order": lambda frame: frame[::-1],
    "column": lambda frame: frame.with_columns(evil=1),
    "name": lambda frame: frame.rename({"people": "cases"}),
    "no column": lambda frame: frame.drop("people"),
    "nothing": lambda _: pl.DataFrame(),
}


@pytest.mark.parametrize("change", PARQUETS.values(), ids=PARQUETS)
def test_an_altered_parquet_file_is_found_though_its_checksum_fits(
    release: Path, change: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    file = release / "counts.parquet"
    change(pl.read_parquet(file)).write_parquet(file)
    assert "counts.parquet" in faults(refit(release))


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["towns.parquet", WORKBOOK, DATABASE, ZIP, BAG])
def test_damage_behind_a_checksum_that_fits_is_no_traceback(release: Path, name: str) -> None:
    whole = (release / name).read_bytes()
    chosen = random.Random(name)  # noqa: S311
    for _ in range(examples(8)):
        changed = bytearray(whole)
        for place in chosen.sample(range(len(whole)), 5):
            changed[place] = chosen.randrange(256)
        (release / name).write_bytes(changed)
        mtopendata.verify(refit(release))


@pytest.mark.slow
def test_a_panic_of_the_parquet_reader_is_a_finding(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = pl.scan_parquet

    def panic(file: Path, **options: Any) -> pl.LazyFrame:
        query = scan(file, **options)
        if file.parent != release:
            return query
        return query.map_batches(_panic, schema=query.collect_schema())

    frame = pl.read_parquet(release / "towns.parquet")
    frame.write_parquet(release / "towns.parquet")
    monkeypatch.setattr(pl, "scan_parquet", panic)
    assert "towns.parquet" in faults(refit(release))


def _panic(_: pl.DataFrame) -> pl.DataFrame:
    raise pl.exceptions.PanicException("out of range")


def test_a_release_with_an_older_zip_is_found_though_its_checksums_fit(
    small: Path, release: Path, tmp_path: Path
) -> None:
    package = write_towns(tmp_path / "package", version="0.9.0")
    mtopendata.build(package, tmp_path / "older")
    (release / ZIP).write_bytes((tmp_path / "older" / "small-0.9.0.zip").read_bytes())
    assert faults(refit(release))
    shutil.copy(small / ZIP, release)
    shutil.copy(tmp_path / "older" / "small-0.9.0.zip", release)
    assert faults(refit(release))


# Bags


TOP = f"{STEM}-bag/"
MANIFEST, TAGS, INFO, DECLARATION = (
    f"{TOP}manifest-sha256.txt", f"{TOP}tagmanifest-sha256.txt", f"{TOP}bag-info.txt",
    f"{TOP}bagit.txt",
)  # fmt: skip


def edited(name: str, old: bytes, new: bytes, *, fit: bool = True) -> Callable[[Members], Members]:
    """A change of one file of a bag, and of the tag manifest to fit."""

    def change(members: Members) -> Members:
        content = members[name].replace(old, new, 1) if old else members[name] + new
        assert content != members[name]
        return tagged(members | {name: content}) if fit else members | {name: content}

    return change


def without_manifests(members: Members) -> Members:
    manifests = (MANIFEST, TAGS)
    return {name: content for name, content in members.items() if name not in manifests}


def with_md5_alone(members: Members) -> Members:
    rest = without_manifests(members)

    def manifest(prefix: bool) -> bytes:
        return "".join(
            f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}  {name.removeprefix(TOP)}\n"
            for name, content in rest.items()
            if name.startswith(f"{TOP}data/") is prefix
        ).encode()

    return rest | {
        f"{TOP}manifest-md5.txt": manifest(True), f"{TOP}tagmanifest-md5.txt": manifest(False),
    }  # fmt: skip


def with_a_sparse_manifest(members: Members) -> Members:
    lines = members[MANIFEST].splitlines(keepends=True)
    return tagged(members | {MANIFEST: b"".join(x for x in lines if b"towns.csv" not in x)})


BAGS: dict[str, tuple[Callable[[Members], Members], str]] = {
    "manifest": (edited(MANIFEST, b"  data/towns.csv", b"  data/towns"), "data/towns.csv"),
    "digest": (edited(MANIFEST, b"", b"0" * 64 + b"  data/towns.csv\n"), "data/towns.csv"),
    "manifest changed alone": (
        edited(MANIFEST, b"", b"\n", fit=False),
        "manifest-sha256.txt",
    ),
    "manifest empty": (
        lambda members: tagged(members | {MANIFEST: b""}),
        "data/towns.csv",
    ),
    "manifest is no text": (
        lambda members: tagged(members | {MANIFEST: b"\xff\xfe"}),
        "manifest-sha256.txt",
    ),
    "manifest with a mark": (
        lambda members: tagged(members | {MANIFEST: b"\xef\xbb\xbf" + members[MANIFEST]}),
        "data/README.md",
    ),
    "manifest is sparse": (with_a_sparse_manifest, "data/towns.csv"),
    "payload added": (lambda members: members | {f"{TOP}data/evil": b""}, "data/evil"),
    "payload missing": (
        lambda members: {n: c for n, c in members.items() if not n.endswith("/towns.csv")},
        "data/towns.csv",
    ),
    "payload changed": (edited(f"{TOP}data/towns.csv", b"Alder", b"Elder"), "data/towns.csv"),
    "size": (edited(INFO, b"Oxum: ", b"Oxum: 1"), "bag-info.txt"),
    "count": (edited(INFO, b".8\n", b".9\n"), "bag-info.txt"),
    "size in small letters": (edited(INFO, b"Payload-Oxum: ", b"payload-oxum: 1"), "bag-info.txt"),
    "size is no number": (edited(INFO, b"Oxum: ", b"Oxum: many "), "bag-info.txt"),
    "fetch.txt": (
        lambda members: members | {f"{TOP}fetch.txt": b"http://localhost:9/x - data/x\n"},
        "fetch.txt",
    ),
    "tag file changed": (edited(INFO, b"", b"Evil: yes\n", fit=False), "bag-info.txt"),
    "tag file missing": (
        lambda members: {n: c for n, c in members.items() if n != INFO},
        "bag-info.txt",
    ),
    "tag file added": (lambda members: members | {f"{TOP}evil.exe": b"evil"}, "evil.exe"),
    "tag folder added": (lambda members: members | {f"{TOP}evil/x": b"evil"}, "evil/x"),
    "tag file changed and not listed": (
        lambda members: edited(INFO, b"", b"Evil: yes\n", fit=False)(
            members
            | {TAGS: b"".join(x for x in members[TAGS].splitlines(True) if b"info" not in x)}
        ),
        "bag-info.txt",
    ),
    "declaration": (edited(DECLARATION, b"BagIt-Version: 1.0", b"rubbish"), "bagit.txt"),
    "tag manifest missing": (
        lambda members: {n: c for n, c in members.items() if n != TAGS},
        "tagmanifest-sha256.txt",
    ),
    "file listed twice, differently": (
        lambda members: tagged(
            members | {MANIFEST: b"0" * 64 + b"  data/towns.csv\n" + members[MANIFEST]}
        ),
        "data/towns.csv",
    ),
    "no manifest": (without_manifests, "no manifest"),
    "unknown algorithm": (
        lambda members: (
            without_manifests(members)
            | {name.replace("sha256", "crc32"): members[name] for name in (MANIFEST, TAGS)}
        ),
        "no manifest",
    ),
    "weak algorithm alone": (with_md5_alone, "manifest-md5.txt"),
    "second folder": (lambda members: members | {"evil/x": b"evil"}, "datapackage.json"),
}


@pytest.mark.parametrize(("change", "name"), BAGS.values(), ids=BAGS)
def test_a_changed_bag_is_found(
    small: Path, tmp_path: Path, change: Callable[[Members], Members], name: str
) -> None:
    packed(tmp_path / BAG, change(opened(small / BAG)))
    found = faults(tmp_path / BAG)
    assert any(name in f"{path} {text}" for path, text in found.items()), found


@pytest.mark.parametrize("name", [*OUTSIDE, "/etc/passwd", "../../../../etc/passwd"])
def test_a_path_of_a_bags_manifest_that_leads_outside_is_refused(
    small: Path, tmp_path: Path, name: str
) -> None:
    line = f"{'0' * 64}  {name}\n".encode()
    packed(tmp_path / BAG, edited(MANIFEST, b"", line)(opened(small / BAG)))
    assert "unsafe-path" in faults(tmp_path / BAG)[name]


def test_a_bag_that_holds_another_package_is_found_though_all_its_checksums_fit(
    release: Path,
) -> None:
    members = opened(release / BAG)
    payload = {n.removeprefix(f"{TOP}data/"): c for n, c in members.items() if "/data/" in n}
    payload = refitted(payload | {"README.md": b"evil"})
    files = {f"data/{name}": content for name, content in payload.items()}
    size = sum(len(content) for content in files.values())
    info = f"Payload-Oxum: {size}.{len(files)}\n".encode()
    members |= {TOP + name: content for name, content in files.items()}
    packed(release / BAG, tagged(members | {MANIFEST: sums(files), INFO: info}))
    found = faults(refit(release))
    assert "README.md" in found[BAG]


def test_a_zip_in_place_of_the_bag_is_found(release: Path) -> None:
    shutil.copy(release / ZIP, release / BAG)
    assert BAG in faults(refit(release))


# Building again


@pytest.mark.parametrize("name", ["", SUMS, ZIP, BAG, DATABASE, WORKBOOK, "towns.parquet"])
def test_a_release_is_built_again_with_the_same_bytes(small: Path, name: str) -> None:
    report = verified(small / name, rebuild=small.parent / "package")
    assert report.valid
    assert "built again" in {check.name for check in report.checks}


def test_a_release_is_built_again_from_its_own_zip(small: Path) -> None:
    assert verified(small, rebuild=small / ZIP).valid


@pytest.mark.slow
def test_the_release_of_the_figures_is_built_again_with_the_same_bytes(own_release: Path) -> None:
    assert verified(own_release, rebuild=MONTANA).valid


def test_one_changed_figure_is_found_by_building_again(small: Path, tmp_path: Path) -> None:
    package = Path(shutil.copytree(small.parent / "package", tmp_path / "package"))
    counts = TABLES["counts.csv"].replace(b"30", b"31")
    (package / "counts.csv").write_bytes(counts)
    found = faults(small, rebuild=package)
    assert set(found) == {SUMS, ZIP, BAG, DATABASE, WORKBOOK, PAGE, "counts.parquet"}
    assert "counts.csv" in found[ZIP]
    assert set(faults(small / ZIP, rebuild=package)) == {ZIP}
    assert set(faults(small / "counts.parquet", rebuild=package)) == {"counts.parquet"}
    # A table of which nothing changed is the same file still.
    assert verified(small / "towns.parquet", rebuild=package).valid


def test_another_date_is_found_by_building_again(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    found = faults(small, rebuild=small.parent / "package")
    assert {ZIP, BAG, WORKBOOK} <= set(found)
    assert verified(small).valid
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(MtopendataError, match="SOURCE_DATE_EPOCH"):
        mtopendata.verify(small, rebuild=small.parent / "package")


def test_a_package_with_errors_is_named_and_not_built_again(small: Path, tmp_path: Path) -> None:
    package = Path(shutil.copytree(small.parent / "package", tmp_path / "package"))
    (package / "counts.csv").write_bytes(TABLES["counts.csv"].replace(b"30", b"many"))
    assert any(str(package) in text for text in faults(small, rebuild=package).values())


@pytest.mark.parametrize("name", ["nothing", "release"])
def test_what_is_no_package_is_not_built_again(small: Path, name: str) -> None:
    with pytest.raises(MtopendataError):
        mtopendata.verify(small, rebuild=small.parent / name)


@pytest.mark.slow
def test_a_missing_bag_is_not_missed_and_an_additional_file_is(release: Path, small: Path) -> None:
    (release / BAG).unlink()
    refit(release)
    package = small.parent / "package"
    assert verified(release, rebuild=package).valid
    (release / "evil").write_bytes(b"evil")
    assert "evil" in faults(refit(release), rebuild=package)
    (release / "evil").unlink()
    (release / WORKBOOK).unlink()
    assert WORKBOOK in faults(refit(release), rebuild=package)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_not_compared_with_what_is_built(
    release: Path, small: Path, kind: str
) -> None:
    (release / DATABASE).unlink()
    if kind == "folder":
        (release / DATABASE).mkdir()
    else:
        os.mkfifo(release / DATABASE)
    arguments = [sys.executable, "-m", "mtopendata", "verify", str(release), "--rebuild",
                 str(small.parent / "package")]  # fmt: skip
    run = subprocess.run(arguments, capture_output=True, text=True, timeout=5, check=False)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert DATABASE in run.stdout


def test_an_unpacked_zip_is_not_compared_with_the_files_of_a_release(
    small: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(small / ZIP) as archive:
        archive.extractall(tmp_path / "unpacked")
    try:
        report = mtopendata.verify(tmp_path / "unpacked", rebuild=small.parent / "package")
    except MtopendataError:
        return
    # Either it cannot be done, or it is done with what the zip holds.
    assert report.valid


# The command line


def invoke(*arguments: object) -> tuple[int, str]:
    """Exit code and output; an exception that is not the program's own is raised."""
    result = CliRunner().invoke(
        main, ["verify", *(str(argument) for argument in arguments)], catch_exceptions=False
    )
    return result.exit_code, result.output


def test_the_exit_code_tells_whole_wrong_and_not_done_apart(
    small: Path, release: Path, tmp_path: Path
) -> None:
    assert invoke(small)[0] == 0
    assert invoke(small / SUMS)[0] == 0
    (release / "towns.parquet").write_bytes(b"evil")
    code, output = invoke(release)
    assert code == 1
    assert output.startswith("towns.parquet: error checksum: ")
    assert invoke(release / "towns.parquet")[0] == 1
    assert invoke(release / "counts.parquet")[0] == 0
    for missing in (tmp_path / "nothing", tmp_path / "nothing.zip", small / "a.parquet"):
        code, output = invoke(missing)
        assert code == 2
        assert str(missing) in output
    code, output = invoke(tmp_path / "here")
    assert code == 2
    assert "is no release" in output
    lone = Path(shutil.copy(small / "towns.parquet", tmp_path))
    assert invoke(lone)[0] == 2
    assert invoke()[0] == 2
    assert invoke(small, "--rebuild", tmp_path / "nothing")[0] == 2


def test_a_name_that_is_too_long_does_not_exist() -> None:
    code, output = invoke("x" * 300)
    assert code == 2
    assert "error" in output


def test_several_archives_are_verified_each_for_itself(small: Path, release: Path) -> None:
    (release / ZIP).write_bytes(b"")
    assert invoke(small / ZIP, small / BAG)[0] == 0
    code, output = invoke(small / ZIP, release / ZIP, small)
    assert code == 1
    summaries = [line for line in output.splitlines() if "checks of" in line]
    assert len(summaries) == 3
    assert [": verified" in line for line in summaries] == [True, False, True]
    code, _ = invoke(small / ZIP, release / "nothing")
    assert code == 2


def test_the_json_is_valid_for_its_schema(small: Path, release: Path) -> None:
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    (release / SUMS).write_bytes(b"rubbish")
    code, output = invoke(small, release, "--format", "json")
    assert code == 1
    data = json.loads(output)
    assert data["valid"] is False
    assert [item["valid"] for item in data["archives"]] == [True, False]
    assert [item["package"] for item in data["archives"]] == [str(small), str(release)]
    for item in data["archives"]:
        jsonschema.validate(item, schema)


def test_a_warning_is_enough_for_strict(tmp_path: Path) -> None:
    package = write_towns(tmp_path / "package")
    (package / "towns.csv").write_bytes(b"\xef\xbb\xbf" + TABLES["towns.csv"])
    mtopendata.build(package, tmp_path / "release")
    code, output = invoke(tmp_path / "release")
    assert code == 0
    assert "warning" in output
    assert invoke(tmp_path / "release", "--strict")[0] == 1


def test_what_cannot_be_compared_here_is_a_warning(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "mtopendata.release.verification.remaking.missing_writers", lambda: ["xlsxwriter"]
    )
    code, output = invoke(small)
    assert code == 0
    assert "warning not-checked" in output
    assert "xlsxwriter" in output
    assert invoke(small, "--strict")[0] == 1


def test_control_characters_of_a_member_do_not_reach_the_terminal(
    small: Path, tmp_path: Path
) -> None:
    packed(tmp_path / ZIP, opened(small / ZIP) | {"\x1b]0;evil\x07\u202e": b""})
    code, output = invoke(tmp_path / ZIP)
    assert code == 1
    assert "\x1b" not in output
    assert "\u202e" not in output


@pytest.mark.slow
def test_the_program_verifies_as_a_process_of_its_own(small: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    command = [sys.executable, "-m", "mtopendata", "verify", str(small), str(broken)]
    broken.write_bytes((small / ZIP).read_bytes()[:-30])
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == ""
    assert "broken.zip: error damaged: " in run.stdout
