"""A comparison as text for a person."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import click

from mtopendata.report.change_words import (
    WHOLE,
    cell_excerpt,
    cell_sides,
    change_verdict,
    difference_words,
    faults_in_words,
    figure_number,
    glimpse,
    is_of_rules,
    left_out,
    revision_words,
    row_counts,
    row_name,
    step_needed,
    versions_heading,
)
from mtopendata.report.printable import printable
from mtopendata.report.report_text import finding_lines
from mtopendata.values.excerpts import LONGEST
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
    from mtopendata.changes.figures import FigureChange
    from mtopendata.changes.rows import RowChange, TableChanges

NOTE = 400
"""Characters of a revision's note."""
KIND_COLOURS = {"added": "green", "withdrawn": "red", "changed": "yellow"}
STEP_COLOURS = {"major": "red", "minor": "yellow", "patch": "green", "none": "green"}
INDENT = " " * 13


def render(comparison: "Comparison", *, verbose: bool = False) -> str:
    """What changed, what is not explained, and the version that it needs; `verbose` shows whole
    cells.
    """
    blocks = [[click.style(versions_heading(comparison), bold=True)]]
    blocks.append([click.style(line, fg="yellow") for line in faults_in_words(comparison)])
    blocks += [
        [f"{click.style(printable(name), bold=True)}: {click.style('not compared', fg='red')}"]
        for name in comparison.uncompared
    ]
    blocks += [
        list(_table_lines(table, comparison, verbose)) for table in comparison.tables if table
    ]
    blocks.append(list(_descriptor_lines(comparison)))
    blocks.append(list(_rule_change_lines(comparison)))
    blocks.append([f"{printable(name)}: another file" for name in comparison.files])
    lines = [line for block in blocks if block for line in [*block, ""]]
    lines += finding_lines(comparison.report)
    lines.append(_verdict_on_changes(comparison))
    return "\n".join(lines) + "\n"


def _table_lines(table: "TableChanges", comparison: "Comparison", verbose: bool) -> Iterator[str]:
    yield f"{click.style(printable(table.resource), bold=True)}: {row_counts(table)}"
    pairs = comparison.rows_of(table)
    for kind, group in groupby(pairs, key=lambda pair: pair[0].kind):
        label = click.style(f"{kind:<10}", fg=KIND_COLOURS[kind])
        rows = list(group)
        listed = [pair for pair in rows if not is_of_rules(pair[0], table, comparison)]
        for row, figure in listed:
            yield from _changed_row_lines(row, figure, label, verbose)
        if left := len(rows) - len(listed):
            yield f"  {label} {plural(left, 'row')} of the rules below"
        for line in left_out(getattr(table, kind) - len(rows), where="list more with --limit"):
            yield f"  {label} {line}"


def _changed_row_lines(
    row: "RowChange", figure: "FigureChange | None", label: str, verbose: bool
) -> Iterator[str]:
    longest = WHOLE if verbose else LONGEST
    yield f"  {label} {_row_words(row, figure, longest)}"
    if row.kind == "changed" or not row.key:
        yield from _cell_lines(row, figure, longest)
    if words := revision_words(figure, WHOLE if verbose else NOTE):
        yield f"{INDENT}{words}"


def _row_words(row: "RowChange", figure: "FigureChange | None", longest: int) -> str:
    """A row by its name; and where it was added or withdrawn, what it says."""
    name = row_name(row, figure)
    if row.kind == "changed" or not row.key:
        return name
    if figure is None:
        return f"{name}: {words}" if (words := glimpse(row, longest)) else name
    state = figure.after or figure.before
    return name if state is None else f"{name}: {figure_number(state)}"


def _cell_lines(row: "RowChange", figure: "FigureChange | None", longest: int) -> Iterator[str]:
    for cell in row.cells:
        if row.kind == "changed":
            words = " → ".join(cell_sides(cell, longest))
        else:
            words = cell_excerpt(cell.after if row.kind == "added" else cell.before, longest)
        if cell.field == "value" and figure and (moved := difference_words(figure)):
            words += f", {moved}"
        yield f"{INDENT}{printable(cell.field)} {words}"


def _descriptor_lines(comparison: "Comparison") -> Iterator[str]:
    if comparison.descriptor:
        yield click.style("descriptor", bold=True)
    for change in comparison.descriptor:
        step = change.step.name.lower()
        place = change.resource or "package"
        place += f" [{change.field}]" if change.field else ""
        label = click.style(f"{step:<10}", fg=STEP_COLOURS[step])
        yield f"  {label} {printable(f'{place}: {change.message}')}"


def _rule_change_lines(comparison: "Comparison") -> Iterator[str]:
    if comparison.rules:
        yield click.style("rules", bold=True)
    for rule in comparison.rules:
        label = click.style(f"{rule.kind:<10}", fg=KIND_COLOURS[rule.kind])
        words = " → ".join(text for text in (rule.before, rule.after) if text)
        yield f"  {label} {printable(f'{rule.rule}: {words}')}"


def _verdict_on_changes(comparison: "Comparison") -> str:
    report = comparison.report
    colour = "green" if report.valid else "red"
    verdict = click.style(change_verdict(comparison), fg=colour, bold=True)
    found = f"{plural(report.errors, 'error')}, {plural(report.warnings, 'warning')}"
    return f"{printable(comparison.new.label)}: {verdict} ({step_needed(comparison)}; {found})"
