"""A copy of the package to work on: what is validated there is what is released.

Nothing that changes in the package while a release is built can reach the release.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from mtopendata.ledger.report import Check
from mtopendata.package.checksums import MEMBERS, sha256
from mtopendata.package.files import portable_fault
from mtopendata.package.model import DESCRIPTOR, Package, is_yaml
from mtopendata.package.named import _paths, member_name, named_files
from mtopendata.release.changelog import CHANGELOG, changelog_beside
from mtopendata.release.model import Release, StoredFile
from mtopendata.release.reproducible import release_date
from mtopendata.values.errors import MtopendataError
from mtopendata.values.json_values import exact_json


def stage(package: Package, descriptor: Path, folder: Path) -> None:
    """Copy the descriptor and every file that it names into `folder`, under the same paths, and the
    changelog beside it. A descriptor in YAML is written as the JSON that it stands for.

    MtopendataError: two of them would be one file on some systems, or a name is not portable.
    """
    paths = sorted(set(_paths(package)))
    for path in paths:
        if member_name(path).casefold() in (DESCRIPTOR, MEMBERS):
            raise MtopendataError(
                path,
                "is the name of a file that the archive has for itself",
                "rename the file, or remove its path from the descriptor",
            )
    seen = {DESCRIPTOR: DESCRIPTOR}
    folder.mkdir(parents=True, exist_ok=True)
    if is_yaml(descriptor):
        (folder / DESCRIPTOR).write_bytes(exact_json(package.descriptor).encode())
    else:
        shutil.copyfile(descriptor, folder / DESCRIPTOR)
    for path in paths:
        name = member_name(path)
        if fault := portable_fault(name):
            raise MtopendataError(path, fault, "give the file a name that every system has")
        if seen.setdefault(name.casefold(), name) != name:
            raise MtopendataError(
                path, f"differs only in case from {seen[name.casefold()]}", "rename one of them"
            )
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package.folder / path, target)
    changelog = changelog_beside(descriptor.parent)
    if changelog and CHANGELOG.casefold() not in seen:
        shutil.copyfile(changelog, folder / CHANGELOG)


def stamped(package: Package, checks: Sequence[Check]) -> Release:
    """The release of a validated package that lies staged: with the bytes and the SHA-256 of each
    resource's files in the descriptor, which is written anew. `checks` are what validated it.
    """
    descriptors: list[Mapping[str, Any]] = []
    resources = []
    for resource in package.resources:
        described = dict(resource.descriptor)
        if resource.files:
            size = sum(file.stat().st_size for file in resource.files)
            digest = f"sha256:{sha256(resource.files)}"
            described |= {"bytes": size, "hash": digest}
            resource = replace(resource, bytes=size, hash=digest, descriptor=described)
        descriptors.append(described)
        resources.append(resource)
    descriptor = {**package.descriptor, "resources": descriptors}
    (package.folder / DESCRIPTOR).write_bytes(exact_json(descriptor).encode())
    package = replace(package, descriptor=descriptor, resources=tuple(resources))
    return as_release(package, release_date(descriptor), checks)


def as_release(package: Package, date: datetime | None, checks: Sequence[Check]) -> Release:
    """The release of a package without errors, whose descriptor is stamped already."""
    resources = (
        replace(resource, paths=tuple(map(member_name, resource.paths)))
        for resource in package.resources
    )
    files = ((name, package.folder / name) for name in sorted(named_files(package)))
    stored = tuple(StoredFile(name, file.stat().st_size, sha256([file])) for name, file in files)
    return Release(replace(package, resources=tuple(resources)), stored, date, tuple(checks))
