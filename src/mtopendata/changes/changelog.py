"""A package's changelog: where it is, and whether it speaks of a version."""

import re
from collections.abc import Iterator
from datetime import date
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
    """Whether a heading is about the version."""
    return version in days_of_versions(changelog)


def days_of_versions(changelog: Path) -> dict[str, date | None]:
    """The versions that headings are about, each with the day that its heading gives."""
    with changelog.open("rb") as file:
        text = file.read(MAX_BYTES).decode("utf-8", "replace")
    days: dict[str, date | None] = {}
    for _, heading in headings(text):
        if named := re.search(VERSION, heading):
            day = re.search(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)", heading[named.end() :])
            days.setdefault(named[1], date_in(day[0]) if day else None)
    return days


def headings(text: str) -> Iterator[tuple[int, str]]:
    """The headings of a changelog, each with the index of its line. A heading is about the first
    version that it names.

    In Markdown it is a line with `#`, outside of code and comments; elsewhere, and there too, one
    that is underlined.
    """
    lines = text.splitlines()
    end: str | None = None  # of the code or comment that a line stands in
    for index, (line, below) in enumerate(zip(lines, [*lines[1:], ""], strict=False)):
        if end is not None:
            end = None if end in line else end
            continue
        if opened := re.match(r" {0,3}(?:(`{3,}|~{3,})[^`]*$|<!--)", line):
            end = opened[1] or ("-->" if "-->" not in line else None)
            continue
        if re.match(r" {0,3}#{1,6}\s", line) or re.fullmatch(r"([=~-])\1{2,}\s*", below):
            yield index, line


def date_in(text: str) -> date | None:
    """The day that a text is; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


VERSION = r"(?<![\w.+-])v?(\d+\.\d+\.\d+(?:[-+][\w.+-]*\w)?)(?![\w.]\w)"
