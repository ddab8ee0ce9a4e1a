"""Sums of figures as intervals, in VTL: the ends of each rule's sum in each of its places."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from mtopendata.release.vtl.blocks import RuleBlock, TermGroup
from mtopendata.release.vtl.spelling import code_set, code_text, times
from mtopendata.rules.model import Term

_SUMS = ("least", "most", "no_low", "no_high", "terms")


def sum_statements(part: RuleBlock, name: str) -> Iterator[str]:
    """Statements that end with the dataset `places_NAME`, which has the ends `low` and `high` of
    the rule's sum in each place; null: no end.
    """
    names = [
        f"sums_{name}" if not at else f"sums_{name}_{at + 1}" for at in range(len(part.groups))
    ]
    for at, (group, own) in enumerate(zip(part.groups, names, strict=True)):
        yield _group_statement(group, own, "" if not at else f"_{at + 1}")
    base = names[0] if len(names) == 1 else f"left_join({', '.join(names)})"
    least, most, no_low, no_high, terms = (
        " + ".join([s, *(f"nvl({s}_{at + 1}, 0)" for at in range(1, len(names)))]) for s in _SUMS
    )
    steps = [f"places_{name} := {base}"]
    if part.rule.needs_all:
        steps.append(f"[filter {terms} = {part.needed}]")
    steps.append(
        f"[calc low := if {no_low} = 0 and {terms} = {part.needed} then {least} else null,\n"
        f"        high := if {no_high} = 0 and {terms} = {part.needed} then {most} else null]"
    )
    yield "\n  ".join([*steps, "[keep low, high];"])


def _group_statement(group: TermGroup, name: str, suffix: str) -> str:
    """The sums of a group, their names with a suffix."""
    wanted = " or ".join(_of_area(group.terms))
    without = f" and not (area in {code_set(group.without)})" if group.without else ""
    needed = [term for term in group.terms if term.if_missing != "zero"]
    count = "1" if len(needed) == len(group.terms) else _cases(needed, lambda _: "1", "0")
    steps = [
        f"{name} := {'earlier' if group.lag else 'bounds'}",
        f"[filter ({wanted}){without}]",
        f"[calc least := {_weighted(group.terms, 'low', 'high')},\n"
        f"        most := {_weighted(group.terms, 'high', 'low')}, term := {count}]",
        "[calc no_low := if isnull(least) then 1 else 0, no_high := if isnull(most) then 1 else 0]",
    ]
    keys = [key for key in group.keys if key != "period" or not group.lag]
    if group.lag:
        steps.append(f"[calc identifier at_period := period + {group.lag}]")
        keys.append("at_period")
    sums = (f"{s}{suffix} := sum({'term' if s == 'terms' else s})" for s in _SUMS)
    steps.append(f"[aggr {', '.join(sums)} group by {', '.join(keys or ['place'])}]")
    if group.lag:
        steps.append("[rename at_period to period]")
    return "\n  ".join(steps) + ";"


def _weighted(terms: Sequence[Term], low: str, high: str) -> str:
    """The one end of a row's figure times its coefficient: the other end where it is negative."""
    by_weight: dict[Decimal, list[Term]] = {}
    for term in terms:
        by_weight.setdefault(term.coefficient, []).append(term)
    found = [(times(w, low if w > 0 else high), some) for w, some in by_weight.items()]
    cases = "".join(
        f"if {' or '.join(_of_area(some))} then {end} else " for end, some in found[:-1]
    )
    return cases + found[-1][0]


def _cases(terms: Sequence[Term], end: Callable[[Term], str], other: str) -> str:
    if not terms:
        return other
    return f"if {' or '.join(_of_area(terms))} then {end(terms[0])} else {other}"


def _of_area(terms: Sequence[Term]) -> list[str]:
    """Conditions of which one is true of the figures of these terms."""
    by_area: dict[str | None, list[str]] = {}
    for term in terms:
        by_area.setdefault(term.area, []).append(term.measure)
    return [
        f"item in {code_set(measures)}"
        if area is None
        else f"(area = {code_text(area)} and item in {code_set(measures)})"
        for area, measures in by_area.items()
    ]
