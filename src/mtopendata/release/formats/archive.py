"""The Data Package itself as a zip: exactly what was validated, with its metadata."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from mtopendata.package.checksums import MEMBERS, digest, write_checksums
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.options import Progress
from mtopendata.release.changelog import CHANGELOG, changelog_of
from mtopendata.release.formats import Format, PackageLayout, Plan
from mtopendata.release.metadata import write_metadata
from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError
from mtopendata.release.reproducible import write_zip

Members = dict[str, bytes | Path]


@dataclass(frozen=True)
class Zip(Plan):
    """A zip as a build makes it: its members in their order."""

    members: Members


def plan_archive(release: Release) -> Zip:
    """What the archive holds, by name: the descriptor first, then the rest by name; and a sentence
    for each kind of metadata that is left out. The last member has checksums of all the others.
    """
    folder = release.package.folder
    written, notes = write_metadata(release)
    members: Members = {DESCRIPTOR: folder / DESCRIPTOR}
    others: Members = {stored.path: folder / stored.path for stored in release.files} | written
    if changelog := changelog_of(release):
        others[CHANGELOG] = changelog
    members |= dict(sorted(others.items()))
    digests = {stored.path: stored.sha256 for stored in release.files}
    for name, content in members.items():
        if name not in digests:
            digests[name] = digest(content)
    members[MEMBERS] = write_checksums(digests).encode()
    return Zip(release, tuple(notes), members)


def write_members(plan: Zip, path: Path, _: Progress | None = None) -> None:
    """Write the zip."""
    write_zip(path, plan.members.items(), plan.release.date)


def prove_members(plan: Zip, path: Path, _: Progress | None = None) -> None:
    """UnprovenError: a member's bytes are not those that were put in."""
    with zipfile.ZipFile(path) as archive:
        if archive.namelist() != list(plan.members):
            raise UnprovenError(path, "has other members than were put in")
        for name, content in plan.members.items():
            with archive.open(name) as member:
                found = hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
            if found != digest(content):
                raise UnprovenError(path, f"has other bytes in {name} than were put in")


FORMAT = Format(
    "archive",
    ".zip",
    plan_archive,
    write_members,
    prove_members,
    writers=("yaml",),
    layout=PackageLayout((DESCRIPTOR, MEMBERS), "missing-member"),
    purpose="the Data Package itself: its tables, what each column means, metadata for catalogues",
)
