"""The Data Package itself as a zip: exactly what was validated, with its metadata."""

import hashlib
import zipfile
from pathlib import Path

from mtopendata.package.checksums import MEMBERS, digest, write_checksums
from mtopendata.package.model import DESCRIPTOR
from mtopendata.release.metadata import write_metadata
from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError
from mtopendata.release.reproducible import write_zip

Members = dict[str, bytes | Path]


def members(release: Release) -> tuple[Members, list[str]]:
    """What the archive holds, by name: the descriptor first, then the rest by name; and a sentence
    for each kind of metadata that is left out. The last member has checksums of all the others.
    """
    folder = release.package.folder
    written, notes = write_metadata(release)
    contents: Members = {DESCRIPTOR: folder / DESCRIPTOR}
    others: Members = {stored.path: folder / stored.path for stored in release.files} | written
    contents |= dict(sorted(others.items()))
    digests = {stored.path: stored.sha256 for stored in release.files}
    for name, content in contents.items():
        if name not in digests:
            digests[name] = digest(content)
    contents[MEMBERS] = write_checksums(digests).encode()
    return contents, notes


def write_archive(release: Release, path: Path) -> list[str]:
    """Write the archive, read it back, and return a sentence for each thing left out."""
    contents, notes = members(release)
    write_zip(path, contents.items(), release.date)
    prove_archive(path, contents)
    return notes


def prove_archive(path: Path, contents: Members) -> None:
    """UnprovenError: a member's bytes are not those that were put in."""
    with zipfile.ZipFile(path) as archive:
        if archive.namelist() != list(contents):
            raise UnprovenError(path, "has other members than were put in")
        for name, content in contents.items():
            with archive.open(name) as member:
                found = hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
            if found != digest(content):
                raise UnprovenError(path, f"has other bytes in {name} than were put in")
