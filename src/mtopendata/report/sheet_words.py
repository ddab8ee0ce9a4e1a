"""What was read from a sheet: figures, and what is not certain of them, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from mtopendata.report.printable import printable
from mtopendata.values.json_values import json_number

if TYPE_CHECKING:
    from mtopendata.sheets.reading import Problem, SheetFigure

NOT_REPORTED = "not reported"
SUPPRESSED = "withheld because it is small"


def printed_words(item: "SheetFigure") -> str:
    """The number as the sheet prints it, between the words around it."""
    number = click.style(printable(item.printed or ""), bold=True)
    return f"… {printable(item.before)} [{number}] {printable(item.after)} …"


def problem_lines(
    problems: Sequence["Problem"], document: str, colour: str = "red"
) -> Iterator[str]:
    """What is not certain, with the places in the document, behind a blank line."""
    if problems:
        yield ""
    for item in problems:
        place = _place_words(item, document)
        code = click.style(item.code, fg=colour, bold=True)
        yield f"{printable(place)}: {code}: {printable(item.message)}"
        yield f"    {printable(item.hint)}"


def slip_lines(slips: Sequence["Problem"], document: str) -> Iterator[str]:
    """Faults of the document that leave no figure in doubt, behind a blank line."""
    yield from problem_lines(slips, document, "yellow")


def _place_words(item: "Problem", document: str) -> str:
    if item.line is None:
        return document
    if item.page is not None:
        return f"{document}, page {item.page}, line {item.line}"
    return f"{document}:{item.line}" + ("" if item.column is None else f":{item.column}")


def problem_data(problems: Sequence["Problem"]) -> list[dict[str, Any]]:
    """What is not certain as JSON-ready data."""
    return [
        {
            "code": item.code,
            "message": f"{item.message}; {item.hint}",
            "page": item.page,
            "line": item.line,
        }
        for item in problems
    ]


def sheet_figure_data(item: "SheetFigure") -> dict[str, Any]:
    """A figure of a sheet as JSON-ready data."""
    said = item.said
    numbers = (None,) * 3 if said is None else (said.value, said.lower, said.upper)
    value, lower, upper = (None if n is None else json_number(n) for n in numbers)
    return {
        "measure": item.measure,
        "area": item.area,
        "period": item.period,
        "value": value,
        "qualifier": said and said.qualifier,
        "lower": lower,
        "upper": upper,
        "printed": item.printed,
        "page": item.page,
        "line": item.line,
        "column": item.column,
        "position": item.position,
    }
