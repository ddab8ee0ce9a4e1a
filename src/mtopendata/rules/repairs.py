"""Of rules that are violated, every smallest set of figures whose change would make all hold.

This is error localisation after Fellegi and Holt (1976). A set of figures is a repair if all rules
have a solution in which these figures are anything that their units allow, and all others lie
between their printed bounds. The search goes by conflicts (Reiter 1987): bounds of figures that
cannot hold together. A repair has a figure of each conflict; what has one of each is tried, and is
a repair or shows another conflict. Rules that hold are asked too as soon as a figure of theirs
would change.

Numbers are exact. That a count is whole is asked of each figure of a set by itself: the set is a
repair only if there are whole numbers between the bounds of each, of a single figure the very
ones that are possible if all others are exact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtopendata.rules.connected import connected
from mtopendata.rules.linear.effort import Effort, TooMuchEffort
from mtopendata.rules.linear.tableau import Bound, Tableau
from mtopendata.rules.system import Range, System, whole_range

MOST_FIGURES = 6
"""Figures of the largest sets that are looked for."""
MOST_SETS = 1000
"""Sets that are found at most."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """Of some violated places of rules, which share figures, all smallest sets of quantities whose
    change makes them hold, each with its range. `is_all`: there are no more. `gave_up`: why none
    were found.
    """

    violated: tuple[int, ...]
    sets: tuple[Mapping[int, Range], ...]
    is_all: bool = True
    gave_up: str | None = None


def all_repairs(system: System, violated: Sequence[int], effort: Effort) -> list[Repairs]:
    """The repairs of these places. Those that have nothing to do with each other stand apart."""
    groups = connected({place: system.places[place].weights for place in violated})
    found: list[_Search] = []
    while groups:
        search = _Search(system, groups.pop(0), effort)
        search.run()
        if met := [other for other in found if search.meets(other)]:
            # What one would change bears on the other: both are looked at as one.
            found = [other for other in found if other not in met]
            parts = [search.violated, *(other.violated for other in met)]
            groups.insert(0, sorted({place for part in parts for place in part}))
        else:
            found.append(search)
    return [search.repairs() for search in sorted(found, key=lambda item: item.violated)]


class _Search:
    """The repairs of one group of violated places."""

    def __init__(self, system: System, violated: Sequence[int], effort: Effort) -> None:
        self.system = system
        self.violated = tuple(violated)
        self.effort = effort
        self.tableau = Tableau(effort)
        self.numbers: dict[int, int] = {}
        self.quantities: dict[int, int] = {}
        self.seen_places: set[int] = set()
        self.free: frozenset[int] = frozenset()
        self.conflicts: list[frozenset[int]] = []
        self.tried: set[frozenset[int]] = set()
        self.sets: dict[frozenset[int], Mapping[int, Range]] = {}
        self.touched: set[int] = set()
        self.gave_up: str | None = None

    def run(self) -> None:
        """Look for sets of one figure, then of two, and so on."""
        try:
            for place in self.violated:
                self._load(place)
            for most in range(1, MOST_FIGURES + 1):
                self.tried.clear()
                self._grow(frozenset(), most)
                if self.sets or frozenset() in self.conflicts:
                    break
            else:
                self.gave_up = f"more than {MOST_FIGURES} figures would have to change"
        except TooMuchEffort:
            self.gave_up = "too many rules and figures depend on each other"
            self.sets = {}
        if frozenset() in self.conflicts:
            self.gave_up = "no change of single rows makes the rules hold"

    def repairs(self) -> Repairs:
        """What was found."""
        is_all = len(self.sets) < MOST_SETS
        return Repairs(self.violated, tuple(self.sets.values()), is_all, self.gave_up)

    def meets(self, other: "_Search") -> bool:
        """Whether the search bears on another one: they share figures of conflicts, or places of
        rules whose figures they would change.
        """
        if self.gave_up or other.gave_up:
            return False
        mine, others = (frozenset().union(*search.conflicts) for search in (self, other))
        return not mine.isdisjoint(others) or not self.touched.isdisjoint(other.touched)

    # Sets that have a figure of each conflict

    def _grow(self, chosen: frozenset[int], most: int) -> None:
        if chosen in self.tried or len(self.sets) >= MOST_SETS:
            return
        self.tried.add(chosen)
        self.effort.spend(1 + len(self.conflicts))
        conflict = self._unmet(chosen, most)
        if conflict is None:
            conflict = self._tested(chosen)
            if conflict is None:
                return
            self.conflicts.append(conflict)
        if len(chosen) < most:
            for quantity in sorted(conflict):
                self._grow(chosen | {quantity}, most)

    def _unmet(self, chosen: frozenset[int], most: int) -> frozenset[int] | None:
        """A conflict of which nothing is chosen; an empty one where too many are left."""
        unmet = [conflict for conflict in self.conflicts if conflict.isdisjoint(chosen)]
        if not unmet:
            return None
        apart: set[int] = set()
        count = 0
        for conflict in sorted(unmet, key=len):
            if apart.isdisjoint(conflict):
                apart |= conflict
                count += 1
        return min(unmet, key=len) if count <= most - len(chosen) else frozenset()

    def _tested(self, chosen: frozenset[int]) -> frozenset[int] | None:
        """Enter a set that is a repair; else the conflict that it leaves."""
        for quantity in chosen:
            for place in self.system.places_of[quantity]:
                self._load(place)
        self._let_change(chosen)
        bounds = self.tableau.conflict()
        if bounds is not None:
            return frozenset(q for bound in bounds if (q := self._printed(bound)) is not None)
        ranges = {quantity: self._range(quantity) for quantity in sorted(chosen)}
        active = self._active(chosen)
        if None in ranges.values():  # between the bounds of one is no whole number
            near = {q for place in active for q in self.system.places[place].weights}
            return frozenset(q for q in near - chosen if self._can_change(q))
        self.sets[chosen] = {q: found for q, found in ranges.items() if found is not None}
        self.touched |= active
        return None

    def _range(self, quantity: int) -> Range | None:
        """Between which values a quantity must lie; None: it is to be whole and cannot be."""
        number = self.numbers[quantity]
        return whole_range(
            (self.tableau.extreme(number, -1), self.tableau.extreme(number, 1)),
            self.system.quantities[quantity].limits,
        )

    # Figures and rules in the tableau

    def _load(self, place: int) -> None:
        """Let a place of a rule be asked, and those undecided ones with which it has a figure in
        common that is no single number.
        """
        ahead = [place]
        while ahead:
            place = ahead.pop()
            if place in self.seen_places:
                continue
            self.seen_places.add(place)
            stated = self.system.places[place]
            self.effort.spend(len(stated.weights))
            weights = {self._number(q): weight for q, weight in stated.weights.items()}
            self.tableau.sum(weights, *stated.bounds)
            ahead += self._undecided_beside(place, frozenset())

    def _undecided_beside(self, place: int, chosen: frozenset[int]) -> Iterator[int]:
        for quantity in self.system.places[place].weights:
            if quantity not in chosen and not self.system.quantities[quantity].is_point:
                self.effort.spend(len(self.system.places_of[quantity]))
                for other in self.system.places_of[quantity]:
                    if self.system.places[other].state != "satisfied":
                        yield other

    def _active(self, chosen: frozenset[int]) -> set[int]:
        """The places that bear on a set: those of its figures, and undecided ones beside them."""
        active: set[int] = set()
        ahead = [place for quantity in chosen for place in self.system.places_of[quantity]]
        while ahead:
            place = ahead.pop()
            if place not in active:
                active.add(place)
                ahead += self._undecided_beside(place, chosen)
        return active

    def _number(self, quantity: int) -> int:
        if quantity not in self.numbers:
            known = self.system.quantities[quantity]
            number = self.tableau.number(known.lower, known.upper)
            self.numbers[quantity] = number
            self.quantities[number] = quantity
        return self.numbers[quantity]

    def _let_change(self, chosen: frozenset[int]) -> None:
        """Let these figures be anything that their units allow, and others what is printed."""
        for quantity in self.free - chosen:
            known = self.system.quantities[quantity]
            self.tableau.bound(self.numbers[quantity], known.lower, known.upper)
        for quantity in chosen - self.free:
            limits = self.system.quantities[quantity].limits
            self.tableau.bound(self.numbers[quantity], limits.lower, limits.upper)
        self.free = chosen

    def _printed(self, bound: Bound) -> int | None:
        """The quantity of whose row a bound is, if it is what a row says."""
        quantity = self.quantities.get(bound.variable)
        if quantity is None or quantity in self.free:
            return None
        known = self.system.quantities[quantity]
        return quantity if known.is_printed(is_upper=bound.is_upper) else None

    def _can_change(self, quantity: int) -> bool:
        known = self.system.quantities[quantity]
        return known.is_printed(is_upper=False) or known.is_printed(is_upper=True)
