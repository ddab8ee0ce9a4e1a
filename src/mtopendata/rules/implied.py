"""What rules and the other figures leave of a figure that is not one number.

Only undecided places of rules can narrow anything: those that are satisfied are so whatever the
figures are within their bounds. First bounds are narrowed place by place until nothing changes, or
for some rounds; then the exact projection is asked for, and where that is too much work the bounds
of the first way stand, which are right and may be wider. That a count is whole is asked place by
place, and of each projection by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtopendata.rules.connected import connected
from mtopendata.rules.linear.effort import Effort, TooMuchEffort
from mtopendata.rules.linear.exact import Number, quotient
from mtopendata.rules.linear.tableau import Tableau
from mtopendata.rules.system import Range, RulePlace, System, whole_range

MOST_ROUNDS = 20
"""Bounds that narrow each other can do so for ever, by less each time."""


@dataclass(frozen=True, slots=True)
class Implied:
    """The bounds that are left of a quantity, by which places, and whether none are narrower."""

    quantity: int
    bounds: Range
    places: tuple[int, ...]
    is_narrowest: bool


@dataclass(frozen=True, slots=True)
class Torn:
    """Places none of which is violated by itself, and which cannot all hold."""

    places: tuple[int, ...]


def implied(system: System, effort: Effort) -> Iterator[Implied | Torn]:
    """What is left of each quantity that is narrower than what is known of it. Where a rule is
    violated, nothing follows for the figures beside it.
    """
    for places in _open_groups(system):
        if any(system.places[place].state == "violated" for place in places):
            continue
        narrowed = _propagated(system, places)
        if narrowed is None:
            yield Torn(tuple(places))
            continue
        try:
            yield from _projected(system, places, narrowed, effort)
        except TooMuchEffort:
            for quantity, bounds in narrowed.items():
                if _is_narrower(system, quantity, bounds):
                    beside = (p for p in system.places_of[quantity] if p in places)
                    yield Implied(quantity, bounds, tuple(beside), is_narrowest=False)


def _open_groups(system: System) -> list[list[int]]:
    """The places that are not satisfied, in groups that share a quantity that is no point."""
    return connected(
        {
            index: [key for key in place.weights if not system.quantities[key].is_point]
            for index, place in enumerate(system.places)
            if place.state != "satisfied"
        }
    )


def _is_narrower(system: System, quantity: int, bounds: Range) -> bool:
    """Whether bounds say more of a row's figure than it says itself, and its unit."""
    known = system.quantities[quantity]
    if known.figure is None or known.figure.is_wrong:
        return False
    return bounds != (known.lower, known.upper)


# Place by place


def _propagated(system: System, places: Sequence[int]) -> Mapping[int, Range] | None:
    """Bounds narrowed place by place; None: nothing is left of one."""
    quantities = {q for place in places for q in system.places[place].weights}
    bounds: dict[int, Range] = {
        q: (system.quantities[q].lower, system.quantities[q].upper) for q in quantities
    }
    for _ in range(MOST_ROUNDS):
        before = dict(bounds)
        for place in places:
            if not _tightened(system, system.places[place], bounds):
                return None
        if bounds == before:
            break
    return bounds


def _tightened(system: System, place: RulePlace, bounds: dict[int, Range]) -> bool:
    """Narrow the bounds of a place's quantities by the others; False: nothing is left of one."""
    least, greatest = place.bounds
    for quantity, weight in place.weights.items():
        low, high = _rest(place, quantity, bounds)
        # least - rest <= weight × quantity <= greatest - rest
        upper = None if greatest is None or low is None else quotient(greatest - low, weight)
        lower = None if least is None or high is None else quotient(least - high, weight)
        if weight < 0:
            lower, upper = upper, lower
        found = _inside(bounds[quantity], (lower, upper))
        whole = whole_range(found, system.quantities[quantity].limits)
        if whole is None or (None not in whole and whole[0] > whole[1]):  # type: ignore[operator]
            return False
        bounds[quantity] = whole
    return True


def _rest(place: RulePlace, without: int, bounds: Mapping[int, Range]) -> Range:
    """Between which values the sum of all other terms lies."""
    low: Number | None = 0
    high: Number | None = 0
    for quantity, weight in place.weights.items():
        if quantity != without:
            lower, upper = bounds[quantity] if weight > 0 else bounds[quantity][::-1]
            low = None if low is None or lower is None else low + weight * lower
            high = None if high is None or upper is None else high + weight * upper
    return low, high


def _inside(one: Range, other: Range) -> Range:
    lowers = [end for end in (one[0], other[0]) if end is not None]
    uppers = [end for end in (one[1], other[1]) if end is not None]
    return max(lowers, default=None), min(uppers, default=None)


# The exact projection


def _projected(
    system: System, places: Sequence[int], narrowed: Mapping[int, Range], effort: Effort
) -> Iterator[Implied | Torn]:
    """What is left of each quantity, exactly. TooMuchEffort: it is not found out."""
    tableau = Tableau(effort)
    numbers: dict[int, int] = {}
    place_of: dict[int, int] = {}
    for index in places:
        place = system.places[index]
        for quantity in place.weights:
            if quantity not in numbers:
                known = system.quantities[quantity]
                numbers[quantity] = tableau.number(known.lower, known.upper)
        weights = {numbers[quantity]: weight for quantity, weight in place.weights.items()}
        place_of[tableau.sum(weights, *place.bounds)] = index
    if tableau.conflict() is not None:
        yield Torn(tuple(places))
        return
    found = []
    for quantity, number in numbers.items():
        known = system.quantities[quantity]
        if known.is_point:
            continue
        ends = (tableau.extreme(number, -1), tableau.extreme(number, 1))
        # Whole numbers, of which the projection knows nothing, can leave less place by place.
        bounds = whole_range(_inside(ends, narrowed[quantity]), known.limits)
        if bounds is None:
            yield Torn(tuple(places))
            return
        if _is_narrower(system, quantity, bounds):
            because_of: set[int] = set()
            for end, sign in zip(ends, (-1, 1), strict=True):
                because_of |= _reasons(tableau, number, end, sign, place_of)
            because_of = because_of or {p for p in system.places_of[quantity] if p in places}
            found.append(Implied(quantity, bounds, tuple(sorted(because_of)), is_narrowest=True))
    yield from found


def _reasons(
    tableau: Tableau, number: int, end: Number | None, sign: int, place_of: Mapping[int, int]
) -> set[int]:
    """The places that keep a number from going beyond its end, if it is not a bound of its own."""
    lower, upper = tableau.lower[number], tableau.upper[number]
    if end is None or end == (upper if sign > 0 else lower):
        return set()
    beyond = end + sign
    tableau.bound(number, *((beyond, None) if sign > 0 else (None, beyond)))
    conflict = tableau.conflict() or frozenset()
    tableau.bound(number, lower, upper)
    tableau.conflict()
    return {place_of[bound.variable] for bound in conflict if bound.variable in place_of}
