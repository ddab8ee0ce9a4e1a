"""Figures with the rows that they refer to: measure, programme, area, source."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.revisions import figure_key
from mtopendata.figures.tables import NUMBERS
from mtopendata.reading.tables import Table
from mtopendata.values.cells import cell_text, plain

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """A figure and its rows, each empty where the package has none. `name` is enough to tell it
    from the other figures, and `full_name` has its whole key.
    """

    index: int
    name: str
    full_name: str
    figure: Row
    measure: Row
    programme: Row
    area: Row
    source: Row

    @property
    def title(self) -> str:
        """What is counted: the measure's title, else its code."""
        return str(self.measure.get("title") or self.figure.get("measure") or "")

    @property
    def area_title(self) -> str:
        """The area's title, else its code; empty where the figure has no area."""
        return str(self.area.get("title") or self.figure.get("area") or "")

    @property
    def period(self) -> str:
        """The period as text; empty where the figure has none."""
        period = self.figure.get("period")
        return "" if period is None else cell_text(period)


def as_printed(figure: Row, before: str = "") -> str | None:
    """The number as its source prints it; where the table does not have that, as it stands, with
    its qualifier. None: it is not reported. `before` begins the names of its columns.
    """
    if printed := figure.get(f"{before}printed"):
        return str(printed)
    sign = "%" if figure.get(f"{before}unit") == PERCENT else ""
    value, lower, upper = (
        None if number is None else f"{Decimal(plain(Decimal(str(number)))):,f}{sign}"
        for number in (figure.get(f"{before}{name}") for name in NUMBERS)
    )
    qualifier = str(figure.get(f"{before}qualifier") or "exact").replace("_", " ")
    if value is None:
        if qualifier == "suppressed":
            return "withheld because it is small"
        return f"between {lower} and {upper}" if lower and upper else None
    if qualifier == "exact":
        return value
    return f"{value} (rounded)" if qualifier == "rounded" else f"{qualifier} {value}"


def described_figures(figures: Table, tables: Mapping[str, Table]) -> list[Described]:
    """All figures of a package, in their order; `figures` have a key."""
    key = figure_key(figures)
    measures, programmes, areas, sources = (
        _of_code(tables, f"{name}s", name) for name in ("measure", "programme", "area", "source")
    )
    parts = [
        ["" if row[name] is None else cell_text(row[name]) for name in key]
        for row in figures.frame.select(key).iter_rows(named=True)
    ]
    length = _telling(parts)
    found = []
    for index, row in enumerate(figures.frame.iter_rows(named=True)):
        measure = measures.get(row["measure"], {})
        found.append(
            Described(
                index,
                "/".join(parts[index][:length]),
                "/".join(parts[index]),
                row,
                measure,
                programmes.get(measure.get("programme"), {}),
                areas.get(row.get("area"), {}),
                sources.get(row.get("source"), {}),
            )
        )
    return found


def _telling(parts: list[list[str]]) -> int:
    """How many parts of the key, from the first on, tell all figures apart."""
    whole = len(parts[0]) if parts else 0
    lengths = range(min(3, whole), whole)
    return next((n for n in lengths if len({tuple(p[:n]) for p in parts}) == len(parts)), whole)


def _of_code(tables: Mapping[str, Table], resource: str, key: str) -> dict[Any, Row]:
    """The first row with each code; none where the table is not there or its key is no text."""
    table = tables.get(resource)
    if table is None or not table.is_typed([key], pl.String):
        return {}
    found: dict[Any, Row] = {}
    for row in table.frame.iter_rows(named=True):
        found.setdefault(row[key], row)
    return found
