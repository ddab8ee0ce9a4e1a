"""The files of a release against the lists that name them: checksums, and nothing besides.

Each check records itself in the report; `fault` makes a finding that is about a download.
"""

from pathlib import Path

from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.checksums import CHECKSUMS, read_checksums, sha256
from mtopendata.package.files import safe_path

AGAIN = "do not use this copy: download it again from its publisher"
MISSING = "download it too, or name the files that you have instead of their folder"


def fault(code: str, message: str, path: str | None = None, hint: str = AGAIN) -> Finding:
    """An error of a download; `path` is the file or the member, None the whole."""
    return Finding(code, "error", message, hint, None, path)


def record(report: Report, name: str, tested: int, findings: list[Finding]) -> None:
    """Enter into the ledger a check of a release, with all that failed."""
    report.record(Check(name, "release", None, "python", tested, len(findings)), findings)


def check_beside(file: Path, report: Report) -> bool:
    """Compare one file with the SHA256SUMS beside it, where there are any; whether they name it."""
    if not (file.parent / CHECKSUMS).exists():
        return False
    try:
        expected = read_checksums(file.parent / CHECKSUMS).get(file.name)
    except ValueError as error:
        findings = [fault("checksum", f"{CHECKSUMS} says nothing: {error}", CHECKSUMS)]
        record(report, CHECKSUMS, 1, findings)
        return False
    if expected is None:
        return False
    record(report, f"{file.name}: checksum", 1, checksum_faults(file, file.name, expected))
    return True


def checksum_faults(file: Path, name: str, expected: str) -> list[Finding]:
    """What is wrong with a file of which a list gives the SHA-256; nothing where they agree."""
    actual = sha256([file])
    if actual == expected:
        return []
    message = f"{name} is not what was released: its SHA-256 is {actual}, not {expected}"
    return [fault("checksum", message, name)]


def check_sums(folder: Path, sums: str, report: Report) -> set[str] | None:
    """Compare every file below a folder with its checksums; the names of those that are intact.
    None: there are no checksums to compare with.
    """
    try:
        listed = read_checksums(folder / sums)
    except ValueError as error:
        record(report, sums, 1, [fault("checksum", f"{sums} says nothing: {error}", sums)])
        return None
    faults: dict[str, list[Finding]] = {}
    for name, expected in listed.items():
        file, code, message = safe_path(folder, name)
        faults[name] = (
            [not_there(sums, code, message, name)]
            if file is None
            else checksum_faults(file, name, expected)
        )
    findings = [finding for found in faults.values() for finding in found]
    record(report, f"{sums}: checksums", len(listed), findings)
    check_extra(folder, {sums, *listed}, sums, report)
    return {name for name, found in faults.items() if not found}


def not_there(by: str, code: str, message: str, name: str) -> Finding:
    """A file that is listed, and missing or not to be opened."""
    if code == "missing-file":
        return fault("missing-member", f"{by} lists {name!r}, which is not there", name, MISSING)
    return fault(code, f"{by} lists a name that is not opened: {message}", name)


def check_extra(folder: Path, known: set[str], by: str, report: Report) -> None:
    """No file may be there that `by` does not list."""
    present = sorted(
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_symlink() or not file.is_dir()
    )
    findings = [
        fault(
            "extra-member", f"{by} does not list {name!r}: nobody released it", name,
            "move it elsewhere if it is yours; do not take it for a part of the release",
        )
        for name in present
        if name not in known
    ]  # fmt: skip
    record(report, f"{by}: nothing besides", len(present), findings)
