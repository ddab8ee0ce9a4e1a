"""Rules as they stand, without figures: what they say of any area and year, as linear sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtopendata.rules.linear.effort import Effort
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.sums import whole_weights

Unknown = tuple[str, str | None, int]
"""Measure, area (None: any that no rule names) and years before the one looked at."""


@dataclass(frozen=True, slots=True)
class Template:
    """A rule in an area that rules name, or in any other, and in the year looked at or before."""

    rule: Rule
    area: str | None
    lag: int
    weights: Mapping[Unknown, int]

    @property
    def is_own(self) -> bool:
        """Whether this is the rule as it is written, and no other place of it."""
        return self.area is None and not self.lag


def templates(rules: Sequence[Rule], effort: Effort) -> list[Template]:
    """All places of the rules that can bear on each other. TooMuchEffort: there are too many."""
    areas = {term.area: None for rule in rules for term in rule.terms if term.area is not None}
    longest = max((term.lag for rule in rules for term in rule.terms), default=0)
    found = []
    for rule in rules:
        named = {term.area for term in rule.terms}
        is_local = None in named
        lags = range(longest + 1 - max(term.lag for term in rule.terms))
        for area in (None, *(area for area in areas if is_local and area not in named)):
            for lag in lags:
                effort.spend(len(rule.terms))
                found.append(Template(rule, area, lag, _weights(rule, area, lag)))
    return found


def unknown(term: Term, area: str | None = None, lag: int = 0) -> Unknown:
    """The figure that a term means in a place."""
    return term.measure, area if term.area is None else term.area, term.lag + lag


def _weights(rule: Rule, area: str | None, lag: int) -> dict[Unknown, int]:
    weights: dict[Unknown, int] = {}
    for term, weight in zip(rule.terms, whole_weights(rule.terms), strict=True):
        key = unknown(term, area, lag)
        weights[key] = weights.get(key, 0) + weight
    return {key: weight for key, weight in weights.items() if weight}
