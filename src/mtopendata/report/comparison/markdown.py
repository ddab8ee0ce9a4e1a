"""A comparison as Markdown, made for a comment on a pull request."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mtopendata.report.changed import (
    STATE,
    amount,
    counts,
    excerpt,
    glimpse,
    heading,
    is_of_rules,
    more,
    needed,
    number,
    numbers,
    row_name,
    shown,
    sides,
    verdict,
    why,
)
from mtopendata.report.locations import place
from mtopendata.report.printable import printable
from mtopendata.values.markdown import bullets, code, table, unlinked

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
    from mtopendata.changes.figures import FigureChange
    from mtopendata.changes.rows import CellChange, RowChange, TableChanges
    from mtopendata.ledger.report import Finding

MAX_CHARACTERS = 60_000
"""GitHub takes comments of 65,536 characters; some are left for what is put around it."""


class Room(NamedTuple):
    """What a comparison may take: characters of a cell and of a sentence, rows and findings of a
    list, and characters of the rows to paste.
    """

    cell: int
    sentence: int
    rows: int
    findings: int
    pasted: int


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
_CELLS = 20
"""Changed cells of a row that are shown."""
_OPEN = 10
"""Lines of a list that are shown without being unfolded."""


def render_diff_markdown(comparison: "Comparison", *, verbose: bool = False) -> str:  # noqa: ARG001
    """What is missing, with rows to paste, and the changes in the words of their labels. It is
    shortened, and says so, until it fits into a comment.
    """
    text = ""
    for room in ROOMS:
        text = "\n\n".join(_parts(comparison, room)) + "\n"
        if len(text) <= MAX_CHARACTERS:
            break
    return text


def _parts(comparison: "Comparison", room: Room) -> Iterator[str]:
    sign = "✅" if comparison.report.valid else "❌"
    yield f"### {sign} {_text(f'{heading(comparison)}: {verdict(comparison)}', 1000)}"
    need = needed(comparison)
    yield _text(f"{need[0].upper()}{need[1:]}.", 1000)
    yield from _missing(comparison, room)
    yield from _to_paste(comparison, room)
    yield from _figures(comparison, room)
    changed = [item for item in comparison.tables if item]
    tables = changed[: max(room.rows, _HEADINGS)]
    for item in tables:
        yield from _table(item, comparison, room)
    yield from more(len(changed) - len(tables), "tables that changed")
    yield from _section("Descriptor", _descriptor(comparison, room), room)
    yield from _section("Rules", _rules(comparison, room), room)
    yield from _section("Files", [_code(name, room.cell) for name in comparison.files], room)


def _missing(comparison: "Comparison", room: Room) -> Iterator[str]:
    """What is not explained, errors first."""
    report = comparison.report
    count = report.errors + report.warnings
    if not count:
        return
    yield "#### What is missing" if report.errors else "#### To be looked at"
    found = sorted(report.findings, key=lambda finding: finding.severity != "error")
    rows = [
        [
            _code(place(item), 100), _text(item.message, room.sentence),
            _text(_hint(item, comparison), room.sentence),
        ]
        for item in found[: room.findings]
    ]  # fmt: skip
    if rows:
        yield table(["where", "what", "what to do"], rows)
    yield from more(count - len(rows))


def _hint(finding: "Finding", comparison: "Comparison") -> str:
    if finding.code == "unexplained" and comparison.rows_to_add:
        return "undo the change; or add its row below, with a reason and a note"
    return finding.hint


def _to_paste(comparison: "Comparison", room: Room) -> Iterator[str]:
    """The rows that would explain the changes: whole ones, as a shortened row would be another."""
    if not comparison.rows_to_add:
        return
    rows = [_pasted(row) for row in comparison.rows_to_add]
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
    yield from more(
        len(rows) - len(kept) + comparison.rows_to_add_unlisted,
        where="`mtopendata diff --format json` lists 10,000 of them",
    )


def _pasted(row: str) -> str:
    """A line of CSV, whose quoted cells may hold line breaks."""
    return "".join(char if char in "\n\t" else printable(char) for char in row)


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}csv\n{text}\n{fence}"


def _figures(comparison: "Comparison", room: Room) -> Iterator[str]:
    """The figures whose number changed or that are gone, side by side."""
    item = next((item for item in comparison.tables if item.resource == "figures"), None)
    if item is None or not comparison.figures:
        return
    figures = [figure for figure in comparison.figures if _is_number(figure)]
    listed = sum(row.kind != "added" for row in item.rows)
    left = item.changed + item.withdrawn - listed + max(0, len(figures) - room.rows)
    if not figures and not left:
        return
    yield "#### Figures that changed"
    rows = [
        [
            _text(row_name(figure.row, figure, room.cell), 10 * room.cell),
            *_sides(figure, room),
            _text(amount(figure) or "", room.sentence),
            _text(why(figure) or "", room.sentence),
        ]
        for figure in figures[: room.rows]
    ]
    if rows:
        yield table(["figure", "before", "after", "difference", "why"], rows)
    yield from more(left)


def _is_number(figure: "FigureChange") -> bool:
    """Whether more changed than what is said about the figure."""
    if figure.kind == "changed":
        return any(cell.field in STATE for cell in figure.row.cells)
    return figure.kind == "withdrawn"


def _sides(figure: "FigureChange", room: Room) -> Iterator[str]:
    for text in numbers(figure, room.cell):
        if text is None:
            yield "*none*"
        else:
            yield _text(text, 10 * room.cell)


def _table(item: "TableChanges", comparison: "Comparison", room: Room) -> Iterator[str]:
    yield f"#### {_code(item.resource, room.cell)}: {counts(item)}"
    lines = []
    of_rules = 0
    unlisted = item.changed + item.withdrawn + item.added - len(item.rows)
    for row, figure in comparison.rows_of(item):
        if is_of_rules(row, item, comparison):
            of_rules += 1
        elif figure is None:
            lines.append(_line(row, figure, list(_said(row, room)), room))
        else:
            lines += _figure_line(row, figure, room)
    if item.resource == "figures" and comparison.figures:
        # Those that changed or are gone are counted above.
        unlisted = item.added - sum(row.kind == "added" for row in item.rows)
    kept = lines[: room.rows]
    said = [*kept, *more(unlisted + len(lines) - len(kept))]
    if of_rules:
        said.append(f"{of_rules:,} of the rules below")
    if said:
        yield _folded(said)


def _figure_line(row: "RowChange", figure: "FigureChange", room: Room) -> Iterator[str]:
    """What does not stand among the figures that changed."""
    if figure.kind == "added" and figure.after:
        yield _line(row, figure, [], room) + f": {_text(number(figure.after, room.cell), 200)}"
        return
    cells = [cell for cell in row.cells if cell.field not in STATE]
    if figure.kind == "changed" and cells:
        said = list(_cells(cells, room))
        if not _is_number(figure) and (reason := why(figure)):
            said.append(_text(reason, room.sentence))
        yield _line(row, figure, said, room)


def _line(
    row: "RowChange", figure: "FigureChange | None", said: Sequence[str], room: Room
) -> str:  # fmt: skip
    name = _text(row_name(row, figure, room.cell), 10 * room.cell)
    return "; ".join([f"{row.kind}: {name}", *said])


def _said(row: "RowChange", room: Room) -> Iterator[str]:
    if row.kind != "changed":
        yield _text(glimpse(row, room.cell), 10 * room.cell)
        return
    yield from _cells(row.cells, room)


def _cells(cells: "Sequence[CellChange]", room: Room) -> Iterator[str]:
    for cell in cells[:_CELLS]:
        before, after = (_text(text, room.cell) for text in sides(cell, room.cell))
        yield f"{_code(cell.field, room.cell)} {before} → {after}"
    yield from more(len(cells) - _CELLS, "cells")


def _folded(lines: Sequence[str]) -> str:
    text = bullets(lines)
    if len(lines) <= _OPEN:
        return text
    return f"<details><summary>{len(lines):,} rows</summary>\n\n{text}\n\n</details>"


def _section(title: str, lines: Sequence[str], room: Room) -> Iterator[str]:
    if lines:
        yield f"#### {title}"
        yield bullets([*lines[: room.rows], *more(len(lines) - room.rows)])


def _descriptor(comparison: "Comparison", room: Room) -> list[str]:
    found = []
    for change in comparison.descriptor:
        where = [_code(name, room.cell) for name in (change.resource, change.field) if name]
        said = _text(change.message, room.sentence)
        found.append(f"{change.step.name.lower()}: {' '.join(where) or 'package'}: {said}")
    return found


def _rules(comparison: "Comparison", room: Room) -> list[str]:
    return [
        f"{rule.kind}: {_code(rule.rule, room.cell)}: "
        + " → ".join(_text(text, room.sentence) for text in (rule.before, rule.after) if text)
        for rule in comparison.rules
    ]


def _text(value: str, longest: int) -> str:
    """Words of the data, of which nothing is read as Markdown, as a link or as a mention."""
    return unlinked(excerpt(value, longest))


def _code(value: str, longest: int) -> str:
    return code(shown(value, longest))
