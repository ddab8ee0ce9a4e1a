"""What a reader can work out of numbers that are withheld: exact arithmetic on intervals.

Relations between numbers narrow what each can be. Balances are also combined, so that one minus
another tells what neither does alone. What is found is certain; a reader with more patience than
this may find more, since bounds are narrowed relation by relation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor

ROUNDS = 50
"""How often all relations are gone through at the most: bounds can come nearer without an end."""
MOST_BALANCES = 100
"""Balances that are combined with each other at the most: the work grows with their cube."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a number can be; None: no bound on that side. `because` are the relations that tell."""

    lower: Fraction | None
    upper: Fraction | None
    because: frozenset[int] = frozenset()

    @property
    def width(self) -> Fraction | None:
        """From one end to the other; None: it has no end."""
        if self.lower is None or self.upper is None:
            return None
        return self.upper - self.lower


@dataclass(frozen=True, slots=True)
class Linear:
    """A relation: Σ weight × number + constant is 0, or else is at most 0. `parts` are the
    relations as they were stated of which it is made.
    """

    weights: Mapping[int, Fraction]
    constant: Fraction
    is_balance: bool
    parts: frozenset[int] = field(default_factory=frozenset)


def narrowed(
    known: Sequence[Interval], whole: Sequence[bool], relations: Sequence[Linear]
) -> list[Interval]:
    """What each number can be, given what is known of each and how they are related. `whole` says
    which are whole numbers.
    """
    found = list(known)
    stated = [_without_exact(item, found) for item in relations]
    rules = [*stated, *_combined([item for item in stated if item.is_balance])]
    for _ in range(ROUNDS):
        before = list(found)
        for rule in rules:
            _narrow(rule, found, whole)
        if all(
            a.lower == b.lower and a.upper == b.upper for a, b in zip(found, before, strict=True)
        ):
            break
    return found


def _without_exact(relation: Linear, known: Sequence[Interval]) -> Linear:
    """The relation with numbers that are known moved to its constant."""
    constant = relation.constant
    weights = {}
    for number, weight in relation.weights.items():
        item = known[number]
        if item.lower is not None and item.lower == item.upper:
            constant += weight * item.lower
        elif weight:
            weights[number] = weight
    return replace(relation, weights=weights, constant=constant)


def _combined(balances: Sequence[Linear]) -> list[Linear]:
    """The balances solved for one number each, as far as they can be (Gauss and Jordan)."""
    rows = [item for item in balances if item.weights]
    if len(rows) > MOST_BALANCES:
        return []
    solved: list[tuple[int, Linear]] = []
    for item in rows:
        row = item
        for pivot, other in solved:
            row = _less(row, other, pivot)
        if not row.weights:
            continue
        pivot = next(iter(row.weights))
        solved = [(old, _less(other, row, pivot)) for old, other in solved]
        solved.append((pivot, row))
    return [row for _, row in solved]


def _less(row: Linear, other: Linear, pivot: int) -> Linear:
    """A balance less so much of another one that it no longer has the number `pivot`."""
    if pivot not in row.weights:
        return row
    factor = row.weights[pivot] / other.weights[pivot]
    weights = {
        number: weight
        for number in {**row.weights, **other.weights}
        if (weight := row.weights.get(number, Fraction(0)) - factor * other.weights.get(number, 0))
    }
    constant = row.constant - factor * other.constant
    return Linear(weights, constant, is_balance=True, parts=row.parts | other.parts)


def _narrow(rule: Linear, found: list[Interval], whole: Sequence[bool]) -> None:
    """Narrow each number of a relation by what the others can be."""
    for number, weight in rule.weights.items():
        others = [(w, found[n]) for n, w in rule.weights.items() if n != number]
        least, why_least = _far_end(rule, others, is_upper=False)
        most, why_most = _far_end(rule, others, is_upper=True)
        # weight × number = -(the rest), or at most that.
        upper = None if least is None else -least / weight
        lower = None if most is None or not rule.is_balance else -most / weight
        reasons = (why_most, why_least)
        if weight < 0:
            lower, upper, reasons = upper, lower, (why_least, why_most)
        found[number] = _meet(found[number], lower, upper, reasons, whole[number])


def _far_end(
    rule: Linear, others: Iterable[tuple[Fraction, Interval]], *, is_upper: bool
) -> tuple[Fraction | None, frozenset[int]]:
    """The least or the most that the rest of a relation can be, and what tells."""
    total, because = rule.constant, rule.parts
    for weight, item in others:
        bound = item.upper if (weight > 0) == is_upper else item.lower
        if bound is None:
            return None, because
        total += weight * bound
        because |= item.because
    return total, because


def _meet(
    item: Interval,
    lower: Fraction | None,
    upper: Fraction | None,
    reasons: tuple[frozenset[int], frozenset[int]],
    is_whole: bool,
) -> Interval:
    """What a number can be that lies within both."""
    if is_whole:
        lower = None if lower is None else Fraction(ceil(lower))
        upper = None if upper is None else Fraction(floor(upper))
    because = item.because
    if lower is not None and (item.lower is None or lower > item.lower):
        item, because = replace(item, lower=lower), because | reasons[0]
    if upper is not None and (item.upper is None or upper < item.upper):
        item, because = replace(item, upper=upper), because | reasons[1]
    return replace(item, because=because)
