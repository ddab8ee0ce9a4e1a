"""A Report as its page shows it: what is wrong, grouped, and as much of all as a page can bear."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Generic, TypeVar

from mtopendata.ledger.codes import CODES
from mtopendata.ledger.report import Check, Finding, Report, RuleInstance, Severity, gravity
from mtopendata.report.alike import FOLDED_FROM, SHOWN_ALIKE, not_listed, of_one_kind, runs
from mtopendata.values.excerpts import cut
from mtopendata.values.html.texts import exact

FINDINGS, RULES, LEDGER = 2_000_000, 400_000, 1_200_000
"""Bytes of the page that are given to findings, to rules of a state and to the ledger."""
AT_MOST = "5 MB"
"""What a page has at most: all of these, and what does not grow with them."""
LISTED_ALIKE = 100
"""Findings of one kind that are told in a line each; of those beyond only the lines are named."""
_LINES = 50_000
"""Bytes of the lines' numbers."""
# What stands in the page around the texts: a finding with the rows around it, a kind, a row.
_FINDING, _KIND, _ROW = 1_500, 600, 260

LONGEST = 2_000
"""Characters of the longest text that is not cut."""

Item = TypeVar("Item")


def short(text: str) -> str:
    """A text of the data's as far as the page has it."""
    return cut(text, LONGEST)


@dataclass
class Space:
    """The bytes that are left for something."""

    left: int

    def takes(self, fixed: int, *texts: str) -> bool:
        """Whether there is room for these texts as the page has them, which is then taken."""
        self.left -= fixed + sum(len(str(exact(short(text))).encode()) for text in texts)
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """As many items as there was room for, and how many more there are."""

    items: Sequence[Item]
    more: int


@dataclass(frozen=True, slots=True)
class AlikeFindings:
    """Findings of one code in one file and field, by one check.

    Those `shown` stand in full; those `told` in a line each. There are `rest` others, in the lines
    that are named, with an ellipsis where these are too many. `not_listed` more are only counted
    by the report. `hint` is what to do about all of them; None: each has its own.
    """

    first: Finding
    count: int
    hint: str | None
    shown: Sequence[Finding]
    told: Sequence[Finding]
    rest: int
    lines: str
    not_listed: int


@dataclass(slots=True)
class Group:
    """All findings of a severity and a code. `more` of them are of kinds for which no room is."""

    severity: Severity
    code: str
    count: int = 0
    kinds: list[AlikeFindings] = field(default_factory=list)
    more: int = 0

    @property
    def meaning(self) -> str:
        """What a finding of this code is, as a sentence begins."""
        words = CODES.get(self.code, self.code)
        return words[:1].upper() + words[1:]


def groups(report: Report) -> list[Group]:
    """The findings, the gravest first, and then by the code in the order in which they come."""
    found: dict[tuple[Severity, str], Group] = {}
    room, more = Space(FINDINGS), not_listed(report)
    for alike in sorted(of_one_kind(report.findings), key=lambda alike: gravity(alike[0])):
        first = alike[0]
        what = first.severity, first.code
        group = found.setdefault(what, Group(*what))
        group.count += len(alike)
        if room.takes(_KIND, _place_of_fault(first), first.hint):
            group.kinds.append(_kind(alike, more[first.check, first.resource], room))
        else:
            group.more += len(alike)
    return list(found.values())


def _kind(findings: Sequence[Finding], not_listed: int, room: Space) -> AlikeFindings:
    hints = {found.hint for found in findings}
    hint = findings[0].hint if len(hints) == 1 else None
    whole = SHOWN_ALIKE if len(findings) >= FOLDED_FROM else len(findings)

    def has_room(finding: Finding) -> bool:
        rows = finding.excerpt.rows if finding.excerpt else ()
        cells = (cell for row in rows for cell in row.cells if cell)
        own_hint = finding.hint if hint is None else ""
        return room.takes(_FINDING if rows else _ROW, finding.message, own_hint, *cells)

    shown = list(takewhile(has_room, findings[:whole]))
    told = list(takewhile(has_room, findings[len(shown) : LISTED_ALIKE]))
    rest = findings[len(shown) + len(told) :]
    lines = _lines_of_faults([found.row for found in rest if found.row is not None], room)
    return AlikeFindings(
        findings[0], len(findings), hint, shown, told, len(rest), lines, not_listed
    )


def _lines_of_faults(numbers: Iterable[int], room: Space) -> str:
    """The numbers of lines as runs, as many as there is room for."""
    longest = min(_LINES, room.left)
    text = ", ".join(runs(numbers))
    if len(text) > longest:
        text = text[: max(0, longest)].rpartition(", ")[0] + " …"
    room.takes(len(text) + text.count("–") * 2)
    return text


def _place_of_fault(finding: Finding) -> str:
    return " ".join(part for part in (finding.path, finding.resource, finding.field) if part)


def rules(instances: Iterable[RuleInstance]) -> Listed[RuleInstance]:
    """The places of rules for which there is room."""
    return _shown_places(
        list(instances),
        RULES,
        lambda item: (item.rule, item.area or "", item.source or "", item.equation),
    )


def ledger(report: Report) -> Listed[Check]:
    """The checks for which there is room, those that failed first."""
    return _shown_places(
        sorted(report.checks, key=lambda check: not check.failed),
        LEDGER,
        lambda check: (check.resource or "", check.name, check.kind),
    )


def _shown_places(
    items: Sequence[Item], room: int, texts: Callable[[Item], Iterable[str]]
) -> Listed[Item]:
    left = Space(room)
    taken = list(takewhile(lambda item: left.takes(_ROW, *texts(item)), items))
    return Listed(taken, len(items) - len(taken))


def column_letters(place: int) -> str:
    """The letters by which programs for spreadsheets name a column, by its place from 0."""
    letters = ""
    while place >= 0:
        letters = chr(65 + place % 26) + letters
        place = place // 26 - 1
    return letters
