"""A comparison as text for a person."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import click

from mtopendata.report.changed import (
    WHOLE,
    amount,
    counts,
    glimpse,
    heading,
    is_of_rules,
    more,
    needed,
    number,
    row_name,
    shown,
    sides,
    verdict,
    why,
)
from mtopendata.report.counts import plural
from mtopendata.report.printable import printable
from mtopendata.report.report_text import findings
from mtopendata.values.excerpts import LONGEST

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
    from mtopendata.changes.figures import FigureChange
    from mtopendata.changes.rows import RowChange, TableChanges

_NOTE = 400
"""Characters of a revision's note."""
_COLOURS = {"added": "green", "withdrawn": "red", "changed": "yellow"}
_STEPS = {"major": "red", "minor": "yellow", "patch": "green", "none": "green"}
_INDENT = " " * 13


def render_diff(comparison: "Comparison", *, verbose: bool = False) -> str:
    """What changed, what is not explained, and the version that it needs; `verbose` shows whole
    cells.
    """
    blocks = [[click.style(heading(comparison), bold=True)]]
    blocks += [
        [f"{click.style(printable(name), bold=True)}: {click.style('not compared', fg='red')}"]
        for name in comparison.uncompared
    ]
    blocks += [list(_table(table, comparison, verbose)) for table in comparison.tables if table]
    blocks.append(list(_descriptor(comparison)))
    blocks.append(list(_rules(comparison)))
    blocks.append([f"{printable(name)}: another file" for name in comparison.files])
    lines = [line for block in blocks if block for line in [*block, ""]]
    lines += findings(comparison.report)
    lines.append(_verdict(comparison))
    return "\n".join(lines) + "\n"


def _table(table: "TableChanges", comparison: "Comparison", verbose: bool) -> Iterator[str]:
    yield f"{click.style(printable(table.resource), bold=True)}: {counts(table)}"
    longest = WHOLE if verbose else LONGEST
    pairs = comparison.rows_of(table)
    for kind, group in groupby(pairs, key=lambda pair: pair[0].kind):
        label = click.style(f"{kind:<10}", fg=_COLOURS[kind])
        rows = list(group)
        listed = [pair for pair in rows if not is_of_rules(pair[0], table, comparison)]
        for row, figure in listed:
            yield f"  {label} {_named(row, figure, longest)}"
            if kind == "changed" or not row.key:
                yield from _cells(row, figure, longest)
            if said := why(figure, WHOLE if verbose else _NOTE):
                yield f"{_INDENT}{said}"
        if left := len(rows) - len(listed):
            yield f"  {label} {plural(left, 'row')} of the rules below"
        for line in more(getattr(table, kind) - len(rows), where="list more with --limit"):
            yield f"  {label} {line}"


def _named(row: "RowChange", figure: "FigureChange | None", longest: int) -> str:
    """A row by its name; and where it was added or withdrawn, what it says."""
    name = row_name(row, figure)
    if row.kind == "changed" or not row.key:
        return name
    if figure is None:
        return f"{name}: {said}" if (said := glimpse(row, longest)) else name
    state = figure.after or figure.before
    return name if state is None else f"{name}: {number(state)}"


def _cells(row: "RowChange", figure: "FigureChange | None", longest: int) -> Iterator[str]:
    for cell in row.cells:
        if row.kind == "changed":
            said = " → ".join(sides(cell, longest))
        else:
            said = shown(cell.after if row.kind == "added" else cell.before, longest)
        if cell.field == "value" and figure and (moved := amount(figure)):
            said += f", {moved}"
        yield f"{_INDENT}{printable(cell.field)} {said}"


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
