"""A package's changelog: where it is, and whether it speaks of a version."""

import re
from pathlib import Path

NAMES = ("CHANGELOG.md", "CHANGELOG", "CHANGELOG.txt", "CHANGELOG.rst", "CHANGES.md", "NEWS.md")
"""What a changelog is called, the usual name first."""
MAX_BYTES = 16 * 1024**2


def find_changelog(folder: Path) -> Path | None:
    """The changelog beside the descriptor, or in a folder above it up to that of the repository;
    None where there is none.
    """
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        for name in NAMES:
            if (place / name).is_file():
                return place / name
        if (place / ".git").exists() or not _is_in_repository(place):
            break
    return None


def _is_in_repository(folder: Path) -> bool:
    return any((place / ".git").exists() for place in folder.parents)


def has_version(changelog: Path, version: str) -> bool:
    """Whether a heading has the version: in Markdown a line with `#`, else one that is underlined
    or begins with the version.
    """
    with changelog.open("rb") as file:
        lines = file.read(MAX_BYTES).decode("utf-8", "replace").splitlines()
    named = re.compile(rf"(?<![\w.+-])v?{re.escape(version)}(?![\w+-]|\.\w)")
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        is_heading = line.lstrip().startswith("#") or re.fullmatch(r"\s*([=~-])\1{2,}\s*", below)
        if (is_heading and named.search(line)) or named.match(line):
            return True
    return False
