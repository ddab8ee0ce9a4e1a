"""What was read from a sheet, for a person who checks it by eye."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from mtopendata.figures.printed import interval
from mtopendata.report.counts import plural
from mtopendata.report.printable import printable
from mtopendata.report.validation.text import render_text
from mtopendata.values.cells import plain

if TYPE_CHECKING:
    from mtopendata.commands.extract import Extraction
    from mtopendata.sheets.reading import SheetFigure
from mtopendata.report.sheets import NOT_REPORTED, _around, problems


def render_extraction(extraction: "Extraction", *, verbose: bool = False) -> str:
    """Each figure with its place and the words around it, for checking by eye; then problems, and
    what was added to the package.
    """
    reading = extraction.reading
    area, period = (
        str(value) if value else f"unknown {name}"
        for name, value in (("area", reading.area), ("year", reading.period))
    )
    title = f"{reading.document.name}: {area} {period}, source {extraction.entry.source}"
    lines = [click.style(printable(title), bold=True), *_figures(reading.figures)]
    lines += problems(extraction)
    lines += ["", *_inserted(extraction)]
    counted = plural(len([item for item in reading.figures if item.said]), "figure")
    colour = "red" if extraction.problems else "green"
    verdict = click.style(plural(len(extraction.problems), "problem"), fg=colour, bold=True)
    lines.append(f"{printable(reading.document.name)}: {counted} read, {verdict}")
    if extraction.report is not None:
        lines += ["", render_text(extraction.report, verbose=verbose).rstrip("\n")]
    return "\n".join(lines) + "\n"


def _figures(figures: Sequence["SheetFigure"]) -> Iterator[str]:
    rows = []
    for item in figures:
        place = "" if item.line is None else f"{item.line}:{item.column}"
        said = item.said
        value = "" if said is None else plain(said.value)
        bounds = "" if said is None else interval(said.lower, said.upper)
        qualifier = "" if said is None else said.qualifier
        figure = f"{item.measure}/{item.area}/{item.period}"
        rows.append((place, item.printed or NOT_REPORTED, value, qualifier, bounds, figure))
    head = ("place", "as printed", "value", "qualifier", "bounds", "figure")
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    cells = (f"{cell:<{width}}" for cell, width in zip(head, widths, strict=True))
    yield click.style("  " + "  ".join(cells).rstrip(), dim=True)
    for item, row in zip(figures, rows, strict=True):
        padded = [f"{printable(cell):<{width}}" for cell, width in zip(row, widths, strict=True)]
        padded[1] = click.style(padded[1], bold=True)
        yield "  " + "  ".join(padded).rstrip()
        if item.printed is not None:
            yield " " * (widths[0] + 4) + _around(item)


def _inserted(extraction: "Extraction") -> Iterator[str]:
    if extraction.report is None:
        return
    for insertion in extraction.inserted:
        first, last = insertion.lines[0], insertion.lines[-1]
        lines = f"line {first}" if first == last else f"lines {first} to {last}"
        added = click.style("added", fg="green", bold=True)
        rows = plural(len(insertion.lines), "row")
        yield f"{added} {rows} to {printable(insertion.path)}, {lines}"
    if not extraction.inserted:
        yield "nothing to add: the package has all of it"
