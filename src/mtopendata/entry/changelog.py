"""The heading of a version in a changelog, and what is new under it."""

import re
from collections.abc import Sequence
from datetime import date

from mtopendata.changes.changelog import VERSION, headings

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NEW = "# Changelog\n"


def with_version(text: str, version: str, day: date, lines: Sequence[str]) -> str:
    """A changelog with a heading of this version and day, and `lines` as what is new in its data.

    What stood under `Unreleased` stands under the version. A heading that is there gets the day.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    all_lines = (text or _NEW).splitlines()
    at = _own_heading(text, version)
    if at is None:
        at, new = _new_heading(all_lines, version, day)
        all_lines[at:at] = new
        at += next(index for index, line in enumerate(new) if line)
    elif _DAY.search(all_lines[at]):
        all_lines[at] = _DAY.sub(day.isoformat(), all_lines[at], count=1)
    _add(all_lines, at, lines)
    return end.join(all_lines) + end


def _own_heading(text: str, version: str) -> int | None:
    for index, heading in headings(text):
        if (named := re.search(VERSION, heading)) and named[1] == version:
            return index
    return None


def _new_heading(lines: Sequence[str], version: str, day: date) -> tuple[int, list[str]]:
    """Where the heading belongs, and its lines: it looks like that of the version before."""
    found = list(headings("\n".join(lines)))
    earlier = [(index, line) for index, line in found if re.search(VERSION, line)]
    like = re.sub(r"^ +", "", earlier[0][1]) if earlier else "## [0.0.0] - 0000-00-00"
    heading = re.sub(VERSION, version, _DAY.sub(day.isoformat(), like), count=1)
    heading = f"## {heading}" if not heading.startswith("#") else heading
    for index, line in found:
        if re.search(r"\bunreleased\b", line, re.IGNORECASE):
            return index + 1, ["", heading]
    if earlier:
        return earlier[0][0], [heading, ""]
    return len(lines), ["", heading]


def _add(lines: list[str], at: int, new: Sequence[str]) -> None:
    """Put lines under `### Data` of the version whose heading is at this index."""
    if not new:
        return
    level = len(lines[at]) - len(lines[at].lstrip("#"))
    below = [index for index, _ in headings("\n".join(lines)) if index > at]
    behind = next((i for i in below if _level(lines[i]) <= level), len(lines))
    data = next((i for i in below if i < behind and lines[i].strip("# ").lower() == "data"), None)
    if data is None:
        lines[at + 1 : at + 1] = ["", f"{'#' * (level + 1)} Data", "", *new]
    else:
        lines[data + 1 : data + 2] = ["", *new]


def _level(line: str) -> int:
    return len(line) - len(line.lstrip("#")) or 2
