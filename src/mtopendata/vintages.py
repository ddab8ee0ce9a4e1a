"""A version of a package that is compared with another: from a place, or from a git revision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from semver import Version

from mtopendata.errors import MtopendataError
from mtopendata.git import extract, find_commit, last_release
from mtopendata.package import DESCRIPTOR, Package, find_package
from mtopendata.reading import read_package
from mtopendata.report import Report
from mtopendata.tables import Options, Table
from mtopendata.versions import read_version

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


def read_vintage(place: str | Path, options: Options, beside: str | Path | None = None) -> Vintage:
    """Read the package at a place, or the one that a git revision has where `beside` is now.

    What exists as a file or a folder is no revision; LAST_RELEASE is one. Without `beside` it is
    ./datapackage.json, else the package that this program was released with. MtopendataError: there
    is no such package.
    """
    label = str(place)
    if label == LAST_RELEASE and not Path(place).exists():
        label = place = _last_release(_home(beside)[0])
    if label and Path(place).exists():
        return _read(label, Path(place), options)
    folder, descriptor = _home(beside)
    commit = find_commit(folder, label)
    if commit is None:
        raise MtopendataError(
            label, f"is no package here, and no git revision in {folder}",
            "name a folder, a datapackage.json, a .zip, or a revision such as v1.0.0 or HEAD~1",
        )  # fmt: skip
    unpacked = extract(folder, descriptor, label, commit, options.max_bytes)
    vintage = _read(label, Path(unpacked.name), options)
    return replace(vintage, package=replace(vintage.package, unpacked=unpacked))


def published_revision(beside: str | Path | None = None) -> str:
    """What a package in a git repository is compared with by default: the tag of its last release,
    else HEAD. MtopendataError: it is in no repository.
    """
    folder, _ = _home(beside)
    if revision := last_release(folder):
        return revision
    if find_commit(folder, "HEAD"):
        return "HEAD"
    raise MtopendataError(
        str(folder), "is in no git repository with a commit", "name the package to compare with"
    )


def _last_release(folder: Path) -> str:
    if tag := last_release(folder):
        return tag
    raise MtopendataError(
        LAST_RELEASE, f"there is no tag such as v1.0.0 before HEAD in {folder}",
        "fetch the tags, or name what to compare with",
    )  # fmt: skip


def _home(beside: str | Path | None) -> tuple[Path, str]:
    """The folder of a package, and the name of its descriptor there."""
    path = find_package(None if beside is None else Path(beside))
    if path.is_dir():
        return path, DESCRIPTOR
    return path.parent, DESCRIPTOR if path.suffix.lower() == ".zip" else path.name


def _read(label: str, place: Path, options: Options) -> Vintage:
    report = Report(label)
    package, tables = read_package(place, report, options)
    return Vintage(label, package, tables, report)
