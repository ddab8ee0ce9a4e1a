"""What was caught, as a table in Markdown, and its place in a page."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from drill.corruptions import COLUMNS, GROUPS, KINDS, NO_FAULT, ROWS, Corruption
from drill.trials import Outcome

MARKERS = ("<!-- drill -->", "<!-- /drill -->")


def share(part: int, whole: int) -> str:
    """A part of a whole, in per cent: 100 or 0 only where it is all or none."""
    percent = 100 * part // whole
    return f"{max(percent, min(part, 1))} % ({part} of {whole})"


def render(outcomes: Sequence[Outcome]) -> str:
    """The Markdown table, a heading row for each group, and what is not caught."""
    cells: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        cells[outcome.corruption.group, outcome.corruption.kind].append(outcome)
    titles = ["kind of corruption", *(title for title, show in SHOWN if show(outcomes))]
    lines = [f"| {' | '.join(titles)} |", "|---" + "|--:" * (len(titles) - 1) + "|"]
    for group in GROUPS:
        lines.append(_row(f"**{group}**", [o for o in outcomes if o.corruption.group == group]))
        lines.extend(_row(kind, cells[group, kind]) for kind in KINDS if (group, kind) in cells)
    if any(outcome.frictionless is None for outcome in outcomes):
        lines += ["", "Frictionless was given only a part of each kind, as the table shows."]
    return "\n".join([*lines, "", *_escapes(outcomes)]) + "\n"


def _row(label: str, outcomes: Sequence[Outcome]) -> str:
    return f"| {' | '.join([label, *filter(None, (show(outcomes) for _, show in SHOWN))])} |"


def _shares(verdict: Callable[[Outcome], bool | None]) -> Callable[[Sequence[Outcome]], str]:
    """What shows the share of those that were asked; nothing where none was."""

    def show(outcomes: Sequence[Outcome]) -> str:
        asked = [said for outcome in outcomes if (said := verdict(outcome)) is not None]
        return share(sum(asked), len(asked)) if asked else ""

    return show


SHOWN: tuple[tuple[str, Callable[[Sequence[Outcome]], str]], ...] = (
    ("tried", lambda outcomes: str(len(outcomes))),
    ("caught by mtopendata", _shares(lambda outcome: outcome.caught)),
    ("warned of only", lambda outcomes: str(sum(o.warned for o in outcomes) or "–")),
    ("caught against the last release", _shares(lambda outcome: outcome.compared)),
    ("caught against the source", _shares(lambda outcome: outcome.traced)),
    ("caught by frictionless alone", _shares(lambda outcome: outcome.frictionless)),
)


def _escapes(outcomes: Sequence[Outcome]) -> list[str]:
    """What is neither caught nor warned of, by group and column; kinds with equal lists as one."""
    lines = [
        "What is neither caught nor warned of: kind (how many of how many tried), and where. "
        "Nothing in the package tells of these; the last release or the source does.",
        "",
    ]
    for group in GROUPS:
        mine = [o for o in outcomes if o.corruption.group == group]
        kinds_by_list: defaultdict[str, list[str]] = defaultdict(list)
        for kind in KINDS:
            tried = [o for o in mine if o.corruption.kind == kind]
            missed = [o.corruption for o in tried if not o.caught and not o.warned]
            if missed:
                label = f"{kind} ({len(missed)} of {len(tried)})"
                kinds_by_list[_places(missed)].append(label)
        lines.append(f"- {group}:" + ("" if kinds_by_list else " nothing."))
        lines.extend(f"  - {', '.join(kinds)}: {places}" for places, kinds in kinds_by_list.items())
    return lines


def _places(missed: Sequence[Corruption]) -> str:
    """The columns, or tables, of corruptions of one kind, with their number."""
    places: Counter[str] = Counter()
    reasons: dict[str, None] = {}  # a set in order
    for corruption in missed:
        in_column = corruption.group not in (ROWS, COLUMNS)
        place = f"{corruption.resource}.{corruption.field}" if in_column else corruption.resource
        places[f"`{place}`"] += 1
        reason = NO_FAULT.get((corruption.field, corruption.kind))
        if reason:
            reasons[f" (no fault: {reason})"] = None
    return ", ".join(f"{place} {count}" for place, count in places.most_common()) + "".join(reasons)


def kinds_in(text: str) -> set[tuple[str, str]]:
    """The groups and kinds of the table in a text."""
    found = set()
    group = ""
    for label in re.findall(r"^\| (.+?) \| [0-9]+ \|", text, re.MULTILINE):
        if label.startswith("**"):
            group = label.strip("*")
        else:
            found.add((group, label))
    return found


def between_markers(text: str) -> str | None:
    """What stands between the drill markers of a text; None where they are not there."""
    start, end = map(re.escape, MARKERS)
    match = re.search(f"{start}\n(.*?){end}", text, re.DOTALL)
    return match and match[1]


def with_table(text: str, table: str) -> str:
    """A text with the table between its drill markers."""
    start, end = MARKERS
    before, _, rest = text.partition(start)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"no place for the table: put {start} and {end} on lines of their own")
    return f"{before}{start}\n{table}{end}{after}"
