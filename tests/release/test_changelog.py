"""A release carries the changelog that lies beside its package, and needs none."""

import zipfile
from pathlib import Path

import pytest

import mtopendata
from tests.kit.packages import write_files, write_package, write_table

CHANGES = "# Changelog\n\n## 1.0.0\n\n- 'Größe' is new.\r\n"
DESCRIPTOR = {
    "name": "small",
    "version": "1.0.0",
    "created": "2024-01-02T03:04:06Z",
    "resources": [{"name": "t", "path": "t.csv", "schema": {
        "fields": [{"name": "a", "type": "string"}]}}],
}  # fmt: skip


def write_small(folder: Path, **files: str) -> Path:
    return write_package(folder, DESCRIPTOR, {"t.csv": "a\nx\n", **files})


def members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def errors(place: Path) -> list[tuple[str, str]]:
    return [(found.code, found.message) for found in mtopendata.verify(place).findings
            if found.severity == "error"]  # fmt: skip


@pytest.fixture
def release(tmp_path: Path) -> Path:
    package = write_files(write_small(tmp_path / "package"), {"CHANGELOG.md": CHANGES})
    built = mtopendata.build(package, tmp_path / "release", bagit=True)
    assert built.folder
    return built.folder


def test_the_zip_and_the_bag_carry_the_changelog_with_its_checksum(release: Path) -> None:
    zipped = members(release / "small-1.0.0.zip")
    assert zipped["CHANGELOG.md"] == CHANGES.encode()
    assert b"  CHANGELOG.md\n" in zipped["manifest-sha256.txt"]
    assert b"`CHANGELOG.md` has the changes" in zipped["README.md"]
    bag = members(release / "small-1.0.0-bag.zip")
    assert bag["small-1.0.0-bag/data/CHANGELOG.md"] == CHANGES.encode()


def test_it_is_verified_whole_alone_unpacked_and_built_again(release: Path, tmp_path: Path) -> None:
    archive = release / "small-1.0.0.zip"
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(tmp_path / "unpacked")
    for place in (release, archive, release / "small-1.0.0-bag.zip", tmp_path / "unpacked"):
        assert mtopendata.verify(place).findings == [], place
    assert mtopendata.verify(release, rebuild=tmp_path / "package").findings == []
    again = mtopendata.build(archive, tmp_path / "again", bagit=True)
    assert [(file.path, file.sha256) for file in again.files] == [
        (file.path, file.sha256)
        for file in mtopendata.build(tmp_path / "package", tmp_path / "third", bagit=True).files
    ]


def test_a_changed_changelog_is_found(release: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(release / "small-1.0.0.zip") as zipped:
        zipped.extractall(tmp_path / "unpacked")
    (tmp_path / "unpacked" / "CHANGELOG.md").write_text("# other\n")
    assert [code for code, _ in errors(tmp_path / "unpacked")] == ["checksum"]
    (tmp_path / "unpacked" / "CHANGELOG.md").unlink()
    assert [code for code, _ in errors(tmp_path / "unpacked")] == ["missing-member"]


def test_a_release_without_a_changelog_is_whole(tmp_path: Path) -> None:
    release = mtopendata.build(write_small(tmp_path / "package"), tmp_path / "release").folder
    assert release
    zipped = members(release / "small-1.0.0.zip")
    assert "CHANGELOG.md" not in zipped
    assert b"CHANGELOG" not in zipped["README.md"]
    # Beside the package now lies one that the release did not have; only a rebuild tells.
    write_files(tmp_path / "package", {"CHANGELOG.md": CHANGES})
    assert mtopendata.verify(release).findings == []


def test_nothing_from_outside_of_the_package_is_carried(tmp_path: Path) -> None:
    write_files(tmp_path, {"secret.md": "secret", "CHANGELOG.md": "of another package"})
    package = write_small(tmp_path / "package")
    built = mtopendata.build(package, tmp_path / "above")
    assert built.folder
    assert "CHANGELOG.md" not in members(built.folder / "small-1.0.0.zip")
    (package / "CHANGELOG.md").symlink_to(tmp_path / "secret.md")
    built = mtopendata.build(package, tmp_path / "linked")
    assert built.folder
    assert "CHANGELOG.md" not in members(built.folder / "small-1.0.0.zip")
    (package / "CHANGELOG.md").unlink()
    (package / "CHANGELOG.md").mkdir()
    assert mtopendata.build(package, tmp_path / "folder").folder


@pytest.mark.parametrize("name", ["CHANGELOG.md", "changelog.md"])
def test_a_table_of_this_name_stays_the_packages_own(name: str, tmp_path: Path) -> None:
    package = write_table(tmp_path / "package", path=name, format="csv")
    write_files(package, {name: "a\nx\n"})
    if name != "CHANGELOG.md":
        write_files(package, {"CHANGELOG.md": CHANGES})
    built = mtopendata.build(package, tmp_path / "release")
    assert built.folder, built.report.findings
    zipped = members(built.folder / "datapackage.zip")
    assert [member for member in zipped if member.casefold() == "changelog.md"] == [name]
    assert zipped[name] == b"a\nx\n"
    assert errors(built.folder) == []
