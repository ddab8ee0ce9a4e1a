"""A rule in words and numbers: its statement, its equation, and what to do where it is violated."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mtopendata.figures.printed_numbers import interval, read_printed
from mtopendata.ledger.repair_words import most_likely, remedies
from mtopendata.ledger.repairs import Repair, RepairedFigure
from mtopendata.ledger.report import Finding, RuleInstance
from mtopendata.reading.tables import Columns
from mtopendata.rules.model import Figure, Instance, Rule, Term
from mtopendata.rules.one_place import state_of, weighted_sum
from mtopendata.values.cells import plain


def statement(rule: Rule) -> str:
    """The rule in the codes of its measures: `cases_a + cases_b = cases`."""
    names = []
    for term in rule.terms:
        place = "" if term.area is None else f" in {term.area}"
        if term.of_parts:
            place = f" in the areas below {term.area or 'it'}"
        when = f" {term.lag} earlier" if term.lag else ""
        names.append(term.measure + place + when)
    if rule.relation.is_share:
        return _share_text(rule, names)
    left, right = (" + ".join(side) or "0" for side in _two_sides(rule.terms, names))
    return f"{left} {rule.relation.symbol} {right}"


def equation(instance: Instance) -> str:
    """The rule in numbers: `7 + 22 + 0 = 29`; where it is violated, `7 + 22 = 29, not 30`."""
    rule, figures = instance.rule, instance.figures
    terms = rule.terms_in(instance.area)
    texts = [_figure_text(*pair) for pair in zip(terms, figures, strict=True)]
    if rule.relation.is_share:
        return _share_text(rule, texts, is_denied=instance.state == "violated")
    sides = _two_sides(terms, texts)
    left, right = (_sum_text(side) for side in sides)
    if instance.state != "violated":
        return f"{left} {rule.relation.symbol} {right}"
    numbers = _exact_numbers(figures)
    if rule.relation.is_balance and numbers and len(sides[0]) > 1:
        weighted = zip(terms, numbers, strict=True)
        total = weighted_sum((t.coefficient, n) for t, n in weighted if t.coefficient > 0)
        return f"{left} {rule.relation.symbol} {plain(total)}, not {right}"
    return f"{left} {rule.relation.denial} {right}"


def listed_instance(instance: Instance) -> RuleInstance:
    """The rule in one place as a report lists it."""
    place = (instance.area, instance.period, instance.source)
    return RuleInstance(instance.rule.name, *place, instance.state, equation(instance))


def _two_sides(terms: Sequence[Term], texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The terms as these texts, with their coefficients: the positive ones, and the negative."""
    sides: tuple[list[str], list[str]] = ([], [])
    for term, text in zip(terms, texts, strict=True):
        weight = term.coefficient.copy_abs()
        sides[term.coefficient < 0].append(("" if weight == 1 else f"{plain(weight)} × ") + text)
    return sides


def _share_text(rule: Rule, texts: Sequence[str], *, is_denied: bool = False) -> str:
    share, part, whole = texts
    sign = rule.relation.denial if is_denied else rule.relation.symbol
    return f"{share} {sign} {part} / {whole} in percent"


_MOST_WRITTEN = 12
"""Figures of a sum that are written out."""


def _sum_text(side: Sequence[str]) -> str:
    """The terms of one side: of many, the first ones and the last."""
    if len(side) <= _MOST_WRITTEN:
        return " + ".join(side) or "0"
    return f"{side[0]} + {side[1]} + … + {side[-1]} ({len(side)} figures)"


def _figure_text(term: Term, figure: Figure | None) -> str:
    if figure is None and term.if_missing == "zero":
        return "0 (no row)"
    return _bounds_text(figure)


def _bounds_text(figure: Figure | None) -> str:
    if figure is not None and figure.is_wrong:
        return f"(row {figure.place.line} has errors)"
    if figure is None or (figure.lower is None and figure.upper is None):
        return "not reported" if figure is None or figure.value is None else "unbounded"
    if figure.lower == figure.upper and figure.lower is not None:
        return plain(figure.lower)
    return interval(figure.lower, figure.upper)


def _exact_numbers(figures: Sequence[Figure | None]) -> list[Decimal] | None:
    """What the figures are where each of them is one number, else None."""
    bounds = [None if figure is None else (figure.lower, figure.upper) for figure in figures]
    numbers = [pair[0] for pair in bounds if pair and pair[0] is not None and pair[0] == pair[1]]
    return numbers if len(numbers) == len(figures) else None


def violation(instance: Instance, figures: Columns, repair: Repair | None) -> Finding:
    """The finding on a rule that is violated: at the row that is wrong, where one can be told.
    `repair` is what would make the rule hold, with others that are violated.
    """
    place = (instance.area, instance.period, instance.source)
    where = ", ".join(str(part) for part in place if part is not None)
    message = f"{instance.rule.title}: {equation(instance)}" + (f" ({where})" if where else "")
    involved = [figure for figure in instance.figures if figure is not None]
    culprit = _culprit(instance)
    likely = None if repair is None else most_likely(repair)
    named = culprit or next((f for f in involved if likely and _is_row(f, likely)), involved[0])
    if culprit is not None:
        hint = (
            f"row {culprit.place.line} is wrong: its printed text {culprit.printed!r} says "
            "otherwise, and with what is printed the rule holds"
        )
    else:
        hint = _compare_rows(involved) + ("" if repair is None else remedies(repair))
    cell = None if named.value is None else plain(named.value)
    return replace(
        figures.finding_at("rule", named.place, "value", cell, message, hint),
        severity=instance.rule.severity,
    )


def _compare_rows(figures: Sequence[Figure]) -> str:
    """What to do with the rows of these figures, none of which is told to be wrong."""
    rows = ", ".join(str(figure.place.line) for figure in figures[:_MOST_WRITTEN])
    if len(figures) > _MOST_WRITTEN:
        rows += f" and {len(figures) - _MOST_WRITTEN} more"
    if all(figure.printed and figure.unit for figure in figures):
        return f"the printed texts agree with rows {rows}, so compare each with the source"
    return f"compare rows {rows} with the source"


def _is_row(figure: Figure, listed: RepairedFigure) -> bool:
    """Whether this is the figure that a repair names."""
    return figure.place.line == listed.row and figure.source == listed.source


def _culprit(instance: Instance) -> Figure | None:
    """The one figure that differs from its printed text, where that text makes the rule hold."""
    suspects = []
    for index, figure in enumerate(instance.figures):
        if figure is None or figure.printed is None or figure.unit is None:
            continue
        read = read_printed(figure.printed, figure.unit)
        if read and (read.lower, read.upper) != (figure.lower, figure.upper):
            mended = replace(figure, value=read.value, lower=read.lower, upper=read.upper)
            others = instance.figures
            suspects.append((figure, (*others[:index], mended, *others[index + 1 :])))
    if len(suspects) != 1:
        return None
    culprit, mended_figures = suspects[0]
    return None if state_of(instance.rule, instance.area, mended_figures) == "violated" else culprit
