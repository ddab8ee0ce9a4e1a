"""What was read from a sheet: figures, and what is not certain of them, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from mtopendata.report.printable import printable
from mtopendata.values.json_values import json_number

if TYPE_CHECKING:
    from mtopendata.commands.extract import Extraction
    from mtopendata.sheets.reading import Problem, SheetFigure

NOT_REPORTED = "not reported"


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
