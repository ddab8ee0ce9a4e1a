"""An unpacked bag (RFC 8493) against its manifests."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.package.files import safe_path
from mtopendata.release.downloads import fault, release_outcome
from mtopendata.release.verification.listed import check_extra, not_there

PAYLOAD = "data"
DECLARATION = "bagit.txt"
VERSION = "BagIt-Version: "
INFO = "bag-info.txt"

_ALGORITHMS = ("sha512", "sha256")
"""Those that still prove something."""


def escaped_path(name: str) -> str:
    """A path as a manifest writes it (RFC 8493, 2.1.3)."""
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def unescaped(name: str) -> str:
    """The path that a manifest means."""
    return name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def check_bag(folder: Path) -> Iterator[Outcome]:
    """The manifests of a bag, its size, and that it holds nothing besides."""
    algorithms = [a for a in _ALGORITHMS if (folder / f"manifest-{a}.txt").is_file()]
    faults = list(_declaration_faults(folder, bool(algorithms)))
    payload = {
        file.relative_to(folder).as_posix()
        for file in (folder / PAYLOAD).rglob("*")
        if not file.is_dir()
    }
    tested, tags = 0, {f"tagmanifest-{algorithm}.txt" for algorithm in algorithms}
    for kind in ("manifest", "tagmanifest"):
        for algorithm in algorithms:
            listed, unreadable = _read_manifest(folder / f"{kind}-{algorithm}.txt")
            faults += unreadable
            tested += len(listed)
            for name, expected in listed.items():
                faults += _digest_faults(folder, name, expected, algorithm)
            if kind == "manifest":
                faults += [
                    fault("extra-member", f"the bag's manifest does not list {name!r}", name)
                    for name in sorted(payload - set(listed))
                ]
            else:
                tags |= set(listed)
    faults += _oxum_faults(folder)
    yield release_outcome("bag: manifests", tested, faults)
    yield check_extra(folder, payload | tags, "the bag's tag manifest")


def _declaration_faults(folder: Path, has_manifest: bool) -> Iterator[Finding]:
    if not has_manifest:
        yield fault("bag", "the bag has no manifest of SHA-256 or SHA-512")
    if (folder / "fetch.txt").exists():
        yield fault("remote", "the bag has files to be fetched, which is never done")
    if not (folder / DECLARATION).read_bytes().startswith(VERSION.encode()):
        yield fault("bag", f"{DECLARATION} declares no version", DECLARATION)


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


def _digest_faults(folder: Path, name: str, expected: str, algorithm: str) -> list[Finding]:
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
