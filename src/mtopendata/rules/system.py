"""Rules and figures as one linear system: every place of every rule, over numbers that they share.

A figure is a number between its printed bounds. What no row gives is a number too, of which only
the limits of its unit are known.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor
from typing import NamedTuple

from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.ledger.report import State
from mtopendata.rules.instances import Key, KnownFigures, term_key
from mtopendata.rules.linear.exact import Number, exactly
from mtopendata.rules.model import Figure, Rule, Term
from mtopendata.rules.one_place import state_of
from mtopendata.rules.sums import whole_weights

Range = tuple[Number | None, Number | None]
"""Between which values a number lies; None: no bound on that side."""


class Limits(NamedTuple):
    """What a number of a unit can be: between which values, and whether only whole ones."""

    lower: Number | None
    upper: Number | None
    is_whole: bool


def unit_limits(unit: str | None, *, are_signed: bool) -> Limits:
    """The limits of a unit. Of numbers without one it is known whether some are negative."""
    if unit == PERCENT:
        return Limits(0, 100, False)
    if unit is not None:
        return Limits(0, None, True)
    return Limits(None if are_signed else 0, None, False)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of the system: of one row, or of none (`figure` None). `lower` and `upper` are what
    is known of it. One of which several sources tell stands between them, and is no single row.
    """

    measure: str
    area: str | None
    period: int | None
    figure: Figure | None
    lower: Number | None
    upper: Number | None
    limits: Limits

    @property
    def is_point(self) -> bool:
        """Whether it is one number."""
        return self.lower is not None and self.lower == self.upper

    def is_printed(self, *, is_upper: bool) -> bool:
        """Whether a row of its own sets the bound on this side, and not the unit alone."""
        if self.figure is None:
            return False
        if is_upper:
            bound, limit = self.upper, self.limits.upper
            return bound is not None and (limit is None or bound < limit)
        bound, limit = self.lower, self.limits.lower
        return bound is not None and (limit is None or bound > limit)


@dataclass(frozen=True, slots=True)
class RulePlace:
    """A rule in one place: the weights of its quantities, by their index in the system."""

    rule: Rule
    area: str | None
    period: int | None
    source: str | None
    weights: Mapping[int, int]
    state: State

    @property
    def bounds(self) -> tuple[Number | None, Number | None]:
        """Between which values the weighted sum must lie."""
        relation = self.rule.relation
        return (0 if relation.least == 0 else None, 0 if relation.greatest == 0 else None)


@dataclass(slots=True)
class System:
    """Quantities, places of rules, and by quantity the places that it takes part in."""

    quantities: list[Quantity] = field(default_factory=list)
    places: list[RulePlace] = field(default_factory=list)
    places_of: list[list[int]] = field(default_factory=list)


def system_of(
    rules: Sequence[Rule],
    figures: KnownFigures,
    *,
    are_signed: bool,
    fixed_areas: Collection[str] = (),
) -> System:
    """The system of these rules over these figures. `are_signed`: some figures are negative, so
    that a number without a unit may be. Figures of `fixed_areas` are not to be changed, since
    places are not known in which they take part.
    """
    return _Builder(figures, are_signed=are_signed, fixed_areas=fixed_areas).built(rules)


class _Builder:
    def __init__(
        self, figures: KnownFigures, *, are_signed: bool, fixed_areas: Collection[str]
    ) -> None:
        self.figures = figures
        self.fixed_areas = fixed_areas
        self.are_signed = are_signed
        self.system = System()
        self.index: dict[tuple[Key, str | None], int] = {}
        self.units: dict[str, str] = {}
        self.by_measure: dict[str, list[Key]] = {}
        for key, candidates in figures.items():
            self.by_measure.setdefault(key[0], []).append(key)
            for figure in candidates:
                if figure.unit is not None:
                    self.units.setdefault(key[0], figure.unit)

    def built(self, rules: Sequence[Rule]) -> System:
        for rule in (rule for rule in rules if not rule.relation.is_share):
            for place in self._places(rule):
                self._add(rule, *place)
        return self.system

    def _places(self, rule: Rule) -> Iterator[tuple[str | None, int | None, str | None]]:
        """Where the rule applies, each place once."""
        own = [term for term in rule.spread if not term.lag]
        named = {term.area for term in rule.spread} - {None}
        is_local = any(term.area is None for term in own)
        found: dict[tuple[str | None, int | None, str | None], None] = {}
        for term in own:
            for key in self.by_measure.get(term.measure, ()):
                _, area, period = key
                if not is_local:
                    areas: list[str | None] = [None] if area == term.area else []
                elif term.area is None:
                    areas = [place for place in rule.places_of(term, area) if place not in named]
                else:
                    continue
                for place in areas:
                    for figure in self.figures[key]:
                        found[place, period, figure.source] = None
        yield from found

    def _add(self, rule: Rule, area: str | None, period: int | None, source: str | None) -> None:
        known: list[Figure | None] = []
        weights: dict[int, int] = {}
        terms = rule.terms_in(area)
        for term, weight in zip(terms, whole_weights(terms), strict=True):
            counts_as_zero = term.if_missing == "zero"
            if (counts_as_zero or rule.needs_all) and not self._has(term, area, period, source):
                if not counts_as_zero:
                    return
                known.append(None)
                continue
            index, figure = self._quantity(term, area, period, source)
            weights[index] = weights.get(index, 0) + weight
            known.append(figure)
        weights = {index: weight for index, weight in weights.items() if weight}
        place = RulePlace(rule, area, period, source, weights, state_of(rule, area, known))
        for index in weights:
            self.system.places_of[index].append(len(self.system.places))
        self.system.places.append(place)

    def _has(self, term: Term, area: str | None, period: int | None, source: str | None) -> bool:
        """Whether there is a figure that a term means."""
        candidates = self.figures.get(term_key(term, area, period), ())
        return any(term.lag or figure.source == source for figure in candidates)

    def _quantity(
        self, term: Term, area: str | None, period: int | None, source: str | None
    ) -> tuple[int, Figure | None]:
        """The quantity that a term means, and what is known of it for the state of the rule."""
        key = term_key(term, area, period)
        candidates = self.figures.get(key, ())
        if not term.lag:
            candidates = [figure for figure in candidates if figure.source == source]
        if len(candidates) == 1:
            (figure,) = candidates
            return self._indexed(key, figure.source, figure, figure), figure
        if not candidates:
            # An earlier figure has any source, and is then one and the same for all.
            return self._indexed(key, None if term.lag else source, None, None), None
        span = _span(candidates)
        return self._indexed(key, "\0any", None, span), span

    def _indexed(
        self, key: Key, source: str | None, row: Figure | None, known: Figure | None
    ) -> int:
        identity = key, source
        if identity not in self.index:
            unit = known.unit if known and known.unit else self.units.get(key[0])
            limits = unit_limits(unit, are_signed=self.are_signed)
            lower = None if known is None else exactly(known.lower)
            upper = None if known is None else exactly(known.upper)
            self.index[identity] = len(self.system.quantities)
            self.system.quantities.append(
                Quantity(
                    *key,
                    None if key[1] in self.fixed_areas else row,
                    limits.lower if lower is None else lower,
                    limits.upper if upper is None else upper,
                    limits,
                )
            )
            self.system.places_of.append([])
        return self.index[identity]


def _span(figures: Sequence[Figure]) -> Figure:
    """One figure of several sources: what any of them leaves open is open."""
    lowers = [figure.lower for figure in figures if figure.lower is not None]
    uppers = [figure.upper for figure in figures if figure.upper is not None]
    return replace(
        figures[0],
        value=None,
        lower=min(lowers) if len(lowers) == len(figures) else None,
        upper=max(uppers) if len(uppers) == len(figures) else None,
        source=None,
        printed=None,
    )


def whole_range(found: Range, limits: Limits) -> Range | None:
    """A range as whole numbers, where only these are possible; None: there are none."""
    if not limits.is_whole:
        return found
    lower, upper = found
    low = None if lower is None else ceil(lower)
    high = None if upper is None else floor(upper)
    return None if low is not None and high is not None and low > high else (low, high)
