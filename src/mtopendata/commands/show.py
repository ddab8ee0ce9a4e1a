"""All that a package says of one figure: what it means, where it is from, what it must fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mtopendata.checks.runner import Validated
from mtopendata.commands.validate import validated
from mtopendata.figures.described import Described, Row, as_printed, described_figures
from mtopendata.figures.differences import NotCompared, not_to_compare, readable_differences
from mtopendata.figures.names import figures_of, find_figures, names_source
from mtopendata.figures.quoting import quotation
from mtopendata.figures.revisions import figure_key, revisions_of
from mtopendata.figures.source_order import comes_first, of_one_thing, ranked_sources
from mtopendata.figures.tables import NUMBERS
from mtopendata.ledger.repairs import ImpliedBounds
from mtopendata.ledger.report import Report
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.release.terms.citing import citation
from mtopendata.rules.implications import implications
from mtopendata.rules.of_figures import RuleOfFigure, rules_of_figure
from mtopendata.rules.reading import readable_rules
from mtopendata.values.json_values import json_number


@dataclass(frozen=True, slots=True)
class Story:
    """A figure with all that refers to it. `implied` are bounds that rules and other figures leave,
    derived and stored nowhere; those from rules that must hold come first. `sources` are all
    figures of its measure, area and period, itself among them, in the order of their sources; none
    where it is the only one. `quote` and `citation` are None where there is nothing to cite, or the
    package has errors.
    """

    described: Described
    place: str
    rules: tuple[RuleOfFigure, ...]
    implied: tuple[ImpliedBounds, ...]
    revisions: tuple[Row, ...]
    sources: tuple[Described, ...]
    not_compared: tuple[NotCompared, ...]
    quote: str | None
    citation: str | None

    def to_dict(self) -> dict[str, Any]:
        """The story as JSON-ready data."""
        rows = ("figure", "measure", "programme", "area", "source")
        return {
            "name": self.described.full_name,
            "place": self.place,
            **{name: _jsonable(getattr(self.described, name)) for name in rows},
            "rules": [asdict(rule) for rule in self.rules],
            "implied": [bounds.to_dict() for bounds in self.implied],
            "revisions": [_jsonable(row) for row in self.revisions],
            "sources": [_of_source(item) for item in self.sources],
            "not_compared": [asdict(item) for item in self.not_compared],
            "quote": self.quote,
            "citation": self.citation,
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of the figures of a package, and the validation behind it: the stories of
    those that were named, or a list of those that were not told apart.
    """

    report: Report
    stories: tuple[Story, ...] = ()
    listed: tuple[Described, ...] = ()


def show(
    text: str | None = None, package: str | Path | None = None, options: Options | None = None
) -> Shown:
    """The stories of the figures that a name or a title fits, or of the one that has all words of
    the text; else a list of those that have them, and of all figures without a text.

    MtopendataError: there is no package, or no such figure.
    """
    done = validated(package, options or Options())
    report, tables = done.report, done.tables
    table = figures_of(tables, str(done.package.folder))
    figures = described_figures(table, tables)
    if text is None:
        return Shown(report, listed=tuple(figures))
    found = find_figures(figures, text)
    same = of_one_thing(figures, table, ranked_sources(tables))
    # Of several sources a reader gets the first, unless another one is asked for by its code.
    chosen = [
        item
        for item in found.figures
        if comes_first(item, same) or (found.is_name and names_source(text, item))
    ]
    if not found.is_name and len(chosen) > 1:
        return Shown(report, listed=tuple(found.figures))
    titles = {str(item.figure["measure"]): item.title for item in figures}
    return Shown(report, tuple(_stories(done, table, chosen, same, titles)))


def _stories(
    done: Validated,
    table: Table,
    figures: Sequence[Described],
    sources: Mapping[int, Sequence[Described]],
    titles: Mapping[str, str],
) -> Iterator[Story]:
    """The stories of these figures; `sources` has, by a figure's index, all that tell the same, and
    `titles` those of measures.
    """
    report, tables = done.report, done.tables
    differences = readable_differences(tables)
    rules = readable_rules(tables)
    derived = [item for item in implications(tables, report) if isinstance(item, ImpliedBounds)]
    cited = citation(done.package.descriptor)
    for item in figures:
        of_figure = rules_of_figure(item.figure, report.rules, rules, tables)
        # What has errors is not to be quoted.
        yield Story(
            item,
            f"{table.where(item.index)}",
            tuple(rule for rule, _ in of_figure),
            tuple(bounds for bounds in derived if _stands_at(bounds, table, item.index)),
            tuple(revisions_of(item.figure, figure_key(table), tables)),
            tuple(sources.get(item.index, ())),
            tuple(not_to_compare(item.figure, differences, titles)),
            quotation(item) if report.valid else None,
            cited.text if cited and report.valid else None,
        )


def _stands_at(bounds: ImpliedBounds, table: Table, index: int) -> bool:
    place = table.place(index)
    return (bounds.path, bounds.row) == (table.path(place.part), place.line)


def _of_source(item: Described) -> dict[str, Any]:
    numbers = _jsonable({name: item.figure.get(name) for name in (*NUMBERS, "qualifier")})
    source = item.figure.get("source")
    return {"name": item.full_name, "source": source, "printed": as_printed(item.figure), **numbers}


def _jsonable(row: Row) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, str) else json_number(value)
        for name, value in row.items()
    }
