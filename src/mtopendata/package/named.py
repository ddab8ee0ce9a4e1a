"""The files that a descriptor names."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from mtopendata.ledger.report import Finding
from mtopendata.package.copies import is_address
from mtopendata.package.files import safe_path
from mtopendata.package.model import DESCRIPTOR, Package


def member_name(path: str) -> str:
    """The path of a descriptor as the one name that its file has in an archive."""
    return str(PurePosixPath(path))


def _paths(package: Package) -> Iterator[str]:
    """Every path of a file of the package's: data, schemas, dialects, licences. What it names by an
    address is no file of its own, though a copy of it was read.
    """
    for resource in package.resources:
        yield from resource.paths
        for name in ("schema", "dialect"):
            path = resource.descriptor.get(name)
            if isinstance(path, str) and not is_address(path):
                yield path
    for described in (package.descriptor, *(item.descriptor for item in package.resources)):
        licences = described.get("licenses")
        for licence in licences if isinstance(licences, list) else ():
            path = licence.get("path") if isinstance(licence, dict) else None
            # An address, or a file: a path that is no file of the package is no business here.
            if isinstance(path, str) and safe_path(package.folder, path)[0]:
                yield path


def named_files(package: Package) -> set[str]:
    """Every file that the descriptor names, by the name that it has in an archive."""
    return {member_name(path) for path in _paths(package)}


def by_its_name(findings: Iterable[Finding], package: Package) -> list[Finding]:
    """The findings, of which those of the descriptor name the file that it stands in."""
    if package.file == DESCRIPTOR:
        return list(findings)
    return [
        replace(finding, path=package.file) if finding.path == DESCRIPTOR else finding
        for finding in findings
    ]
