"""The files of a download against the lists that name them: checksums, and nothing besides."""

from collections.abc import Generator
from pathlib import Path

from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.package.checksums import CHECKSUMS, read_checksums, sha256
from mtopendata.package.files import safe_path
from mtopendata.release.downloads import fault, release_outcome

MISSING = "download it too, or name the files that you have instead of their folder"
EXTRA = "move it elsewhere if it is yours; do not take it for a part of the release"


def check_beside(file: Path) -> Generator[Outcome, None, bool | None]:
    """Compare one file with the SHA256SUMS beside it. Returns whether they name it: False where
    there are none, None where they cannot be read.
    """
    if not (file.parent / CHECKSUMS).exists():
        return False
    try:
        expected = read_checksums(file.parent / CHECKSUMS).get(file.name)
    except ValueError as error:
        yield _unreadable(CHECKSUMS, error)
        return None
    if expected is None:
        return False
    yield release_outcome(f"{file.name}: checksum", 1, _checksum_faults(file, file.name, expected))
    return True


def check_sums(folder: Path, sums: str) -> Generator[Outcome, None, set[str] | None]:
    """Compare every file below a folder with its checksums. Returns the names of those that are
    intact; None: there are no checksums to compare with.
    """
    try:
        listed = read_checksums(folder / sums)
    except ValueError as error:
        yield _unreadable(sums, error)
        return None
    faults: dict[str, list[Finding]] = {}
    for name, expected in listed.items():
        file, code, message = safe_path(folder, name)
        faults[name] = (
            [not_there(sums, code, message, name)]
            if file is None
            else _checksum_faults(file, name, expected)
        )
    findings = [finding for found in faults.values() for finding in found]
    yield release_outcome(f"{sums}: checksums", len(listed), findings)
    yield check_extra(folder, {sums, *listed}, sums)
    return {name for name, found in faults.items() if not found}


def check_extra(folder: Path, known: set[str], by: str) -> Outcome:
    """No file may be there that `by` does not list."""
    present = sorted(
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_symlink() or not file.is_dir()
    )
    faults = [
        fault("extra-member", f"{by} does not list {name!r}: nobody released it", name, EXTRA)
        for name in present
        if name not in known
    ]
    return release_outcome(f"{by}: nothing besides", len(present), faults)


def not_there(by: str, code: str, message: str, name: str) -> Finding:
    """A file that is listed, and missing or not to be opened."""
    if code == "missing-file":
        return fault("missing-member", f"{by} lists {name!r}, which is not there", name, MISSING)
    return fault(code, f"{by} lists a name that is not opened: {message}", name)


def _unreadable(sums: str, error: ValueError) -> Outcome:
    return release_outcome(sums, 1, [fault("checksum", f"{sums} cannot be used: {error}", sums)])


def _checksum_faults(file: Path, name: str, expected: str) -> list[Finding]:
    """What is wrong with a file of which a list gives the SHA-256; nothing where they agree."""
    actual = sha256([file])
    if actual == expected:
        return []
    message = f"{name} is not what was released: its SHA-256 is {actual}, not {expected}"
    return [fault("checksum", message, name)]
