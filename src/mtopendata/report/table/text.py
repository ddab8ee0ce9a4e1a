"""What was read from a table, for a person who checks it by eye."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mtopendata.report.printable import printable
from mtopendata.report.sheet_words import problem_lines, slip_lines
from mtopendata.sheets.tables.table import sum_of
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.sheets.tables.table import TableReading


def render(table: "TableReading", *, verbose: bool = False) -> str:
    """The rows and the totals; where something is not certain this alone, but for `verbose`."""
    name = printable(table.document.name)
    title = f"{name}: {table.kind}, {table.period or 'unknown year'}"
    lines = [click.style(title, bold=True)]
    if table.is_certain or verbose:
        lines += _row_lines(table)
    lines += problem_lines(table.problems, table.document.name)
    lines += slip_lines(table.slips, table.document.name)
    rows = plural(len(table.rows), "row")
    colour = "red" if table.problems else "green"
    verdict = click.style(plural(len(table.problems), "problem"), fg=colour, bold=True)
    if table.is_certain and table.total is not None:
        verdict = f"which is the printed total; {verdict}"
    return "\n".join([*lines, "", f"{name}: {rows} make {sum_of(table.rows):,}, {verdict}"]) + "\n"


def _row_lines(table: "TableReading") -> Iterator[str]:
    """Names, and their numbers one below the other; then the totals."""
    totals = [*table.subtotals, *([table.total] if table.total else [])]
    rows = [*table.rows, *totals]
    names = [printable(row.name) for row in rows]
    numbers = [row.printed if row.number is None else f"{row.number:,}" for row in rows]
    width = max(map(len, names), default=0)
    for index, (name, number) in enumerate(zip(names, numbers, strict=True)):
        line = f"  {name:<{width}}  {number:>{max(map(len, numbers))}}"
        yield click.style(line, bold=True) if index >= len(table.rows) else line
