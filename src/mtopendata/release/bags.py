"""An unpacked bag (RFC 8493) against its manifests."""

import hashlib
from pathlib import Path

from mtopendata.ledger.report import Finding, Report
from mtopendata.package.files import safe_path
from mtopendata.release.formats.bag import DECLARATION, INFO, PAYLOAD, unescaped
from mtopendata.release.release_files import check_extra, fault, not_there, record

_MANIFESTS = ("sha512", "sha256")
"""Algorithms that still prove something."""


def check_bag(folder: Path, report: Report) -> None:
    """The manifests of a bag (RFC 8493), its size, and that it holds nothing besides."""
    findings: list[Finding] = []
    tested = 0
    manifests = [a for a in _MANIFESTS if (folder / f"manifest-{a}.txt").is_file()]
    if not manifests:
        findings.append(fault("bag", "the bag has no manifest of SHA-256 or SHA-512"))
    if (folder / "fetch.txt").exists():
        findings.append(fault("remote", "the bag has files to be fetched, which is never done"))
    if not (folder / DECLARATION).read_bytes().startswith(b"BagIt-Version: "):
        findings.append(fault("bag", f"{DECLARATION} declares no version", DECLARATION))
    payload = {
        file.relative_to(folder).as_posix()
        for file in (folder / PAYLOAD).rglob("*")
        if not file.is_dir()
    }
    known = {f"tagmanifest-{algorithm}.txt" for algorithm in manifests}
    for kind in ("manifest", "tagmanifest"):
        for algorithm in manifests:
            listed, faults = _read_manifest(folder / f"{kind}-{algorithm}.txt")
            findings += faults
            for name, expected in listed.items():
                tested += 1
                findings += _bag_faults(folder, name, expected, algorithm)
            if kind == "manifest":
                findings += [
                    fault("extra-member", f"the bag's manifest does not list {name!r}", name)
                    for name in sorted(payload - set(listed))
                ]
            else:
                known |= set(listed)
    findings += _oxum_faults(folder)
    record(report, "bag: manifests", tested, findings)
    check_extra(folder, payload | known, "the bag's tag manifest", report)


def _read_manifest(file: Path) -> tuple[dict[str, str], list[Finding]]:
    """Digest by path, and what is wrong with the manifest."""
    listed: dict[str, str] = {}
    try:
        for line in file.read_bytes().decode().splitlines():
            digest, name = line.split(maxsplit=1)
            if listed.setdefault(unescaped(name), digest.lower()) != digest.lower():
                raise ValueError(f"{name!r} stands in it twice")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return {}, [fault("bag", f"{file.name} is no manifest ({reason})", file.name)]
    return listed, []


def _bag_faults(folder: Path, name: str, expected: str, algorithm: str) -> list[Finding]:
    file, code, message = safe_path(folder, name)
    if file is None:
        return [not_there("the bag's manifest", code, message, name)]
    with file.open("rb") as stream:
        actual = hashlib.file_digest(stream, algorithm).hexdigest()
    if actual == expected:
        return []
    return [fault("bag", f"{name} has the {algorithm} {actual}, not {expected}", name)]


def _oxum_faults(folder: Path) -> list[Finding]:
    """Payload-Oxum, the size in bytes and the number of files, where the bag has one."""
    try:
        lines = (folder / INFO).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []
    pairs = [line.partition(":") for line in lines]
    declared = [text.strip() for tag, _, text in pairs if tag.strip().lower() == "payload-oxum"]
    files = [file for file in (folder / PAYLOAD).rglob("*") if file.is_file()]
    actual = f"{sum(file.stat().st_size for file in files)}.{len(files)}"
    return [
        fault("bag", f"the bag's Payload-Oxum is {oxum}, and its payload has {actual}", INFO)
        for oxum in declared
        if oxum != actual
    ]
