"""A build puts a whole release into place, or nothing at all; and what is there is never lost."""

import errno
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata import MtopendataError, Options
from mtopendata.commands import build as building
from mtopendata.commands import validate as validation
from tests.kit import program
from tests.kit.packages import contents, write_package

FIELDS = [{"name": "id", "type": "integer"}, {"name": "text", "type": "string"}]


def write_small(folder: Path, *rows: str, **changes: Any) -> Path:
    """A package of a table of numbers and texts."""
    table = {"name": "t", "path": "t.csv", "schema": {"fields": FIELDS, "primaryKey": "id"}}
    descriptor = {"name": "small", "version": "1.0.0", "resources": [table], **changes}
    lines = ["id,text", *(rows or ("1,a", "2,b"))]
    return write_package(folder, descriptor, {"t.csv": "\n".join([*lines, ""])})


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_small(tmp_path / "package")


run = partial(program.run, "build")


# What is written


def test_a_release_has_a_file_for_each_format_and_their_checksums(
    package: Path, tmp_path: Path
) -> None:
    built = mtopendata.build(package, tmp_path / "out", bagit=True)
    names = {
        "SHA256SUMS", "small-1.0.0-bag.zip", "small-1.0.0.html", "small-1.0.0.sqlite",
        "small-1.0.0.xlsx", "small-1.0.0.zip", "t.parquet",
    }  # fmt: skip
    assert set(contents(tmp_path / "out")) == names == {file.path for file in built.files}
    assert all((tmp_path / "out" / file.path).stat().st_size == file.bytes for file in built.files)
    assert {file.path: file.sha256 for file in built.files} == contents(tmp_path / "out")
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=tmp_path / "out", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert len(done.stdout.splitlines()) == len(names) - 1
    assert mtopendata.verify(tmp_path / "out").valid
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "package"]


def test_a_bag_is_written_only_when_asked_for(package: Path, tmp_path: Path) -> None:
    built = mtopendata.build(package, tmp_path / "out")
    assert not [file.path for file in built.files if "bag" in file.path]


def test_a_build_prints_sizes_and_digests(package: Path, tmp_path: Path) -> None:
    done = run(package, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    for name, digest in contents(tmp_path / "out").items():
        [line] = [line for line in done.stdout.splitlines() if line.split()[:1] == [name]]
        size = (tmp_path / "out" / name).stat().st_size
        assert line.split() == [name, f"{size:,}", digest]


def test_a_build_prints_json(package: Path, tmp_path: Path) -> None:
    done = run(package, "--out", tmp_path / "out", "--format", "json")
    told = json.loads(done.stdout)
    assert told["folder"] == str(tmp_path / "out")
    assert told["unchanged"] is False
    assert {file["path"]: file["sha256"] for file in told["files"]} == contents(tmp_path / "out")
    assert told["report"] == {**mtopendata.validate(package).to_dict()}
    assert told == mtopendata.build(package, tmp_path / "again").to_dict() | {
        "folder": str(tmp_path / "out")
    }


def test_what_is_left_out_is_said(package: Path, tmp_path: Path) -> None:
    notes = mtopendata.build(package, tmp_path / "out").notes
    assert any("LICENSE.md" in note for note in notes)
    write_small(package, version="2.0.0", licenses=[{"name": "CC0-1.0"}])
    notes = mtopendata.build(package, tmp_path / "2").notes
    assert not any("LICENSE.md" in note for note in notes)


def test_a_package_without_name_and_version_builds(package: Path, tmp_path: Path) -> None:
    descriptor = json.loads((package / "datapackage.json").read_text())
    del descriptor["name"], descriptor["version"]
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    built = mtopendata.build(package, tmp_path / "out")
    assert "datapackage.zip" in {file.path for file in built.files}
    assert any("no version" in note for note in built.notes)


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "..", "a/b", "a\\b", "C:evil", "\n"])
def test_no_name_leads_out_of_the_folder(name: str, package: Path, tmp_path: Path) -> None:
    table = {"name": name, "path": "t.csv", "schema": {"fields": FIELDS}}
    write_small(package, name=name, version=name, resources=[table])
    before = contents(package)
    mtopendata.build(package, tmp_path / "deep" / "out", bagit=True)
    assert all("/" not in path for path in contents(tmp_path / "deep" / "out"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "package"]
    assert contents(package) == before


@pytest.mark.parametrize("path", ["./t.csv", "t.csv", "x//t.csv", "x/./t.csv", "😀 'x'/a b.csv"])
def test_a_path_may_be_written_in_any_way(path: str, package: Path, tmp_path: Path) -> None:
    table = {"name": "t", "path": path, "schema": {"fields": FIELDS}}
    (package / path).parent.mkdir(exist_ok=True)
    content = (package / "t.csv").read_bytes()
    (package / path).write_bytes(content)
    write_small(package, resources=[table, {**table, "name": "again"}])
    built = mtopendata.build(package, tmp_path / "out", bagit=True)
    assert built.folder
    assert mtopendata.verify(built.folder).valid
    with zipfile.ZipFile(built.folder / "small-1.0.0.zip") as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".csv")]
        assert archive.read(name) == content
    again = mtopendata.build(built.folder / "small-1.0.0.zip", tmp_path / "again", bagit=True)
    assert again.files == built.files


OWN = [
    "README.md", "readme.md", "LICENSE.md", "citation.CFF", "data.json", ".zenodo.json",
    "SHA256SUMS", "sha256sums", "manifest-sha256.txt", "Manifest-SHA256.txt", "bagit.txt",
    "datapackage.json", "DATAPACKAGE.JSON", "data/x", "con.txt",
]  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_a_file_of_the_package_with_the_name_of_another_is_kept_or_refused(
    name: str, package: Path, tmp_path: Path
) -> None:
    write_small(package)
    descriptor = json.loads((package / "datapackage.json").read_text())
    descriptor["resources"].append({"name": "own", "path": name})
    descriptor["licenses"] = [{"name": "CC0-1.0"}]
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_bytes(b"mine")
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    done = run(package, "--out", tmp_path / "out", "--bagit")
    if done.exit_code:
        assert done.exit_code == 2
        assert name in done.stderr
        assert not (tmp_path / "out").exists()
        return
    with zipfile.ZipFile(tmp_path / "out" / "small-1.0.0.zip") as archive:
        assert archive.read(name) == b"mine"
        members = [member.casefold() for member in archive.namelist()]
    assert len(members) == len(set(members))
    report = mtopendata.verify(tmp_path / "out")
    assert report.valid, [finding.message for finding in report.findings]


def test_a_descriptor_is_released_as_it_was_read(package: Path, tmp_path: Path) -> None:
    text = (package / "datapackage.json").read_text()[:-1]
    more = (
        ', "title": "\\u00001.5\\u0000", "x": 0.10, "y": 1e400, "z": 12345678901234567890123,'
        ' "ä": ["\\u2028", "</script>", null, true, {}], "w": 1E5, "v": -0.0}'
    )
    (package / "datapackage.json").write_text(text + more, encoding="utf-8")
    built = mtopendata.build(package, tmp_path / "out")
    assert built.folder, built.report.findings
    with zipfile.ZipFile(built.folder / "small-1.0.0.zip") as archive:
        released = _exactly(archive.read("datapackage.json").decode())
    for table in released["resources"]:
        del table["bytes"], table["hash"]
    assert released == _exactly(text + more)


def _exactly(text: str) -> Any:
    """JSON with its numbers as the texts that they are."""
    return json.loads(text, parse_float=lambda n: ("number", Decimal(n)), parse_int=Decimal)


# What is not written


def test_a_package_with_errors_is_not_built(tmp_path: Path) -> None:
    package = write_small(tmp_path / "package", "1,a", "x,b")
    done = run(package, "--out", tmp_path / "deep" / "out", "--format", "json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert (told["folder"], told["files"]) == (None, [])
    assert [finding["code"] for finding in told["report"]["findings"]] == ["type"]
    assert not (tmp_path / "deep" / "out").exists()
    text = run(package, "--out", tmp_path / "out")
    assert text.exit_code == 1
    assert "nothing" in (text.stdout + text.stderr)


def test_warnings_hinder_a_build_only_when_strict(package: Path, tmp_path: Path) -> None:
    (package / "t.csv").write_bytes(b"\xef\xbb\xbfid,text\n1,a\n")
    assert run(package, "--out", tmp_path / "strict", "--strict").exit_code == 1
    assert not (tmp_path / "strict").exists()
    assert run(package, "--out", tmp_path / "out").exit_code == 0


@pytest.mark.parametrize("kind", ["missing", "text", "broken zip", "bomb"])
def test_what_is_no_package_is_not_built(kind: str, package: Path, tmp_path: Path) -> None:
    place = tmp_path / "place.zip"
    if kind in ("text", "broken zip"):
        place.write_bytes(b"PK\3\4" if kind == "broken zip" else b"text")
    if kind == "bomb":
        place = Path(shutil.make_archive(str(tmp_path / "place"), "zip", package))
    with pytest.raises(MtopendataError):
        mtopendata.build(place, tmp_path / "out", options=Options(max_bytes=10))
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".mtopendata-*"))


def test_a_package_that_changes_while_it_is_built_is_released_as_it_was(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = mtopendata.build(package, tmp_path / "whole")

    def validated(*arguments: Any) -> Any:
        write_small(package, "3,changed", title="changed")
        return original(*arguments)

    original = validation.validated
    monkeypatch.setattr(building, "validated", validated)
    built = mtopendata.build(package, tmp_path / "out")
    assert built.files == whole.files
    assert built.report.valid


# A release in the folder


def test_the_same_release_is_left_as_it_is(package: Path, tmp_path: Path) -> None:
    mtopendata.build(package, tmp_path / "out")
    times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    built = mtopendata.build(package, tmp_path / "out")
    assert built.unchanged
    assert times == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1"])
def test_another_release_is_replaced_only_by_force(
    version: str, package: Path, tmp_path: Path
) -> None:
    mtopendata.build(package, tmp_path / "out")
    before = contents(tmp_path / "out")
    write_small(package, "1,a", "2,changed", version=version)
    done = run(package, "--out", tmp_path / "out")
    assert done.exit_code == 2
    said = "holds another" if version == "1.0.0" else "holds the release small-1.0.0"
    assert said in done.stderr
    assert ("raise the version" in done.stderr) == (version == "1.0.0")
    assert "--force" in done.stderr
    assert contents(tmp_path / "out") == before
    assert run(package, "--out", tmp_path / "out", "--force").exit_code == 0
    fresh = mtopendata.build(package, tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")
    assert f"small-{version}.zip" in {file.path for file in fresh.files}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "out", "package"]


def test_a_file_that_this_build_does_not_write_is_not_lost(package: Path, tmp_path: Path) -> None:
    mtopendata.build(package, tmp_path / "out", bagit=True)
    done = run(package, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "holds small-1.0.0-bag.zip, which this build does not write" in done.stderr


@pytest.mark.parametrize(
    "path", ["con.csv", "data/aux/t.csv", "a?b.csv", "t.csv.", "ab:c.csv", "LPT1.txt"]
)
def test_a_name_that_some_system_does_not_have_is_refused(path: str, tmp_path: Path) -> None:
    folder = write_small(tmp_path / "package")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder / "t.csv", folder / path)
    table = {"name": "t", "path": path, "schema": {"fields": FIELDS}}
    write_small(folder, resources=[table])
    (folder / "t.csv").unlink()
    (folder / path).write_text("id,text\n1,a\n", encoding="utf-8")
    done = run(folder, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "which Windows" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_package_called_as_a_device_has_files_of_another_name(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "package", name="nul", version="")
    built = mtopendata.build(folder, tmp_path / "out")
    assert "nul_.zip" in {file.path for file in built.files}
    assert mtopendata.verify(tmp_path / "out").valid


@pytest.mark.parametrize("epoch", ["0", "1", "315532799", "1700000001", "9999999999"])
def test_a_release_of_any_date_is_what_a_build_makes(
    epoch: str, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    mtopendata.build(package, tmp_path / "out", bagit=True)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    report = mtopendata.verify(tmp_path / "out")
    assert report.valid
    assert report.findings == []


def test_what_is_no_release_is_told_from_a_damaged_one(package: Path) -> None:
    with pytest.raises(MtopendataError, match="mtopendata validate checks a package"):
        mtopendata.verify(package)


@pytest.mark.slow
def test_an_output_that_takes_nothing_is_one_line_and_2(package: Path, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("w") as sink:
        done = subprocess.run(
            [sys.executable, "-m", "mtopendata", "build", package, "--out", tmp_path / "out"],
            stdout=sink, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_bag_is_added_to_a_release_without_force(package: Path, tmp_path: Path) -> None:
    mtopendata.build(package, tmp_path / "out")
    before = contents(tmp_path / "out")
    mtopendata.build(package, tmp_path / "out", bagit=True)
    after = contents(tmp_path / "out")
    assert after.keys() - before.keys() == {"small-1.0.0-bag.zip"}
    assert {name for name in before if after[name] != before[name]} == {"SHA256SUMS"}
    assert mtopendata.verify(tmp_path / "out").valid


@pytest.mark.parametrize("name", ["small-1.0.0.sqlite", "t.parquet"])
def test_a_release_that_was_damaged_is_repaired_only_by_force(
    name: str, package: Path, tmp_path: Path
) -> None:
    mtopendata.build(package, tmp_path / "out")
    whole = contents(tmp_path / "out")
    with (tmp_path / "out" / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(MtopendataError, match=name):
        mtopendata.build(package, tmp_path / "out")
    assert not mtopendata.build(package, tmp_path / "out", force=True).unchanged
    assert contents(tmp_path / "out") == whole


def test_what_was_deleted_of_a_release_comes_back(package: Path, tmp_path: Path) -> None:
    mtopendata.build(package, tmp_path / "out")
    whole = contents(tmp_path / "out")
    (tmp_path / "out" / "t.parquet").unlink()
    assert not mtopendata.build(package, tmp_path / "out").unchanged
    assert contents(tmp_path / "out") == whole


# Other people's files


def _file(out: Path) -> None:
    (out / "notes.txt").write_text("mine")


def _folder(out: Path) -> None:
    (out / "mine").mkdir()
    (out / "mine" / "notes.txt").write_text("mine")


def _empty_folder(out: Path) -> None:
    (out / "mine").mkdir()


def _link(out: Path) -> None:
    (out / "notes.txt").symlink_to("../package/t.csv")


def _hidden(out: Path) -> None:
    (out / ".git").write_text("mine")


def _listed(out: Path) -> None:
    """Another's list of checksums, of another's files."""
    for file in out.iterdir():
        file.unlink()
    (out / "notes.txt").write_text("mine")
    digest = hashlib.sha256(b"mine").hexdigest()
    (out / "SHA256SUMS").write_text(f"{digest}  notes.txt\n")


def _listed_folder(out: Path) -> None:
    _listed(out)
    (out / "small-1.0.0.zip").write_bytes(b"mine")


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "put", [_file, _folder, _empty_folder, _link, _hidden, _listed, _listed_folder]
)
@pytest.mark.parametrize("released", [False, True])
def test_a_folder_with_other_files_is_never_touched(
    put: Callable[[Path], None], force: bool, released: bool, package: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    out = tmp_path / "out"
    if released:
        # The same small files for all: what matters is what else is there.
        shutil.copytree(_release(package, tmp_path, monkeypatch), out)
    else:
        out.mkdir()
    put(out)
    before = contents(tmp_path)
    with pytest.raises(MtopendataError) as refused:
        mtopendata.build(package, out, force=force)
    assert contents(tmp_path) == before
    assert "out" in str(refused.value)


def _release(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release of no more than a list of checksums, written in no time."""

    def write(_: Any, folder: Path, *__: Any) -> list[str]:
        (folder / "small-1.0.0.zip").write_bytes(b"x")
        digest = hashlib.sha256(b"x").hexdigest()
        (folder / "SHA256SUMS").write_text(f"{digest}  small-1.0.0.zip\n")
        return []

    with monkeypatch.context() as patched:
        patched.setattr(building, "write_release", write)
        folder = mtopendata.build(package, tmp_path / "before").folder
    assert folder is not None
    return folder


def test_a_file_in_place_of_the_folder_is_kept(package: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert run(package, "--out", tmp_path / "out", "--force").exit_code == 2
    with pytest.raises(MtopendataError, match="folder"):
        mtopendata.build(package, tmp_path / "out", force=True)
    with pytest.raises(MtopendataError):
        mtopendata.build(package, tmp_path / "out" / "deeper", force=True)
    assert (tmp_path / "out").read_text() == "mine"


def test_the_package_is_no_place_for_its_release(package: Path, tmp_path: Path) -> None:
    before = contents(tmp_path)
    with pytest.raises(MtopendataError):
        mtopendata.build(package, package, force=True)
    assert contents(tmp_path) == before


def test_a_release_may_stand_inside_its_package(package: Path, tmp_path: Path) -> None:
    before = contents(package)
    inside = mtopendata.build(package, package / "dist")
    again = mtopendata.build(package, package / "dist")
    assert again.unchanged
    beside = mtopendata.build(package, tmp_path / "out")
    assert inside.files == beside.files
    shutil.rmtree(package / "dist")
    assert contents(package) == before


def test_an_empty_folder_and_a_link_to_one_are_used(package: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    mtopendata.build(package, tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "real" / "SHA256SUMS").is_file()
    assert mtopendata.verify(tmp_path / "out").valid


# Interruptions

MOMENTS = [
    "mtopendata.commands.build.stage",
    "mtopendata.release.formats.archive.write_zip",
    "mtopendata.release.formats.archive.hashlib.file_digest",
    "mtopendata.release.formats.sqlite.settle_sqlite",
    "mtopendata.release.formats.xlsx.settle_office",
    "mtopendata.release.formats.xlsx.reading.prove",
    "mtopendata.release.formats.parquet.prove",
    "mtopendata.release.writing.write_checksums",
    "mtopendata.commands.build.put_into_place",
]


@pytest.fixture(params=["new", "earlier"])
def prepared(request: pytest.FixtureRequest, package: Path, tmp_path: Path) -> Iterator[Path]:
    """The folder to build into, which must be afterwards as it is now: not there, or with another
    release. Nothing is left beside it.
    """
    out = tmp_path / "out"
    if request.param == "earlier":
        write_small(package, "1,earlier")
        mtopendata.build(package, out)
    write_small(package, "1,a", "2,b")
    before = contents(tmp_path)
    yield out
    assert contents(tmp_path) == before


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError(errno.ENOSPC, "No space left")])
@pytest.mark.parametrize("moment", MOMENTS)
def test_what_ends_a_build_leaves_everything_as_it_was(
    moment: str, fault: Any, package: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr(moment, end)
    with pytest.raises((KeyboardInterrupt, MtopendataError)):
        mtopendata.build(package, prepared, force=True)


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError(errno.EBUSY, "Busy")])
@pytest.mark.parametrize("earlier", [False, True])
def test_the_earlier_release_comes_back_when_its_replacement_fails(
    earlier: bool, fault: Any, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    if earlier:
        write_small(package, "1,earlier")
        mtopendata.build(package, out)
        write_small(package)
    before = contents(tmp_path)
    moment = left = 1

    def rename(self: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left == 0:
            raise fault
        return original(self, target)

    original = Path.rename
    monkeypatch.setattr(Path, "rename", rename)
    # Each renaming fails once, until a build has no more of them.
    while True:
        try:
            mtopendata.build(package, out, force=True)
        except (KeyboardInterrupt, MtopendataError):
            assert contents(tmp_path) == before
            moment += 1
            left = moment
        else:
            break
    assert moment > (2 if earlier else 1)


SIGNALLED = """
import os, signal, sys
import mtopendata.release.formats.{module} as module
def end(*arguments, **options):
    os.kill(os.getpid(), signal.{signal})
    return original(*arguments, **options)
original = module.{function}
module.{function} = end
from mtopendata.__main__ import run
run()
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
@pytest.mark.parametrize("prepared", ["earlier"], indirect=True)
def test_a_build_that_is_killed_leaves_no_half_release(
    name: str, package: Path, prepared: Path
) -> None:
    code = SIGNALLED.format(module="xlsx", function="settle_office", signal=name)
    done = subprocess.run(
        [sys.executable, "-c", code, "build", package, "--out", prepared, "--force"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    # 1 would mean that the package has errors.
    assert done.returncode not in (0, 1)
    assert "Traceback" not in done.stderr
    for left in prepared.parent.rglob(".mtopendata-*"):
        # Nobody can clean up after being killed; what is left is hidden, and out of the way.
        assert name == "SIGKILL"
        shutil.rmtree(left)


@pytest.mark.parametrize("limit", [500, 20_000, 60_000])
def test_a_full_disk_leaves_no_half_release(limit: int, package: Path, prepared: Path) -> None:
    write_small(package, *(f"{number},{'x' * 20}" for number in range(1500)))
    text = (package / "t.csv").read_bytes()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
        done = run(package, "--out", prepared, "--force")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        write_small(package, "1,a", "2,b")
    assert len(text) > 20_000
    assert done.exit_code == 2, done.exception
    assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_named(package: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    with pytest.raises(MtopendataError, match="locked"):
        mtopendata.build(package, tmp_path / "locked" / "out")


def test_a_folder_that_cannot_be_made_is_named(package: Path) -> None:
    done = run(package, "--out", "/proc/nowhere/out")
    assert done.exit_code == 2
    assert "/proc/nowhere" in done.stderr


@pytest.mark.slow
def test_two_builds_at_once_leave_one_whole_release(package: Path, tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "mtopendata", "build", package, "--out", tmp_path / "out"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    told = [process.communicate(timeout=60)[1] for process in processes]
    assert 0 in {process.returncode for process in processes}
    assert not any("Traceback" in text for text in told)
    assert mtopendata.verify(tmp_path / "out").valid
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "package"]
