"""A version of a package that is compared with another: from a place, or from a git revision."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mtopendata.changes.git import (
    find_commit,
    has_file,
    last_release,
    read_blob,
    unpack_revision,
)
from mtopendata.changes.repositories import is_in_repository
from mtopendata.package.descriptor_files import object_in
from mtopendata.package.model import DESCRIPTOR, DESCRIPTORS, Resource, descriptor_in
from mtopendata.package.where import local_place
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage, read_package
from mtopendata.values.errors import MtopendataError

LAST_RELEASE = "last-release"
"""What stands for the tag of the last release."""


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
    place = descriptor_in(Path()) if package is None else Path(package)
    if place.is_dir():
        return Home(place, descriptor_in(place).name, place)
    is_zip = place.suffix.lower() == ".zip"
    return Home(place.parent, DESCRIPTOR if is_zip else place.name, place)


Left = Callable[[Resource], bool]
"""Which tables are not read at once."""


def _no_vintage(_: Resource) -> bool:
    return False


def read_vintage(
    place: str | Path, home: Home, options: Options, is_left: Left = _no_vintage
) -> ReadPackage:
    """Read the package at a place, or the one that a git revision has at home, but for the tables
    that are left.

    What exists as a file or a folder is no revision; LAST_RELEASE is one. MtopendataError: there is
    no such package.
    """
    label = str(place)
    if label == LAST_RELEASE:
        if tag := last_release(home.folder):
            return _read_revision(tag, f"refs/tags/{tag}", home, options, is_left)
        raise MtopendataError(
            label,
            f"there is no tag such as v1.0.0 before HEAD in {home.folder}",
            "fetch the tags, or name what to compare with",
        )
    if os.path.lexists(local_place(place)):
        return read_package(Path(place), options, label, is_left)
    return _read_revision(label, label, home, options, is_left)


def published_revision(home: Home, options: Options, is_left: Left = _no_vintage) -> ReadPackage:
    """What a package in a git repository is compared with by default: its last release, else HEAD.

    MtopendataError: it is in no repository with a commit.
    """
    if tag := last_release(home.folder):
        return _read_revision(tag, f"refs/tags/{tag}", home, options, is_left)
    if find_commit(home.folder, "HEAD"):
        return _read_revision("HEAD", "HEAD", home, options, is_left)
    raise MtopendataError(
        str(home.folder),
        "is in no git repository, or nothing is committed in it yet",
        "name the package to compare with",
    )


def release_of(place: Path) -> str | None:
    """The tag of the last release that has the package, which can be compared with it; None where
    there is none, or nobody can tell.
    """
    home = home_of(place)
    if place.suffix.lower() == ".zip" or not is_in_repository(home.folder):
        return None
    try:
        tag = last_release(home.folder)
    except MtopendataError:  # git refuses the repository
        return None
    has_package = tag and has_file(home.folder, f"refs/tags/{tag}", home.descriptor)
    return tag if has_package else None


def published_descriptor(folder: Path) -> Mapping[str, Any] | None:
    """The descriptor of the package in a folder as it is published: as the tag of the last release
    has it, else as HEAD has it. None where neither has one, or nobody can tell.
    """
    if not is_in_repository(folder):
        return None
    try:
        tag = last_release(folder)
        revisions = [*([f"refs/tags/{tag}"] if tag else []), "HEAD"]
        places = ((revision, name) for revision in revisions for name in DESCRIPTORS)
        for revision, name in places:
            text = read_blob(folder, revision, name)
            if text is not None:
                return object_in(text, Path(name))
    except MtopendataError:  # git refuses the repository, or it is no descriptor
        return None
    return None


def _read_revision(
    label: str, revision: str, home: Home, options: Options, is_left: Left
) -> ReadPackage:
    commit = find_commit(home.folder, revision)
    if commit is None:
        raise MtopendataError(
            repr(label),
            f"is no package here, and no git revision in {home.folder}",
            "name a folder, a datapackage.json, a .zip, or a revision such as v1.0.0 or HEAD~1",
        )
    unpacked = unpack_revision(home.folder, home.descriptor, label, commit, options.max_bytes)
    read = read_package(Path(unpacked.name), options, label, is_left)
    return replace(read, package=replace(read.package, unpacked=unpacked))
