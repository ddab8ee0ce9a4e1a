"""The same package gives the same bytes: anywhere, at any time, for anyone.

Other versions of Python, or of SQLite, are tried where MTOPENDATA_PYTHONS names interpreters that
have this program installed, separated as PATH is.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import mtopendata
from mtopendata import MtopendataError
from tests.kit.packages import MONTANA, contents, schema_of, write_package

DESCRIPTOR = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))
STEM = f"mtopendata-{DESCRIPTOR['version']}"
PYTHONS = [name for name in os.environ.get("MTOPENDATA_PYTHONS", "").split(os.pathsep) if name]
# Where there is another build of SQLite than Python's own, it is the one to try.
PROGRAM = """
import sys
try:
    import pysqlite3
    sys.modules["sqlite3"] = pysqlite3
except ImportError:
    pass
from mtopendata.__main__ import run
run()
"""


def build(package: Path, out: Path) -> dict[str, str]:
    """The digests of the release's files."""
    assert mtopendata.build(package, out, bagit=True).folder
    return contents(out)


def build_by(
    python: str | Path, package: Path, out: Path, *, umask: int = -1, **environment: str
) -> dict[str, str]:  # fmt: skip
    """The same, as a process of its own in other surroundings."""
    done = subprocess.run(
        [python, "-c", PROGRAM, "build", package, "--bagit", "--out", out],
        capture_output=True, text=True, check=False, cwd=out.parent, timeout=120,
        umask=umask, env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return contents(out)


def copy(folder: Path) -> Path:
    """This package, as someone else may have it: other times, another order in the folder."""
    resources = folder / "resources"
    resources.mkdir(parents=True)
    files = sorted((MONTANA / "resources").iterdir(), reverse=True)
    for number, file in enumerate(files):
        shutil.copyfile(file, resources / file.name)
        os.utime(resources / file.name, (10**9 + number, 4 * 10**9 - number))
    for name in ("datapackage.json", "CHANGELOG.md"):
        shutil.copyfile(MONTANA / name, folder / name)
        os.utime(folder / name, (0, 0))
    return folder


# Where the package comes from


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["copy", "descriptor", "zip", "unpacked", "bag", "other files"])
def test_the_bytes_are_the_same_from_any_form_of_the_package(
    kind: str, own_release: Path, tmp_path: Path
) -> None:
    place = copy(tmp_path / "copy")
    if kind == "descriptor":
        place /= "datapackage.json"
    elif kind == "zip":
        place = own_release / f"{STEM}.zip"
    elif kind in ("unpacked", "bag"):
        name = f"{STEM}-bag" if kind == "bag" else STEM
        shutil.unpack_archive(own_release / f"{name}.zip", tmp_path / "unpacked")
        place = tmp_path / "unpacked" / (f"{name}/data" if kind == "bag" else "")
    elif kind == "other files":
        (place / "README.md").write_text("of the source, not of the release")
        (place / "resources" / "other.csv").write_text("a\n")
    assert build(place, tmp_path / "out") == contents(own_release)


@pytest.mark.slow
def test_the_bytes_are_the_same_by_a_link(own_release: Path, tmp_path: Path) -> None:
    copy(tmp_path / "copy")
    (tmp_path / "link").symlink_to("copy")
    assert build(tmp_path / "link", tmp_path / "out") == contents(own_release)


# Who builds it, when and where

SURROUNDINGS: dict[str, dict[str, Any]] = {
    "east": {
        "umask": 0o077, "TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "1", "POLARS_MAX_THREADS": "1", "HOME": "/nonexistent", "COLUMNS": "40",
    },
    "west": {
        "umask": 0, "TZ": "America/Denver", "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "2", "POLARS_MAX_THREADS": "5",
        "NO_COLOR": "1",
    },
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_the_bytes_are_the_same_in_any_surroundings(
    name: str, own_release: Path, tmp_path: Path
) -> None:
    place = copy(tmp_path / "a folder, 'with' blänks")
    found = build_by(sys.executable, place, tmp_path / "out", **SURROUNDINGS[name])
    assert found == contents(own_release)


AS_ANOTHER = """
import os, sys
import mtopendata
place, out = sys.argv[1:]
# So that all is imported that a build imports, while its files may still be read.
mtopendata.build(place, out + "-mine", bagit=True)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
mtopendata.build(place, out, bagit=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can build as somebody else")
def test_the_bytes_are_the_same_for_another_user(own_release: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = copy(folder / "copy")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 65534, 65534)
        done = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER, place, folder / "out"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert (folder / "out" / "SHA256SUMS").stat().st_uid == 65534
        assert contents(folder / "out") == contents(own_release)


@pytest.mark.slow
@pytest.mark.skipif(
    not PYTHONS,
    reason="set MTOPENDATA_PYTHONS to interpreters with mtopendata[build], separated as in PATH",
)
@pytest.mark.parametrize("python", PYTHONS or [""])
def test_the_bytes_are_the_same_by_another_python(
    python: str, own_release: Path, tmp_path: Path
) -> None:
    assert build_by(python, copy(tmp_path / "copy"), tmp_path / "out") == contents(own_release)


def test_no_clock_is_read(own_release: Path) -> None:
    """All dates of a release are the descriptor's."""
    created = DESCRIPTOR["created"]
    for name in (f"{STEM}.zip", f"{STEM}-bag.zip", f"{STEM}.xlsx"):
        with zipfile.ZipFile(own_release / name) as archive:
            stamps = {member.date_time for member in archive.infolist()}
        [stamp] = stamps
        assert "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*stamp) == created
    properties = openpyxl.load_workbook(own_release / f"{STEM}.xlsx").properties
    assert {f"{date:%Y-%m-%dT%H:%M:%SZ}" for date in (properties.created, properties.modified)} == {
        created
    }


# Dates


@pytest.mark.slow
def test_the_epoch_is_the_date_of_the_release(
    own_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = build(MONTANA, tmp_path / "first")
    assert build(copy(tmp_path / "copy"), tmp_path / "second") == first
    assert first != contents(own_release)
    with zipfile.ZipFile(tmp_path / "first" / f"{STEM}.zip") as archive:
        assert {m.date_time for m in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        released = json.loads(archive.read("datapackage.json"))
    # The data say nothing of the day on which they were packed.
    assert released["created"] == DESCRIPTOR["created"]
    parquet = [name for name in first if name.endswith((".parquet", ".sqlite"))]
    assert {name: first[name] for name in parquet} == {
        name: contents(own_release)[name] for name in parquet
    }
    assert mtopendata.verify(tmp_path / "first").valid


@pytest.mark.parametrize("epoch", ["abc", "1e9", "1.5", "99999999999999999", "-1", "1_000", "١"])
def test_an_epoch_that_is_no_time_is_refused(
    epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(MtopendataError, match="SOURCE_DATE_EPOCH"):
        mtopendata.build(MONTANA, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("epoch", ["0", "1", "253402300799", ""])
def test_any_time_is_an_epoch(epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert build(_small(tmp_path / "p"), tmp_path / "out") == build(
        tmp_path / "p", tmp_path / "again"
    )
    assert mtopendata.verify(tmp_path / "out").valid


def _small(folder: Path, **changes: Any) -> Path:
    table = {"name": "t", "path": "t.csv", "schema": schema_of(a="integer")}
    descriptor = {"name": "small", "version": "1", "resources": [table], **changes}
    return write_package(folder, descriptor, {"t.csv": "a\n1\n"})


@pytest.mark.parametrize(
    "created",
    [
        None, "1985-04-12T23:20:50.52Z",
        "1970-01-01T00:00:00Z", "2026-11-22", "2026-11-22T00:00:01Z",
        "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "2200-01-01T00:00:00Z",
        "yesterday", "2020-02-30", "",
    ],
)  # fmt: skip
def test_any_date_of_a_package_gives_the_same_bytes_each_time(
    created: str | None, tmp_path: Path
) -> None:
    changes = {} if created is None else {"created": created}
    package = _small(tmp_path / "p", **changes)
    if not mtopendata.validate(package).valid:
        pytest.skip("no valid package")
    assert build(package, tmp_path / "out") == build(package, tmp_path / "again")
    assert mtopendata.verify(tmp_path / "out").valid
    with zipfile.ZipFile(tmp_path / "out" / "small-1.xlsx") as archive:
        core = archive.read("docProps/core.xml").decode()
    assert mtopendata.__version__ not in core
    with zipfile.ZipFile(tmp_path / "out" / "small-1.zip") as archive:
        released = json.loads(archive.read("datapackage.json"))
    assert released.get("created") == created


def test_a_package_without_a_date_has_none(tmp_path: Path) -> None:
    build(_small(tmp_path / "p"), tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out" / "small-1.zip") as archive:
        assert {m.date_time for m in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"created" not in archive.read("datapackage.json")


def test_the_bytes_of_the_database_hold_nothing_of_the_machine(own_release: Path) -> None:
    """Neither a path nor anything of the environment stands in any file."""
    words = {
        str(MONTANA),
        str(own_release),
        os.environ.get("USER") or "\0",
        sys.prefix,
        sys.version.split()[0],
    }
    for path in own_release.iterdir():
        content = path.read_bytes()
        assert not [word for word in words if len(word) > 4 and word.encode() in content], path
