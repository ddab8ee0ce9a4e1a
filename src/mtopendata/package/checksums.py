"""SHA256SUMS, as `sha256sum -c` reads it."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

CHECKSUMS = "SHA256SUMS"
"""Beside the files of a release."""
MEMBERS = "manifest-sha256.txt"
"""In an archive, for its members; another name, so that unpacking it does not replace the former.
"""


def sha256(files: Iterable[Path]) -> str:
    """The digest of these files' bytes, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def digest(content: bytes | Path) -> str:
    """The SHA-256 of these bytes, or of a file's."""
    return sha256([content]) if isinstance(content, Path) else hashlib.sha256(content).hexdigest()


def write_checksums(digests: Mapping[str, str]) -> str:
    """A line for each file, sorted by name. A name with a line end or a backslash is escaped, with
    a backslash before the line, as GNU coreutils do.
    """
    lines = []
    for name, digest in sorted(digests.items()):
        escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        lines.append(f"{chr(92) if escaped != name else ''}{digest}  {escaped}\n")
    return "".join(lines)


def read_checksums(file: Path) -> dict[str, str]:
    """Digest by file name. ValueError: it is not there, a line is none of a checksum file, or names
    a file again.
    """
    try:
        # Read as bytes: a line ends where sha256sum says so, and nowhere else.
        text = file.read_bytes().decode()
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror})") from error
    digests: dict[str, str] = {}
    if text.startswith("\ufeff"):
        raise ValueError("it begins with a byte order mark")
    lines = text.split("\n")
    if lines.pop() != "":
        raise ValueError("its last line has no end")
    for number, line in enumerate(lines, 1):
        line = line.removesuffix("\r")
        bare = line.removeprefix("\\")
        digest, gap, name = bare[:64], bare[64:66], bare[66:]
        if gap not in ("  ", " *") or not name or set(digest) - set("0123456789abcdef"):
            raise ValueError(f"line {number} is no digest and name")
        if bare != line:
            name = name.replace("\\\\", "\0").replace("\\n", "\n").replace("\\r", "\r")
            name = name.replace("\0", "\\")
        if name in digests:
            raise ValueError(f"line {number} names {name!r} again")
        digests[name] = digest
    return digests
