"""A zip of doubtful origin: what it says of its members is checked before anything is unpacked."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mtopendata.ledger.outcome import Outcome, failed
from mtopendata.package.checksums import sha256
from mtopendata.package.files import DAMAGE, DamagedError, member_faults, unpack
from mtopendata.release.downloads import fault, release_outcome
from mtopendata.release.reproducible import write_zip
from mtopendata.values.plurals import plural

MAX_MEMBERS = 10_000
"""Members of an archive that is unpacked: each costs a file."""


@contextmanager
def unpacked(path: Path, max_bytes: int) -> Iterator[tuple[Path | None, list[Outcome]]]:
    """A zip's members in a temporary folder, None where it is not safe or not whole; and what was
    found of the zip.
    """
    holder, found = _unpacked(path, max_bytes)
    if holder is None:
        yield None, found
        return
    with holder:
        yield Path(holder.name), found


def _unpacked(path: Path, max_bytes: int) -> tuple["TemporaryDirectory[str] | None", list[Outcome]]:
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*DAMAGE, OSError) as error:
        return None, [
            release_outcome(
                f"{name}: whole", 1, [fault("damaged", f"{name} is no whole zip ({error})", name)]
            )
        ]
    found = list(_checked_members(name, members, max_bytes))
    if failed(found):
        return None, found
    try:
        holder = unpack(path, max_bytes)
    except DamagedError as error:
        damage = fault("damaged", f"{name} {error.what}", name)
        return None, [*found, release_outcome(f"{name}: whole", len(members), [damage])]
    found.append(release_outcome(f"{name}: whole", len(members)))
    found.append(_check_form(path, members, Path(holder.name)))
    return holder, found


def _checked_members(
    name: str, members: list[zipfile.ZipInfo], max_bytes: int
) -> Iterator[Outcome]:
    """What the zip's directory says: names that may be unpacked, not too many, not too large."""
    unsafe = [fault("unsafe-path", f"in {name}, {text}", name) for text in member_faults(members)]
    yield release_outcome(f"{name}: names of members", len(members), unsafe)
    if len(members) > MAX_MEMBERS:
        message = f"{name} has {len(members):,} members, more than {MAX_MEMBERS:,}"
        yield release_outcome(f"{name}: members", len(members), [fault("expands", message, name)])
        return
    size = sum(member.file_size for member in members)
    message = f"{name} expands to {plural(size, 'byte')}, more than {max_bytes:,}"
    hint = "if you expect that much, give a larger --max-bytes"
    large = [fault("expands", message, name, hint)] if size > max_bytes else []
    yield release_outcome(f"{name}: size", 1, large)


def _check_form(path: Path, members: list[zipfile.ZipInfo], folder: Path) -> Outcome:
    """The bytes around the members are those that a build writes, so that none of them says
    anything of its own: no comment, no other date, nothing before or behind.
    """
    same = False
    if members and not any(member.is_dir() for member in members):
        with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
            again = Path(temporary) / "again.zip"
            write_zip(
                again, [(m.filename, folder / m.filename) for m in members], stamped_date(members)
            )
            same = sha256([again]) == sha256([path])
    name = path.name
    faults = [fault("form", f"{name} has bytes beside its members that no build writes", name)]
    return release_outcome(f"{name}: nothing beside the members", 1, [] if same else faults)


def stamped_date(members: list[zipfile.ZipInfo]) -> datetime | None:
    """The date that a zip's first member bears; None where there is no such day."""
    try:
        return datetime(*members[0].date_time, tzinfo=UTC)
    except ValueError:
        return None
