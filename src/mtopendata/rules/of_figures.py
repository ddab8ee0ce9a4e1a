"""The rules in which a figure takes part, where and as they were decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.figures.described import Row
from mtopendata.ledger.report import RuleInstance
from mtopendata.reading.tables import Table
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.words import statement


@dataclass(frozen=True, slots=True)
class RuleOfFigure:
    """A rule where a figure takes part in it: in words, in codes and in numbers."""

    rule: str
    title: str
    statement: str
    equation: str
    state: str
    reason: str | None


def rules_of_figure(
    figure: Row,
    instances: Sequence[RuleInstance],
    rules: Mapping[str, Rule],
    tables: Mapping[str, Table],
) -> Iterator[tuple[RuleOfFigure, RuleInstance]]:
    """Each rule of a figure, with its place."""
    for instance in instances:
        rule = rules.get(instance.rule)
        if rule is not None and any(
            is_of_term(figure, term, instance) for term in rule.terms_in(instance.area)
        ):
            described = tables["rules"].frame.row(rule.row, named=True)
            yield (
                RuleOfFigure(
                    rule.name,
                    rule.title,
                    statement(rule),
                    instance.equation,
                    instance.state,
                    described.get("reason"),
                ),
                instance,
            )


def is_of_term(figure: Row, term: Term, instance: RuleInstance) -> bool:
    """Whether a figure is the one that a term means in a place of its rule."""
    is_source = term.lag > 0 or instance.source in (None, figure.get("source"))
    meant = meant_by(term, instance)
    return is_source and meant == (figure["measure"], figure.get("area"), figure.get("period"))


def meant_by(term: Term, instance: RuleInstance) -> tuple[Any, ...]:
    """Measure, area and period of the figure that a term means in a place of its rule."""
    area = instance.area if term.area is None else term.area
    period = None if instance.period is None else instance.period - term.lag
    return term.measure, area, period
