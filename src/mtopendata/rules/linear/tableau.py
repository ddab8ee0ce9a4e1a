"""Bounded numbers and sums of them: can all bounds hold, if not which cannot, and how far can one
number go? The simplex method in the form of Dutertre and de Moura (CAV 2006), in exact numbers.

Bounds can be changed from one question to the next, which then begins where the last one ended.
Bland's rule keeps it from running in circles.
"""

from collections.abc import Mapping
from typing import NamedTuple, cast

from mtopendata.rules.linear.effort import Effort
from mtopendata.rules.linear.exact import Number, quotient, reduced, size


class Bound(NamedTuple):
    """One side of what a number may be."""

    variable: int
    is_upper: bool


class Tableau:
    """Numbers, each with a lower and an upper bound (None: no bound), some of them sums."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.lower: list[Number | None] = []
        self.upper: list[Number | None] = []
        self.value: list[Number] = []
        # A sum is a row of weights of numbers that are in no row; those have columns.
        self._rows: dict[int, dict[int, Number]] = {}
        self._columns: dict[int, set[int]] = {}
        self._suspects: set[int] = set()
        self._crossed: set[int] = set()

    # Building

    def number(self, lower: Number | None, upper: Number | None) -> int:
        """Add a number, and return its index."""
        index = len(self.value)
        self.lower.append(None)
        self.upper.append(None)
        self.value.append(0)
        self._columns[index] = set()
        self.bound(index, lower, upper)
        return index

    def sum(self, weights: Mapping[int, Number], lower: Number | None, upper: Number | None) -> int:
        """Add a number that is the sum of others, each times its weight, and return its index."""
        index = len(self.value)
        row: dict[int, Number] = {}
        for variable, weight in weights.items():
            for inner, share in self._rows.get(variable, {variable: 1}).items():
                row[inner] = reduced(row.get(inner, 0) + weight * share)
            self.effort.spend(len(row))
        row = {variable: weight for variable, weight in row.items() if weight}
        self.lower.append(None)
        self.upper.append(None)
        self.value.append(reduced(sum(weight * self.value[v] for v, weight in row.items())))
        self._rows[index] = row
        for variable in row:
            self._columns[variable].add(index)
        self.bound(index, lower, upper)
        return index

    def bound(self, variable: int, lower: Number | None, upper: Number | None) -> None:
        """Set both bounds of a number."""
        self.lower[variable], self.upper[variable] = lower, upper
        if lower is not None and upper is not None and lower > upper:
            self._crossed.add(variable)
            return
        self._crossed.discard(variable)
        if variable in self._rows:
            self._suspects.add(variable)
            return
        value = self.value[variable]
        if lower is not None and value < lower:
            self._move(variable, lower - value)
        elif upper is not None and value > upper:
            self._move(variable, upper - value)

    # Asking

    def conflict(self) -> frozenset[Bound] | None:
        """Bounds that cannot hold together; None: all can, and `value` has numbers that do.

        TooMuchEffort: it is not found out.
        """
        if self._crossed:
            variable = min(self._crossed)
            return frozenset({Bound(variable, False), Bound(variable, True)})
        while (leaving := self._outside()) is not None:
            value, lower = self.value[leaving], self.lower[leaving]
            is_low = lower is not None and value < lower
            sign = 1 if is_low else -1
            row = self._rows[leaving]
            self.effort.spend(len(row))
            can_move = (v for v, weight in row.items() if self._has_room(v, sign * weight))
            entering = min(can_move, default=None)
            if entering is None:
                blocked = {Bound(v, sign * weight > 0) for v, weight in row.items()}
                return frozenset({*blocked, Bound(leaving, not is_low)})
            target = cast("Number", lower if is_low else self.upper[leaving])
            self._move(entering, quotient(target - value, row[entering]))
            self._pivot(leaving, entering)
        return None

    def extreme(self, variable: int, sign: int) -> Number | None:
        """The largest value that a number can have, or with `sign` -1 the smallest; None: there is
        none. All bounds must hold already, as `conflict` has found. TooMuchEffort as there.
        """
        while True:
            row = self._rows.get(variable, {variable: 1})
            self.effort.spend(len(row))
            can_move = (v for v, weight in row.items() if self._has_room(v, sign * weight))
            entering = min(can_move, default=None)
            if entering is None:
                return self.value[variable]
            direction = 1 if sign * row[entering] > 0 else -1
            step, leaving = self._room(entering, direction)
            if step is None:
                return None
            self._move(entering, direction * step)
            if leaving != entering:
                self._pivot(leaving, entering)

    # Moving

    def _outside(self) -> int | None:
        """The first sum that is beyond a bound of its own."""
        for variable in sorted(self._suspects):
            self._suspects.discard(variable)
            if variable in self._rows and not self._is_inside(variable):
                self._suspects.add(variable)
                return variable
        return None

    def _is_inside(self, variable: int) -> bool:
        value, lower, upper = self.value[variable], self.lower[variable], self.upper[variable]
        return (lower is None or value >= lower) and (upper is None or value <= upper)

    def _has_room(self, variable: int, direction: Number) -> bool:
        """Whether a number can rise, or fall where `direction` is negative."""
        limit = self.upper[variable] if direction > 0 else self.lower[variable]
        return limit is None or self.value[variable] != limit

    def _room(self, entering: int, direction: int) -> tuple[Number | None, int]:
        """How far a number can move until one reaches its bound, and which; None: any way."""
        step: Number | None = None
        leaving = entering
        slopes = {row: self._rows[row][entering] for row in self._columns[entering]}
        self.effort.spend(len(slopes) * size(self.value[entering]))
        for variable, weight in sorted({**slopes, entering: 1}.items()):
            slope = weight * direction
            limit = self.upper[variable] if slope > 0 else self.lower[variable]
            if limit is not None:
                room = quotient(limit - self.value[variable], slope)
                if step is None or room < step:
                    step, leaving = room, variable
        return step, leaving

    def _move(self, variable: int, change: Number) -> None:
        """Change a number that is in no row, and all sums with it."""
        self.value[variable] = reduced(self.value[variable] + change)
        rows = self._columns[variable]
        self.effort.spend((len(rows) + 1) * size(self.value[variable]))
        for row in rows:
            self.value[row] = reduced(self.value[row] + self._rows[row][variable] * change)
        self._suspects |= rows

    def _pivot(self, leaving: int, entering: int) -> None:
        """Let a sum become a number in no row, and that number a sum in its place."""
        row = self._rows.pop(leaving)
        divisor = row.pop(entering)
        solved = {v: quotient(-weight, divisor) for v, weight in row.items()}
        solved[leaving] = quotient(1, divisor)
        cost = max(map(size, solved.values()))
        users = self._columns.pop(entering)
        users.discard(leaving)
        self._columns[leaving] = set()
        for variable in row:
            self._columns[variable].discard(leaving)
        for user in users:
            other = self._rows[user]
            factor = other.pop(entering)
            self.effort.spend(len(solved) * (size(factor) + cost))
            for variable, weight in solved.items():
                total = reduced(other.get(variable, 0) + factor * weight)
                if total:
                    other[variable] = total
                    self._columns[variable].add(user)
                else:
                    other.pop(variable, None)
                    self._columns[variable].discard(user)
        self._rows[entering] = solved
        for variable in solved:
            self._columns[variable].add(entering)
        self._suspects.add(entering)
