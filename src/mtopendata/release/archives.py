"""A zip of doubtful origin: what it says of its members is checked before anything is unpacked."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mtopendata.ledger.report import Report
from mtopendata.package.checksums import sha256
from mtopendata.package.files import DAMAGE, DamagedError, member_faults, unpack
from mtopendata.reading.options import Options
from mtopendata.release.release_files import fault, record
from mtopendata.release.reproducible import write_zip

MAX_MEMBERS = 10_000
"""Members of an archive that is unpacked: each costs a file."""


@contextmanager
def unpacking(path: Path, report: Report, options: Options) -> Iterator[Path | None]:
    """A zip's members in a temporary folder; None where it is not safe or not whole."""
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*DAMAGE, OSError) as error:
        findings = [fault("damaged", f"{name} is no whole zip ({error})", name)]
        record(report, f"{name}: whole", 1, findings)
        yield None
        return
    unsafe = [fault("unsafe-path", f"in {name}, {text}", name) for text in member_faults(members)]
    record(report, f"{name}: names of members", len(members), unsafe)
    size = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        message = f"{name} has {len(members):,} members, more than {MAX_MEMBERS:,}"
        record(report, f"{name}: members", len(members), [fault("expands", message, name)])
        yield None
        return
    large = [
        fault(
            "expands", f"{name} expands to {size:,} bytes, more than {options.max_bytes:,}", name,
            "if you expect that much, give a larger --max-bytes",
        )
    ] if size > options.max_bytes else []  # fmt: skip
    record(report, f"{name}: size", 1, large)
    if unsafe or large:
        yield None
        return
    try:
        unpacked = unpack(path, options.max_bytes)
    except DamagedError as error:
        faults = [fault("damaged", f"{name} {error.what}", name)]
        record(report, f"{name}: whole", len(members), faults)
        yield None
        return
    with unpacked:
        folder = Path(unpacked.name)
        record(report, f"{name}: whole", len(members), [])
        check_form(path, members, folder, report)
        yield folder


def check_form(path: Path, members: list[zipfile.ZipInfo], folder: Path, report: Report) -> None:
    """The bytes around the members are those that a build writes, so that none of them says
    anything of its own: no comment, no other date, nothing before or behind.
    """
    same = False
    if members and not any(member.is_dir() for member in members):
        with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
            again = Path(temporary) / "again.zip"
            try:
                date = datetime(*members[0].date_time, tzinfo=UTC)
            except ValueError:  # no such day
                date = None
            write_zip(again, [(m.filename, folder / m.filename) for m in members], date)
            same = sha256([again]) == sha256([path])
    findings = [] if same else [
        fault("form", f"{path.name} has bytes beside its members that no build writes", path.name)
    ]  # fmt: skip
    record(report, f"{path.name}: nothing beside the members", 1, findings)
