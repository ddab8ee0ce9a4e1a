"""The figures of a package that are asked for, by their words, area, year and source."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mtopendata.commands.validate import validated
from mtopendata.figures.described import Described, described_figures
from mtopendata.figures.names import figures_of, find_figures
from mtopendata.figures.source_order import comes_first, of_one_thing, ranked_sources
from mtopendata.ledger.report import Report
from mtopendata.reading.options import Options
from mtopendata.values.errors import MtopendataError
from mtopendata.values.json_values import json_number

COLUMNS = (
    "value", "qualifier", "lower", "upper", "unit", "printed", "section", "position", "since",
    "note",
)  # fmt: skip
"""What a list has of each row of the figures, behind what it is of."""


@dataclass(frozen=True, slots=True)
class FoundFigures:
    """The figures that were asked for, in order, and the validation behind them."""

    report: Report
    figures: tuple[Described, ...]


def list_figures(
    words: str | None = None,
    package: str | Path | None = None,
    options: Options | None = None,
    *,
    areas: Sequence[str] = (),
    years: Sequence[int] = (),
    sources: Sequence[str] = (),
    one_source: bool = False,
) -> FoundFigures:
    """The figures that have all the words, in one of the areas (codes, or titles), years and
    sources (codes); all of them where nothing is asked. `one_source`: of several sources of one
    figure only the one that comes first. They come measure by measure, then by area and year.

    MtopendataError: there is no package, or no such word, area or source.
    """
    done = validated(package, options or Options())
    table = figures_of(done.tables, str(done.package.folder))
    every = described_figures(table, done.tables)
    same = of_one_thing(every, table, ranked_sources(done.tables))
    found = every if words is None else list(find_figures(every, words).figures)
    found = _among(found, every, areas, "area", _areas_of)
    found = _among(found, every, sources, "source", _sources_of)
    if years:
        found = [item for item in found if item.figure.get("period") in years]
    if one_source:
        found = [item for item in found if comes_first(item, same)]
    places = _Places(every)
    found.sort(key=lambda item: (*places.of(item), not comes_first(item, same), item.index))
    return FoundFigures(done.report, tuple(found))


def _areas_of(item: Described) -> Iterable[str]:
    """What an area is called: by its code, the end of it, and its title."""
    code = str(item.figure.get("area") or "")
    return (name.casefold() for name in (code, code.rpartition("-")[2], item.area_title) if name)


def _sources_of(item: Described) -> Iterable[str]:
    return (str(item.figure.get("source") or "").casefold(),)


def _among(
    found: Sequence[Described],
    every: Sequence[Described],
    wanted: Sequence[str],
    what: str,
    names_of: Callable[[Described], Iterable[str]],
) -> list[Described]:
    """Those that have one of the wanted names; all where none is wanted."""
    if not wanted:
        return list(found)
    known = {name for item in every for name in names_of(item)}
    for name in wanted:
        if name.casefold() not in known:
            near = get_close_matches(name.casefold(), sorted(known), 3, cutoff=0.5)
            hint = f"nearest: {', '.join(near)}" if near else f"see the column {what} of figures"
            raise MtopendataError(repr(name), f"is no {what} of a figure", hint)
    names = {name.casefold() for name in wanted}
    return [item for item in found if names.intersection(names_of(item))]


class _Places:
    """Where measures and areas stand: as they first come in the figures."""

    def __init__(self, every: Sequence[Described]) -> None:
        self.measures: dict[str, int] = {}
        self.areas: dict[str, int] = {}
        for item in every:
            self.measures.setdefault(str(item.figure["measure"]), len(self.measures))
            self.areas.setdefault(str(item.figure.get("area")), len(self.areas))

    def of(self, item: Described) -> tuple[int, int, str]:
        """Measure, area and period."""
        row = item.figure
        return self.measures[str(row["measure"])], self.areas[str(row.get("area"))], item.period


def listed_row(item: Described) -> dict[str, Any]:
    """A figure as one row: what it is of, with titles, and its own cells."""
    row = item.figure
    own = {name: row[name] for name in COLUMNS if name in row}
    return {
        "name": item.full_name,
        "measure": row["measure"],
        "title": item.title,
        "programme": item.programme.get("title") or item.measure.get("programme"),
        "area": row.get("area"),
        "area_title": item.area_title or None,
        "period": row.get("period"),
        "source": row.get("source"),
        "source_title": item.source.get("title"),
        **own,
    }


def cell_as_json(value: object) -> object:
    """A cell of such a row as JSON has it."""
    return value if value is None or isinstance(value, str) else json_number(value)
