"""A comparison as Markdown, made for a comment on a pull request."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mtopendata.ledger.report import gravity
from mtopendata.report.change_markdown import (
    Room,
    changed_figures,
    changed_rows,
    excerpt_code,
    excerpt_markdown,
)
from mtopendata.report.change_words import (
    change_verdict,
    faults_in_words,
    left_out,
    step_needed,
    versions_heading,
)
from mtopendata.report.locations import place
from mtopendata.report.printable import printable
from mtopendata.values.markdown import bullets, table

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
    from mtopendata.ledger.report import Finding

MAX_CHARACTERS = 60_000
"""GitHub takes comments of 65,536 characters; some are left for what is put around it."""
ROOMS = (
    Room(80, 1000, 100, 100, 30_000),
    Room(40, 500, 100, 100, 30_000),
    Room(20, 250, 100, 100, 30_000),
    Room(20, 250, 50, 100, 20_000),
    Room(20, 250, 25, 100, 20_000),
    Room(20, 250, 12, 100, 10_000),
    Room(20, 250, 5, 100, 10_000),
    Room(20, 250, 2, 100, 5_000),
    Room(20, 250, 0, 50, 5_000),
    Room(20, 250, 0, 25, 2_000),
    Room(20, 250, 0, 10, 0),
)
"""The first that fits is taken: cells are shortened before rows go, and the findings go last. The
last one fits whatever the data are.
"""
_HEADINGS = 12
"""Tables that have a heading of their own where there is no room for their rows."""


def render(comparison: "Comparison") -> str:
    """What is missing, with rows to paste, and the changes in the words of their labels. It is
    shortened, and says so, until it fits into a comment.
    """
    text = ""
    for room in ROOMS:
        text = "\n\n".join(_comment_parts(comparison, room)) + "\n"
        if len(text) <= MAX_CHARACTERS:
            break
    return text


def _comment_parts(comparison: "Comparison", room: Room) -> Iterator[str]:
    sign = "✅" if comparison.report.valid else "❌"
    title = f"{versions_heading(comparison)}: {change_verdict(comparison)}"
    yield f"### {sign} {excerpt_markdown(title, 1000)}"
    need = step_needed(comparison)
    yield excerpt_markdown(f"{need[0].upper()}{need[1:]}.", 1000)
    for line in faults_in_words(comparison):
        yield excerpt_markdown(f"{line}.", 1000)
    yield from _missing_explanations(comparison, room)
    yield from _rows_to_paste(comparison, room)
    yield from changed_figures(comparison, room)
    changed = [item for item in comparison.tables if item]
    tables = changed[: max(room.rows, _HEADINGS)]
    for item in tables:
        yield from changed_rows(item, comparison, room)
    yield from left_out(len(changed) - len(tables), "changed table")
    yield from _section("Descriptor", _changed_properties(comparison, room), room)
    yield from _section("Rules", _changed_rules(comparison, room), room)
    yield from _section("Files", [excerpt_code(name, room.cell) for name in comparison.files], room)


def _missing_explanations(comparison: "Comparison", room: Room) -> Iterator[str]:
    """What is not explained, errors first."""
    report = comparison.report
    count = report.errors + report.warnings
    if not count:
        return
    yield "#### What is missing" if report.errors else "#### To be looked at"
    found = [item for item in sorted(report.findings, key=gravity) if item.severity != "note"]
    rows = [
        [
            excerpt_code(place(item), 100),
            excerpt_markdown(item.message, room.sentence),
            excerpt_markdown(_what_to_do(item, comparison), room.sentence),
        ]
        for item in found[: room.findings]
    ]
    if rows:
        yield table(["where", "what", "what to do"], rows)
    yield from left_out(count - len(rows))


def _what_to_do(finding: "Finding", comparison: "Comparison") -> str:
    if finding.code == "unexplained" and comparison.rows_to_add:
        return "undo the change; or add its row below, with a reason and a note"
    return finding.hint


def _rows_to_paste(comparison: "Comparison", room: Room) -> Iterator[str]:
    """The rows that would explain the changes: whole ones, as a shortened row would be another."""
    if not comparison.rows_to_add:
        return
    rows = [_shown_line(row) for row in comparison.rows_to_add]
    kept = []
    left = room.pasted
    for row in rows:
        if len(row) <= left:
            kept.append(row)
            left -= len(row) + 1
    yield "Rows for the table of revisions, which still want a reason and a note:"
    if kept:
        yield _fenced("\n".join(kept))
    if any(row != original for row, original in zip(rows, comparison.rows_to_add, strict=True)):
        yield (
            r"Characters that cannot be shown are written as escapes such as `\x1b` here; "
            "`--format json` has the rows as they are."
        )
    yield from left_out(
        len(rows) - len(kept) + comparison.rows_to_add_unlisted,
        where="`mtopendata diff --format json` lists 10,000 of them",
    )


def _shown_line(row: str) -> str:
    """A line of CSV, whose quoted cells may hold line breaks."""
    return "".join(char if char in "\n\t" else printable(char) for char in row)


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}csv\n{text}\n{fence}"


def _section(title: str, lines: Sequence[str], room: Room) -> Iterator[str]:
    if lines:
        yield f"#### {title}"
        yield bullets([*lines[: room.rows], *left_out(len(lines) - room.rows)])


def _changed_properties(comparison: "Comparison", room: Room) -> list[str]:
    lines = []
    for change in comparison.descriptor:
        names = [excerpt_code(name, room.cell) for name in (change.resource, change.field) if name]
        words = excerpt_markdown(change.message, room.sentence)
        lines.append(f"{change.step.name.lower()}: {' '.join(names) or 'package'}: {words}")
    return lines


def _changed_rules(comparison: "Comparison", room: Room) -> list[str]:
    lines = []
    for rule in comparison.rules:
        sides = [
            excerpt_markdown(text, room.sentence) for text in (rule.before, rule.after) if text
        ]
        lines.append(f"{rule.kind}: {excerpt_code(rule.rule, room.cell)}: {' → '.join(sides)}")
    return lines
