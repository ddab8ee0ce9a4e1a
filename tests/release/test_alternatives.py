"""A release format or a metadata standard is one file in its folder, and nothing else names it."""

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

import mtopendata
from mtopendata.package.checksums import CHECKSUMS, sha256, write_checksums
from mtopendata.release import formats, metadata

COUNTS = '''
"""How many rows each table has, as a text."""
from dataclasses import dataclass
from mtopendata.release.formats import Format, Plan
from mtopendata.release.proof import UnprovenError

@dataclass(frozen=True)
class Counts(Plan):
    text: str

def plan(release):
    lines = (f"{name} {release.package[name].height}\\n" for name in release.package)
    return Counts(release, ("of the counts nothing is left out",), "".join(lines))

def write(planned, path, progress):
    path.write_text(planned.text)

def prove(planned, path, progress):
    if path.read_text() != planned.text:
        raise UnprovenError(path, "counts otherwise")

FORMAT = Format("counts", ".counts", plan, write, prove, option=OPTION, writers=WRITERS)
'''

NAMES = '''
"""The names of the tables."""
from mtopendata.release.metadata import Standard

STANDARD = Standard("NAMES.txt", "the tables", lambda release: " ".join(release.package) + "\\n")
'''


def added(
    folder: ModuleType, text: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The folder with one more module."""
    name = f"{folder.__name__}.added"
    place.mkdir()
    (place / "added.py").write_text(text)
    formats.formats.cache_clear()
    metadata.standards.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(folder, "__path__", [*folder.__path__, str(place)])
        yield
    sys.modules.pop(name, None)
    vars(folder).pop("added", None)
    formats.formats.cache_clear()
    metadata.standards.cache_clear()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "t.csv").write_text("a,b\n1,2\n3,4\n")
    fields = [{"name": name, "type": "string"} for name in "ab"]
    table = {"name": "t", "path": "t.csv", "schema": {"fields": fields}}
    descriptor = {"name": "p", "version": "1", "resources": [table]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    return folder


@pytest.fixture
def always(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    text = COUNTS.replace("OPTION", "None").replace("WRITERS", "()")
    yield from added(formats, text, tmp_path / "more", monkeypatch)


@pytest.fixture
def needy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    text = COUNTS.replace("OPTION", "'bagit'").replace("WRITERS", "('nobody_has_this',)")
    yield from added(formats, text, tmp_path / "more", monkeypatch)


@pytest.fixture
def standard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from added(metadata, NAMES, tmp_path / "more", monkeypatch)


def codes(report: mtopendata.Report) -> list[str]:
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize("folder", [formats, metadata])
def test_each_module_of_the_folder_is_one_of_the_alternatives(folder: ModuleType) -> None:
    known = formats.formats() if folder is formats else metadata.standards()
    assert len(known) == len(list(iter_modules(folder.__path__)))


@pytest.mark.usefixtures("always")
def test_a_format_that_is_added_is_written_expected_and_read_back(
    package: Path, tmp_path: Path
) -> None:
    built = mtopendata.build(package, tmp_path / "out")
    file = tmp_path / "out" / "p-1.counts"
    assert file.read_text() == "t 2\n"
    assert "of the counts nothing is left out" in built.notes
    assert mtopendata.verify(tmp_path / "out").findings == []
    assert mtopendata.build(package, tmp_path / "out").unchanged
    file.write_text("t 3\n")
    assert codes(mtopendata.verify(tmp_path / "out")) == ["checksum"]
    _refit(tmp_path / "out")
    assert codes(mtopendata.verify(tmp_path / "out")) == ["unlike", "content"]
    file.unlink()
    _refit(tmp_path / "out")
    assert codes(mtopendata.verify(tmp_path / "out")) == ["missing-member"]


@pytest.mark.usefixtures("needy")
def test_a_format_that_is_added_says_what_it_needs(package: Path, tmp_path: Path) -> None:
    with pytest.raises(mtopendata.MtopendataError, match="needs nobody_has_this"):
        mtopendata.build(package, tmp_path / "out")


@pytest.mark.usefixtures("standard")
def test_a_standard_that_is_added_is_written_and_known(package: Path, tmp_path: Path) -> None:
    mtopendata.build(package, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out" / "p-1.zip") as archive:
        assert archive.read("NAMES.txt") == b"t\n"
        assert json.loads(archive.read("datapackage.json"))["name"] == "p"
    assert mtopendata.verify(tmp_path / "out").findings == []


def _refit(folder: Path) -> None:
    """Let the checksums say what is there."""
    files = [file for file in folder.iterdir() if file.name != CHECKSUMS]
    (folder / CHECKSUMS).write_text(write_checksums({f.name: sha256([f]) for f in files}))
