"""What was read from a sheet, traced back to it, or transcribed twice; as text, CSV and JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mtopendata.figures.printed import interval
from mtopendata.package.csv_text import csv_row
from mtopendata.report.json import to_json
from mtopendata.report.text import plural, printable, render_text
from mtopendata.values.cells import plain
from mtopendata.values.json_values import json_number

if TYPE_CHECKING:
    from mtopendata.commands.extract import Extraction, Tracing
    from mtopendata.sheets.reading import Problem, SheetFigure
    from mtopendata.sheets.tracing import Trace
    from mtopendata.sheets.transcription import Comparison

NOT_REPORTED = "not reported"


# Extraction


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


def _around(item: "SheetFigure") -> str:
    number = click.style(printable(item.printed or ""), bold=True)
    return f"… {printable(item.before)} [{number}] {printable(item.after)} …"


def problems(extraction: "Extraction") -> list[str]:
    """The lines of what is not certain."""
    return list(_problems(extraction.problems, extraction.reading.document.name))


def _problems(found: Sequence["Problem"], name: str) -> Iterator[str]:
    if found:
        yield ""
    for item in found:
        place = name if item.line is None else f"{name}:{item.line}"
        place += "" if item.column is None else f":{item.column}"
        code = click.style(item.code, fg="red", bold=True)
        yield f"{printable(place)}: {code}: {printable(item.message)}"
        yield f"    {printable(item.hint)}"


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


def render_extraction_csv(extraction: "Extraction", *, verbose: bool = False) -> str:  # noqa: ARG001
    """The rows for the table of figures, with its header."""
    columns, resource = extraction.columns, extraction.figures
    rows = [{name: name for name in columns}, *extraction.entry.figures]
    return "".join(csv_row((row.get(name) for name in columns), resource) + "\n" for row in rows)


def render_extraction_json(extraction: "Extraction", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/sheets.md describes it."""
    found: dict[str, Any] = {
        "figures": [_figure(item) for item in extraction.reading.figures],
        "problems": _problem_dicts(extraction.problems),
    }
    if extraction.report is not None:
        found["added"] = {item.path: len(item.lines) for item in extraction.inserted}
        found["report"] = extraction.report.to_dict()
    return to_json(found)


def _problem_dicts(found: Sequence["Problem"]) -> list[dict[str, Any]]:
    return [
        {"code": item.code, "message": f"{item.message}; {item.hint}", "line": item.line}
        for item in found
    ]


def _figure(item: "SheetFigure") -> dict[str, Any]:
    said = item.said
    numbers = (None,) * 3 if said is None else (said.value, said.lower, said.upper)
    value, lower, upper = (None if n is None else json_number(n) for n in numbers)
    return {
        "measure": item.measure, "area": item.area, "period": item.period, "value": value,
        "qualifier": said and said.qualifier, "lower": lower, "upper": upper,
        "printed": item.printed, "line": item.line, "column": item.column,
    }  # fmt: skip


# Tracing

_COLOURS = {"agrees": "green", "left out": "green", "differs": "red", "not found": "red"}


def render_tracing(tracing: "Tracing", *, verbose: bool = False) -> str:  # noqa: ARG001
    """Each figure with where the document prints it, and whether it is the same."""
    document = tracing.reading.document
    lines = []
    for item in tracing.traces:
        state = click.style(f"{item.state:<9}", fg=_COLOURS[item.state], bold=not item.holds)
        said = item.figure["printed"]
        lines.append(f"{state}  {printable(item.name)}: {printable(said or NOT_REPORTED)}")
        lines += [f"           {line}" for line in _place(item, document.name)]
    if not tracing.is_recorded:
        wrong = click.style("another document", fg="red", bold=True)
        lines.append(
            f"{wrong}: the SHA-256 of {printable(document.name)} is not that of the source"
        )
    wrong_figures = [item for item in tracing.traces if not item.holds]
    if wrong_figures:
        lines += _problems(tracing.reading.problems, document.name)
    printed = sum(item.state == "agrees" for item in tracing.traces)
    left_out = sum(item.state == "left out" for item in tracing.traces)
    agree = f"{printed} of {plural(len(tracing.traces), 'figure')}"
    colour = "green" if tracing.holds else "red"
    lines += [
        "", f"{printable(document.name)}: {click.style(agree, fg=colour, bold=True)} of "
        f"{printable(tracing.source)} as printed" + (f", {left_out} left out" if left_out else ""),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _place(item: "Trace", name: str) -> Iterator[str]:
    if item.printed is None:
        return
    found = item.printed
    yield f"{printable(name)}:{found.line}:{found.column}  {_around(found)}"


def render_tracing_json(tracing: "Tracing", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/sheets.md describes it."""
    return to_json(
        {
            "holds": tracing.holds,
            "document": tracing.reading.document.name,
            "source": tracing.source,
            "sha256": tracing.reading.document.sha256,
            "is_recorded": tracing.is_recorded,
            "figures": [
                {
                    "name": item.name, "state": item.state, "printed": item.figure["printed"],
                    "found": None if item.printed is None else _figure(item.printed),
                }
                for item in tracing.traces
            ],
            "problems": _problem_dicts(tracing.reading.problems),
        }
    )  # fmt: skip


# Transcriptions


def render_transcriptions(comparison: "Comparison", *, verbose: bool = False) -> str:  # noqa: ARG001
    """Each difference, with both files and lines."""
    lines = []
    for item in comparison.differences:
        subject = ", ".join(filter(None, (item.figure, item.column))) or "?"
        lines.append(click.style(printable(subject), bold=True))
        sides = zip(
            (comparison.first, comparison.second), item.lines, (item.first, item.second),
            strict=True,
        )  # fmt: skip
        for name, line, text in sides:
            place = name if line is None else f"{name}:{line}"
            shown = "(not there)" if text is None else repr(text) if item.figure else "(there)"
            lines.append(f"    {printable(place)}: {printable(shown)}")
    count = plural(len(comparison.differences), "difference")
    verdict = click.style(count, fg="red" if comparison.differences else "green", bold=True)
    columns = plural(len(comparison.columns), "column")
    lines.append(f"{plural(comparison.figures, 'figure')} in both, {columns}: {verdict}")
    return "\n".join(lines) + "\n"


def render_transcriptions_json(comparison: "Comparison", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/sheets.md describes it."""
    differences: list[Mapping[str, Any]] = [
        {
            "figure": item.figure, "column": item.column, "first": item.first,
            "second": item.second, "lines": list(item.lines),
        }
        for item in comparison.differences
    ]  # fmt: skip
    return to_json(
        {
            "first": comparison.first, "second": comparison.second, "figures": comparison.figures,
            "columns": list(comparison.columns), "differences": differences,
        }
    )  # fmt: skip
