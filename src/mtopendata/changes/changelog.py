"""A package's changelog: where it is, and whether it speaks of a version."""

import re
from pathlib import Path

from mtopendata.changes.repositories import is_in_repository

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
        if (place / ".git").exists() or not is_in_repository(place):
            break
    return None


def has_version(changelog: Path, version: str) -> bool:
    """Whether a heading is about the version: it is the first that the heading names.

    In Markdown a heading is a line with `#`, outside of code and comments; elsewhere, and there
    too, one that is underlined.
    """
    with changelog.open("rb") as file:
        lines = file.read(MAX_BYTES).decode("utf-8", "replace").splitlines()
    end: str | None = None  # of the code or comment that a line stands in
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if end is not None:
            end = None if end in line else end
            continue
        if opened := re.match(r" {0,3}(?:(`{3,}|~{3,})[^`]*$|<!--)", line):
            end = opened[1] or ("-->" if "-->" not in line else None)
            continue
        is_heading = re.match(r" {0,3}#{1,6}\s", line) or re.fullmatch(r"([=~-])\1{2,}\s*", below)
        named = re.search(_VERSION, line) if is_heading else None
        if named and named[1] == version:
            return True
    return False


_VERSION = r"(?<![\w.+-])v?(\d+\.\d+\.\d+(?:[-+][\w.+-]*\w)?)(?![\w.]\w)"
