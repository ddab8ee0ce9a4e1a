"""What was read from a sheet, for a person who checks it by eye."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from mtopendata.figures.printed_numbers import interval
from mtopendata.ledger.report import Report
from mtopendata.report.change_words import change_words
from mtopendata.report.printable import printable
from mtopendata.report.report_text import finding_lines, instance_line, report_text
from mtopendata.report.sheet_words import NOT_REPORTED, printed_words, problem_lines, slip_lines
from mtopendata.values.cells import plain
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.commands.extract import Extraction
    from mtopendata.entry.earlier import Earlier
    from mtopendata.sheets.reading import SheetFigure

HEAD = ("place", "as printed", "value", "qualifier", "bounds", "before", "change", "figure")
OF_BEFORE = ("before", "change")


def render(extraction: "Extraction", *, verbose: bool = False) -> str:
    """Each figure with its place and the words around it; then problems, and what was added to the
    package, with the ledger of its validation if `verbose`.
    """
    reading = extraction.reading
    name = reading.document.name
    what = reading.kind or reading.area or "unknown area"
    title = f"{name}: {what} {reading.period or 'unknown year'}, source {extraction.entry.source}"
    lines = [click.style(printable(title), bold=True), *_read_lines(extraction)]
    lines += problem_lines(extraction.problems, name)
    lines += slip_lines(reading.slips, name)
    if extraction.report is None and extraction.rules:
        lines += ["", *map(instance_line, extraction.rules)]
    if extraction.report is None and extraction.findings:
        told = Report("", findings=list(extraction.findings))
        lines += ["", *finding_lines(told, verbose=verbose)]
    lines += ["", *_added_lines(extraction)]
    if reading.remark:
        lines.append(printable(f"{name}: {reading.remark}"))
    counted = plural(len([item for item in reading.figures if item.said]), "figure")
    colour = "red" if extraction.problems else "green"
    verdict = click.style(plural(len(extraction.problems), "problem"), fg=colour, bold=True)
    lines.append(f"{printable(name)}: {counted} read, {verdict}")
    if extraction.report is not None:
        lines += ["", report_text(extraction.report, verbose=verbose).rstrip("\n")]
    return "\n".join(lines) + "\n"


def _read_lines(extraction: "Extraction") -> Iterator[str]:
    """A table, and below each of its rows what the sheet prints there."""
    figures = extraction.reading.figures
    earlier = [*extraction.earlier, *([None] * (len(figures) - len(extraction.earlier)))]
    cells_of = [_read_cells(item, before) for item, before in zip(figures, earlier, strict=True)]
    # The first year of an area has nothing before it.
    shown = [index for index, name in enumerate(HEAD) if any(earlier) or name not in OF_BEFORE]
    head, *rows = [[cells[index] for index in shown] for cells in (HEAD, *cells_of)]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    cells = (f"{cell:<{width}}" for cell, width in zip(head, widths, strict=True))
    yield click.style("  " + "  ".join(cells).rstrip(), dim=True)
    for item, row in zip(figures, rows, strict=True):
        padded = [f"{printable(cell):<{width}}" for cell, width in zip(row, widths, strict=True)]
        padded[1] = click.style(padded[1], bold=True)
        yield "  " + "  ".join(padded).rstrip()
        if item.printed is not None:
            yield " " * (widths[0] + 4) + printed_words(item)


def _read_cells(item: "SheetFigure", earlier: "Earlier | None") -> Sequence[str]:
    place = _figure_place(item)
    figure = f"{item.measure}/{item.area}/{item.period}"
    if (said := item.said) is None:
        return place, item.printed or NOT_REPORTED, "", "", "", "", "", figure
    bounds = interval(said.lower, said.upper)
    printed = item.printed or NOT_REPORTED
    value = "" if said.value is None else plain(said.value)
    number = place, printed, value, said.qualifier, bounds
    if earlier is None:
        return *number, "", "", figure
    before = f"{earlier.printed} ({earlier.period})"
    is_certain = earlier.difference.difference is not None
    change = change_words(earlier.difference) or ("none" if is_certain else "not certain")
    return *number, before, change, figure


def _figure_place(item: "SheetFigure") -> str:
    if item.page is not None:
        return f"p. {item.page}, {item.position}"
    return "" if item.line is None else item.place_in("").removeprefix(":")


def _added_lines(extraction: "Extraction") -> Iterator[str]:
    """What was added to which files; nothing where nothing was to be added, or could be."""
    if extraction.is_entered and extraction.hinders:
        yield f"nothing was entered: {plural(len(extraction.hinders), 'error')} would follow"
    if extraction.report is None:
        return
    for insertion in extraction.inserted:
        first, last = insertion.lines[0], insertion.lines[-1]
        lines = f"line {first}" if first == last else f"lines {first} to {last}"
        added = click.style("added", fg="green", bold=True)
        rows = plural(len(insertion.lines), "row")
        yield f"{added} {rows} to {printable(insertion.path)}, {lines}"
    for name in extraction.raised:
        yield f"{click.style('raised', fg='green', bold=True)} {printable(name)}"
    if not extraction.inserted and not extraction.raised:
        yield "nothing to add: the package has all of it"
