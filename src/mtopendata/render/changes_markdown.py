"""A comparison as Markdown, made for a comment on a pull request."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mtopendata.markdown import bullets, code, inline, table
from mtopendata.render.changes import (
    amount,
    counts,
    heading,
    needed,
    row_name,
    shown,
    verdict,
)
from mtopendata.render.location import place

if TYPE_CHECKING:
    from mtopendata.comparison import Comparison
    from mtopendata.figure_changes import FigureChange, FigureState
    from mtopendata.table_changes import TableChanges

MAX_CHARACTERS = 60_000
"""GitHub takes comments of 65,536 characters; some are left for what is put around it."""


def render_diff_markdown(comparison: "Comparison", *, verbose: bool = False) -> str:  # noqa: ARG001
    """The changes with their labels, what is missing, and rows to paste. Lists are shortened, and
    say so, until the whole fits into a comment.
    """
    rows = 100
    while len(text := _document(comparison, rows)) > MAX_CHARACTERS and rows:
        rows //= 2
    return text


def _document(comparison: "Comparison", rows: int) -> str:
    sign = "✅" if comparison.report.valid else "❌"
    parts = [
        f"### {sign} {inline(heading(comparison))}: {verdict(comparison)}",
        inline(f"{needed(comparison)[:1].upper()}{needed(comparison)[1:]}."),
        *_missing(comparison, rows),
        *_figures(comparison, rows),
        *(text for item in comparison.tables if item for text in _table(item, comparison, rows)),
        *_section("Descriptor", _descriptor(comparison), rows),
        *_section("Rules", _rules(comparison), rows),
        *_section("Files", [code(name) for name in comparison.files], rows),
    ]
    return "\n\n".join(parts) + "\n"


def _missing(comparison: "Comparison", rows: int) -> Iterator[str]:
    """What is not explained, and the rows that would explain it."""
    report = comparison.report
    if report.findings:
        yield "#### What is missing" if report.errors else "#### To be looked at"
        cells = [
            [inline(place(item)), inline(item.message), inline(item.hint)]
            for item in report.findings[:rows]
        ]
        yield table(["where", "what", "what to do"], cells)
        left = report.errors + report.warnings - len(cells)
        if left:
            yield f"… and {left:,} more."
    if comparison.rows_to_add:
        yield "Rows for the table of revisions, which still want a reason and a note:"
        yield _fenced("\n".join(comparison.rows_to_add[:rows]))


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}csv\n{text}\n{fence}"


def _figures(comparison: "Comparison", rows: int) -> Iterator[str]:
    """The figures whose number changed, side by side."""
    figures = [item for item in comparison.figures if item.kind != "added"]
    if not figures:
        return
    yield "#### Figures that changed"
    yield table(
        ["figure", "before", "after", "difference", "why"],
        [
            [
                inline(row_name(item.row, item)), _state(item.before), _state(item.after),
                inline(amount(item) or ""), _why(item),
            ]
            for item in figures[:rows]
        ],
    )  # fmt: skip
    if left := len(figures) - rows:
        yield from [f"… and {left:,} more."] * (left > 0)


def _state(state: "FigureState | None") -> str:
    if state is None:
        return "*none*"
    if state.value is None:
        return "*not reported*"
    text = shown(state.value)
    if state.printed and state.printed.replace(",", "") != text:
        return inline(f"{text} ({state.printed})")
    return inline(state.printed or text)


def _why(figure: "FigureChange") -> str:
    if not figure.reason:
        return ""
    return inline(f"{figure.reason}: {figure.note or ''}")


def _table(item: "TableChanges", comparison: "Comparison", rows: int) -> Iterator[str]:
    yield f"#### {code(item.resource)}: {counts(item)}"
    known = {(figure.row.kind, figure.row.key): figure for figure in comparison.figures}
    lines = []
    for row in item.rows[:rows]:
        figure = known.get((row.kind, row.key)) if item.resource == "figures" else None
        if figure is not None and row.kind != "added":
            # Its numbers stand above; what else changed stands here.
            cells = [cell for cell in row.cells if cell.field not in _ABOVE]
            if row.kind != "changed" or not cells:
                continue
        else:
            cells = list(row.cells) if row.kind == "changed" or not row.key else []
        name = inline(row_name(row, figure))
        if figure and figure.after and row.kind == "added":
            name += f": {inline(figure.after.printed or 'not reported')}"
        said = [
            f"{code(cell.field)} {inline(shown(cell.before))} → {inline(shown(cell.after))}"
            for cell in cells
        ]
        lines.append(f"{row.kind}: {name}" + "".join(f"; {text}" for text in said))
    if lines:
        yield _folded(lines, item.changed + item.withdrawn + item.added - len(item.rows[:rows]))


_ABOVE = ("value", "qualifier", "lower", "upper", "printed")
_OPEN = 10
"""Lines of a list that are shown without being unfolded."""


def _folded(lines: Sequence[str], left: int) -> str:
    text = bullets([*lines, *([f"… and {left:,} more"] if left > 0 else [])])
    if len(lines) <= _OPEN:
        return text
    return f"<details><summary>{len(lines):,} rows</summary>\n\n{text}\n\n</details>"


def _section(title: str, lines: Sequence[str], rows: int) -> Iterator[str]:
    if lines:
        yield f"#### {title}"
        left = len(lines) - rows
        yield bullets([*lines[:rows], *([f"… and {left:,} more"] if left > 0 else [])])


def _descriptor(comparison: "Comparison") -> list[str]:
    found = []
    for change in comparison.descriptor:
        where = [code(name) for name in (change.resource, change.field) if name]
        place_ = " ".join(where) or "package"
        found.append(f"{change.step.name.lower()}: {place_}: {inline(change.message)}")
    return found


def _rules(comparison: "Comparison") -> list[str]:
    return [
        f"{rule.kind}: {code(rule.rule)}: "
        + " → ".join(inline(text) for text in (rule.before, rule.after) if text)
        for rule in comparison.rules
    ]
