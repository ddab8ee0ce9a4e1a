"""A version of a package that is compared with another: from a place, or from a git revision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from semver import Version

from mtopendata.changes.git import extract, find_commit, last_release
from mtopendata.checks.integrity import check_integrity
from mtopendata.ledger.outcome import record
from mtopendata.ledger.report import Report
from mtopendata.package.model import DESCRIPTOR, Package
from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.reading.tables import Table
from mtopendata.values.errors import MtopendataError
from mtopendata.values.versions import read_version

LAST_RELEASE = "last-release"
"""What stands for the tag of the last release."""


@dataclass(frozen=True)
class Vintage:
    """A package and its tables. `label` is what the user calls it; `report` has the findings of
    reading it.
    """

    label: str
    package: Package
    tables: Mapping[str, Table]
    report: Report

    @property
    def version(self) -> Version | None:
        """The package's version; None where it declares none, or one that is not semantic."""
        return read_version(self.package.descriptor.get("version"))

    @property
    def name(self) -> str:
        """The version as declared, or else the label."""
        version = self.package.descriptor.get("version")
        return version if isinstance(version, str) and version else self.label


@dataclass(frozen=True, slots=True)
class Home:
    """Where the package lies whose revisions are compared: its folder in a repository, the name of
    its descriptor there, and how the user calls it.
    """

    folder: Path
    descriptor: str
    place: Path


def home_of(package: str | Path | None) -> Home:
    """Where the package lies; None: in the working directory."""
    place = Path(DESCRIPTOR) if package is None else Path(package)
    if place.is_dir():
        return Home(place, DESCRIPTOR, place)
    is_zip = place.suffix.lower() == ".zip"
    return Home(place.parent, DESCRIPTOR if is_zip else place.name, place)


def read_vintage(place: str | Path, home: Home, options: Options) -> Vintage:
    """Read the package at a place, or the one that a git revision has at home.

    What exists as a file or a folder is no revision; LAST_RELEASE is one. MtopendataError: there is
    no such package.
    """
    label = str(place)
    if label == LAST_RELEASE:
        if tag := last_release(home.folder):
            return _read_revision(tag, f"refs/tags/{tag}", home, options)
        raise MtopendataError(
            label, f"there is no tag such as v1.0.0 before HEAD in {home.folder}",
            "fetch the tags, or name what to compare with",
        )  # fmt: skip
    if label and Path(place).exists():
        return _read(label, Path(place), options)
    return _read_revision(label, label, home, options)


def published_revision(home: Home, options: Options) -> Vintage:
    """What a package in a git repository is compared with by default: its last release, else HEAD.

    MtopendataError: it is in no repository with a commit.
    """
    if tag := last_release(home.folder):
        return _read_revision(tag, f"refs/tags/{tag}", home, options)
    if find_commit(home.folder, "HEAD"):
        return _read_revision("HEAD", "HEAD", home, options)
    raise MtopendataError(
        str(home.folder), "is in no git repository with a commit",
        "name the package to compare with",
    )  # fmt: skip


def _read_revision(label: str, revision: str, home: Home, options: Options) -> Vintage:
    commit = find_commit(home.folder, revision)
    if commit is None:
        raise MtopendataError(
            repr(label), f"is no package here, and no git revision in {home.folder}",
            "name a folder, a datapackage.json, a .zip, or a revision such as v1.0.0 or HEAD~1",
        )  # fmt: skip
    unpacked = extract(home.folder, home.descriptor, label, commit, options.max_bytes)
    vintage = _read(label, Path(unpacked.name), options)
    return replace(vintage, package=replace(vintage.package, unpacked=unpacked))


def _read(label: str, place: Path, options: Options) -> Vintage:
    read = read_package(place, options, label)
    report = Report(label)
    for item in read.resources:
        record(check_integrity(item.resource), report, 0)
        record(item.found, report, 0)
    return Vintage(label, read.package, read.tables, report)
