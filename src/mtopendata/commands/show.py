"""All that a package says of one figure: what it means, where it is from, what it must fit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mtopendata.commands.validate import validated
from mtopendata.figures.described import Described, Row, described_figures
from mtopendata.figures.names import figures_of, find_figures
from mtopendata.figures.quoting import quotation
from mtopendata.figures.revisions import figure_key, is_revisions
from mtopendata.ledger.report import Report, RuleInstance
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.release.terms.citing import citation
from mtopendata.rules.model import Rule
from mtopendata.rules.reading import readable_rules
from mtopendata.rules.words import statement
from mtopendata.values.json_values import json_number


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
    """A figure with all that refers to it. `quote` and `citation` are None where there is nothing
    to cite, or the package has errors.
    """

    described: Described
    place: str
    rules: tuple[RuleOfFigure, ...]
    revisions: tuple[Row, ...]
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
            "revisions": [_jsonable(row) for row in self.revisions],
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
    if not found.is_name and len(found.figures) > 1:
        return Shown(report, listed=tuple(found.figures))
    rules = readable_rules(tables)
    cited = citation(done.package.descriptor)
    # What has errors is not to be quoted.
    return Shown(
        report,
        tuple(
            Story(
                item,
                f"{table.where(item.index)}",
                tuple(_rules_of(item.figure, report.rules, rules, tables)),
                tuple(_revisions_of(item.figure, figure_key(table), tables)),
                quotation(item) if report.valid else None,
                cited.text if cited and report.valid else None,
            )
            for item in found.figures
        ),
    )


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
