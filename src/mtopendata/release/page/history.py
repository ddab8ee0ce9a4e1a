"""What each version of a package published of a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.figures.described import as_printed
from mtopendata.figures.revisions import PREVIOUS, SINCE
from mtopendata.values.versions import read_version


@dataclass(frozen=True, slots=True)
class Edition:
    """What was published from a version on: the text as printed, empty where the figure was not
    reported, and, where it replaced another one, why.
    """

    version: str
    printed: str
    reason: str = ""
    note: str = ""


def editions(figure: Mapping[str, Any], revisions: Sequence[Mapping[str, Any]]) -> list[Edition]:
    """The editions of a figure, the first one first; none where nothing tells of versions."""
    known = [(read_version(row.get("version")), row) for row in revisions]
    dated = sorted(
        ((version, row) for version, row in known if version is not None), key=lambda pair: pair[0]
    )
    rows = [row for _, row in dated]
    states = [*(as_printed(row, PREVIOUS) for row in rows), as_printed(figure)]
    found = []
    since = rows[0].get(f"{PREVIOUS}{SINCE}") if rows else figure.get(SINCE)
    if since := since or figure.get(SINCE):
        found.append(Edition(str(since), states[0] or ""))
    for row, printed in zip(rows, states[1:], strict=True):
        reason, note = (str(row.get(name) or "") for name in ("reason", "note"))
        found.append(Edition(str(row["version"]), printed or "", reason, note))
    return found
