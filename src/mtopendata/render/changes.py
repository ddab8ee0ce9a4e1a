"""A comparison as text for a person, and the words that its other forms share."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from mtopendata.render.text import findings, plural, printable
from mtopendata.rounding import PERCENT, cell_text, plain
from mtopendata.versions import Step

if TYPE_CHECKING:
    from mtopendata.comparison import Comparison
    from mtopendata.figure_changes import FigureChange
    from mtopendata.table_changes import RowChange, TableChanges

LONGEST = 80
"""Characters of a cell that are shown."""
_COLOURS = {"added": "green", "withdrawn": "red", "changed": "yellow"}
_STEPS = {"major": "red", "minor": "yellow", "patch": "green", "none": "green"}


def render_diff(comparison: "Comparison", *, verbose: bool = False) -> str:
    """What changed, what is not explained, and the version that it needs; `verbose` shows whole
    cells.
    """
    blocks = [[f"{click.style(heading(comparison), bold=True)}"]]
    blocks += [list(_table(table, comparison, verbose)) for table in comparison.tables if table]
    blocks.append(list(_descriptor(comparison)))
    blocks.append(list(_rules(comparison)))
    blocks.append([f"{name}: another file" for name in comparison.files])
    lines = [line for block in blocks if block for line in [*block, ""]]
    lines += findings(comparison.report)
    lines.append(_verdict(comparison))
    return "\n".join(lines) + "\n"


def heading(comparison: "Comparison") -> str:
    """The two versions: `v1.0.0 → . (1.0.1)`."""
    sides = comparison.old, comparison.new
    shown = [
        side.label if side.name in (side.label, side.label.removeprefix("v"))
        else f"{side.label} ({side.name})"
        for side in sides
    ]  # fmt: skip
    return printable(" → ".join(shown))


def counts(table: "TableChanges") -> str:
    """How many rows changed, and out of how many."""
    parts = [
        f"{getattr(table, kind):,} {kind}"
        for kind in ("changed", "withdrawn", "added")
        if getattr(table, kind)
    ]
    rows = f"{table.before:,} → {table.after:,} rows"
    return f"{', '.join(parts)} ({rows}; {table.step.name.lower()} step)"


def row_name(row: "RowChange", figure: "FigureChange | None") -> str:
    """A row by its key; of a figure by what its codes stand for."""
    if figure is not None:
        return ", ".join(
            figure.labels.get(name, shown(value)) for name, value in figure.key.items()
        )
    return ", ".join(map(shown, row.key)) or "a row"


def amount(figure: "FigureChange") -> str | None:
    """How far a value moved, absolutely and in per cent, and whether rounding explains it."""
    if not figure.difference:
        return None
    state = figure.after
    unit = " points" if state and state.unit == PERCENT else ""
    text = f"{_signed(plain(figure.difference))}{unit}"
    if figure.percent is not None:
        share = abs(figure.percent)
        size = "less than 0.1" if share < Decimal("0.05") else f"{figure.percent:+,.1f}"
        text += f" ({size} %)"
    match figure.beyond_rounding:
        case True:
            text += ", more than rounding explains"
        case False:
            text += ", within what the printed texts leave open"
    return text


def _signed(digits: str) -> str:
    return digits if digits.startswith("-") else f"+{digits}"


def shown(value: Any, longest: int | None = LONGEST) -> str:
    """A cell as text, cut where it is long."""
    text = "(missing)" if value is None else cell_text(value)
    return text if longest is None or len(text) <= longest else text[:longest] + "…"


def needed(comparison: "Comparison") -> str:
    """What the version has to be, and whether it is."""
    if not comparison.changed:
        return "nothing changed"
    step = comparison.step.name.lower()
    has = comparison.new.name
    if comparison.step is Step.NONE:
        return "the changes ask for no step of the version"
    if comparison.next_version is None:
        return f"the changes need a {step} step, from a version that is not declared"
    need = f"the changes need a {step} step, to {comparison.next_version} or later"
    return f"{need}; the version {has} {'takes' if comparison.takes_step else 'does not take'} it"


def verdict(comparison: "Comparison") -> str:
    """The comparison in two words at most."""
    if not comparison.report.valid:
        return "not explained"
    return "explained" if comparison.changed else "unchanged"


def _table(table: "TableChanges", comparison: "Comparison", verbose: bool) -> Iterator[str]:
    yield f"{click.style(printable(table.resource), bold=True)}: {counts(table)}"
    figures = {(item.row.kind, item.row.key): item for item in comparison.figures}
    longest = None if verbose else LONGEST
    for kind, rows in groupby(table.rows, key=lambda row: row.kind):
        label = click.style(f"{kind:<10}", fg=_COLOURS[kind])
        count = 0
        for row in rows:
            count += 1
            figure = figures.get((row.kind, row.key)) if table.resource == "figures" else None
            name = row_name(row, figure)
            if kind == "added" and figure and figure.after:
                name += f": {figure.after.printed or 'not reported'}"
            yield f"  {label} {printable(name)}"
            if kind == "changed" or not row.key:
                yield from _cells(row, figure, longest)
            if figure and figure.reason:
                why = f"{figure.reason}: {figure.note or ''}"
                yield f"             {printable(why)}"
        if left := getattr(table, kind) - count:
            yield f"  {label} … and {left:,} more; list more with --limit"


def _cells(row: "RowChange", figure: "FigureChange | None", longest: int | None) -> Iterator[str]:
    for cell in row.cells:
        line = f"{cell.field} {shown(cell.before, longest)} → {shown(cell.after, longest)}"
        if row.kind != "changed":
            value = cell.after if row.kind == "added" else cell.before
            line = f"{cell.field} {shown(value, longest)}"
        if cell.field == "value" and figure and (moved := amount(figure)):
            line += f", {moved}"
        yield f"             {printable(line)}"


def _descriptor(comparison: "Comparison") -> Iterator[str]:
    if comparison.descriptor:
        yield click.style("descriptor", bold=True)
    for change in comparison.descriptor:
        step = change.step.name.lower()
        place = change.resource or "package"
        place += f" [{change.field}]" if change.field else ""
        label = click.style(f"{step:<10}", fg=_STEPS[step])
        yield f"  {label} {printable(f'{place}: {change.message}')}"


def _rules(comparison: "Comparison") -> Iterator[str]:
    if comparison.rules:
        yield click.style("rules", bold=True)
    for rule in comparison.rules:
        label = click.style(f"{rule.kind:<10}", fg=_COLOURS[rule.kind])
        said = " → ".join(text for text in (rule.before, rule.after) if text)
        yield f"  {label} {printable(f'{rule.rule}: {said}')}"


def _verdict(comparison: "Comparison") -> str:
    word = verdict(comparison)
    word = click.style(word, fg="green" if comparison.report.valid else "red", bold=True)
    report = comparison.report
    numbers = f"{plural(report.errors, 'error')}, {plural(report.warnings, 'warning')}"
    return f"{printable(comparison.new.label)}: {word} ({needed(comparison)}; {numbers})"
