"""All that a package says of one figure: what it means, where it is from, what it must fit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from mtopendata.commands.validate import validated
from mtopendata.figures.names import figure_name, figures_of, find_figures
from mtopendata.figures.revisions import figure_key, is_revisions
from mtopendata.ledger.report import Report, RuleInstance
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.rules.model import Rule
from mtopendata.rules.reading import readable_rules
from mtopendata.rules.words import statement
from mtopendata.values.json_values import json_number

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleOfFigure:
    """A rule where a figure takes part in it: in words, in codes and in numbers."""

    rule: str
    title: str
    statement: str
    equation: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """A figure with the rows that it refers to, each empty where the package has none."""

    name: str
    place: str
    figure: Row
    measure: Row
    programme: Row
    area: Row
    source: Row
    rules: tuple[RuleOfFigure, ...]
    revisions: tuple[Row, ...]

    def to_dict(self) -> dict[str, Any]:
        """The story as JSON-ready data."""
        rows = ("figure", "measure", "programme", "area", "source")
        return {
            "name": self.name,
            "place": self.place,
            **{name: _jsonable(getattr(self, name)) for name in rows},
            "rules": [asdict(rule) for rule in self.rules],
            "revisions": [_jsonable(row) for row in self.revisions],
        }


def stories(
    name: str, package: str | Path | None = None, options: Options | None = None
) -> tuple[Report, list[Story]]:
    """The stories of the figures that a name fits, and the validation behind them.

    MtopendataError: there is no package, or no such figure.
    """
    done = validated(package, options or Options())
    report, tables = done.report, done.tables
    figures = figures_of(tables, str(done.package.folder))
    rules = readable_rules(tables)
    return report, [
        _story_of(index, figures, tables, report, rules) for index in find_figures(figures, name)
    ]


def _story_of(
    index: int,
    figures: Table,
    tables: Mapping[str, Table],
    report: Report,
    rules: Mapping[str, Rule],
) -> Story:
    key = figure_key(figures)
    row = figures.frame.row(index, named=True)
    measure = _row_with(tables, "measures", "measure", row["measure"])
    return Story(
        figure_name(row, key),
        f"{figures.where(index)}",
        row,
        measure,
        _row_with(tables, "programmes", "programme", measure.get("programme")),
        _row_with(tables, "areas", "area", row.get("area")),
        _row_with(tables, "sources", "source", row.get("source")),
        tuple(_rules_of(row, report.rules, rules, tables)),
        tuple(_revisions_of(row, key, tables)),
    )


def _row_with(tables: Mapping[str, Table], resource: str, key: str, value: Any) -> Row:
    """The first row with this key; empty where there is none."""
    table = tables.get(resource)
    if table is None or value is None or not table.is_typed([key], pl.String):
        return {}
    return next(table.frame.filter(pl.col(key) == value).iter_rows(named=True), {})


def _rules_of(
    figure: Row,
    instances: Sequence[RuleInstance],
    rules: Mapping[str, Rule],
    tables: Mapping[str, Table],
) -> list[RuleOfFigure]:
    found = []
    for instance in instances:
        rule = rules.get(instance.rule)
        if rule is None or not _takes_part(figure, rule, instance):
            continue
        described = tables["rules"].frame.row(rule.row, named=True)
        found.append(
            RuleOfFigure(
                rule.name,
                rule.title,
                statement(rule),
                instance.equation,
                instance.state,
                described.get("reason"),
            )
        )
    return found


def _takes_part(figure: Row, rule: Rule, instance: RuleInstance) -> bool:
    for term in rule.terms:
        area = instance.area if term.area is None else term.area
        period = None if instance.period is None else instance.period - term.lag
        is_source = term.lag > 0 or instance.source in (None, figure.get("source"))
        if (term.measure, area, period) == (
            figure["measure"],
            figure.get("area"),
            figure.get("period"),
        ) and is_source:
            return True
    return False


def _revisions_of(figure: Row, key: Sequence[str], tables: Mapping[str, Table]) -> list[Row]:
    if not is_revisions(tables):
        return []
    rows = tables["revisions"].frame.iter_rows(named=True)
    return [row for row in rows if all(row[name] == figure[name] for name in key)]


def _jsonable(row: Row) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, str) else json_number(value)
        for name, value in row.items()
    }
