"""Repairs are all smallest sets of figures whose change makes rules hold; z3 is the referee."""

import time
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

import pytest
import z3
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mtopendata.reading.tables import Place
from mtopendata.rules.instances import Key
from mtopendata.rules.linear.effort import Effort
from mtopendata.rules.linear.exact import Number
from mtopendata.rules.model import Figure, Rule, Term
from mtopendata.rules.relations import RELATIONS
from mtopendata.rules.repairs import Repairs, all_repairs
from mtopendata.rules.system import Range, System, system_of
from tests.kit.examples import examples

SETTINGS = settings(max_examples=examples(150), deadline=None, derandomize=True)

Bounds = tuple[int | None, int | None]


def figure(row: int, bounds: Bounds, unit: str | None = "case") -> Figure:
    lower, upper = (None if end is None else Decimal(end) for end in bounds)
    return Figure(lower or upper, lower, upper, "s", Place(0, row), None, unit)


def rule(name: str, sign: str, weights: Sequence[tuple[int, str]]) -> Rule:
    terms = tuple(Term(Decimal(weight), measure, None, 0) for weight, measure in weights)
    return Rule(name, RELATIONS[sign], "error", name, 0, terms)


def system(rules: Sequence[Rule], bounds: Sequence[Bounds], unit: str | None = "case") -> System:
    figures: dict[Key, Sequence[Figure]] = {
        (f"m{row}", "A", 2023): [figure(row, pair, unit)] for row, pair in enumerate(bounds)
    }
    return system_of(rules, figures, are_signed=False)


def violated(built: System) -> list[int]:
    return [index for index, place in enumerate(built.places) if place.state == "violated"]


def found(built: System) -> list[Repairs]:
    return all_repairs(built, violated(built), Effort())


# The referee


def z3_number(value: z3.RatNumRef) -> Number | None:
    text = str(value)
    return None if "oo" in text else Fraction(text)


class Referee:
    """The whole system as z3 sees it, in fractions."""

    def __init__(self, built: System) -> None:
        self.built = built
        self.numbers = [z3.Real(f"x{index}") for index in range(len(built.quantities))]

    def constraints(self, chosen: frozenset[int]) -> list[z3.BoolRef]:
        stated = []
        for index, quantity in enumerate(self.built.quantities):
            limits = quantity.limits
            pair = (quantity.lower, quantity.upper)
            lower, upper = (limits.lower, limits.upper) if index in chosen else pair
            if lower is not None:
                stated.append(self.numbers[index] >= z3.Q(lower.numerator, lower.denominator))
            if upper is not None:
                stated.append(self.numbers[index] <= z3.Q(upper.numerator, upper.denominator))
        for place in self.built.places:
            total = z3.Sum([weight * self.numbers[q] for q, weight in place.weights.items()])
            stated.append(total == 0 if place.rule.relation.is_balance else total <= 0)
        return stated

    def is_torn(self) -> bool:
        """Whether rules that are not violated, each by itself, contradict each other."""
        solver = z3.Solver()
        stated = self.constraints(frozenset())
        first = len(stated) - len(self.built.places)
        solver.add(*stated[:first])
        for place, constraint in zip(self.built.places, stated[first:], strict=True):
            if place.state != "violated":
                solver.add(constraint)
        return bool(solver.check() != z3.sat)

    def ranges(self, chosen: frozenset[int]) -> dict[int, Range] | None:
        """Between which values each of the figures must lie; None: this is no repair."""
        solver = z3.Solver()
        solver.add(*self.constraints(chosen))
        if solver.check() != z3.sat:
            return None
        ranges: dict[int, Range] = {}
        for index in sorted(chosen):
            ends = []
            for is_upper in (False, True):
                optimize = z3.Optimize()
                optimize.add(*self.constraints(chosen))
                goal = optimize.maximize if is_upper else optimize.minimize
                handle = goal(self.numbers[index])
                assert optimize.check() == z3.sat
                ends.append(z3_number(handle.upper() if is_upper else handle.lower()))
            low, high = ends
            if self.built.quantities[index].limits.is_whole:
                low = None if low is None else ceil(low)
                high = None if high is None else floor(high)
                if low is not None and high is not None and low > high:
                    return None
            ranges[index] = (low, high)
        return ranges

    def smallest(self, most: int = 3) -> dict[frozenset[int], dict[int, Range]]:
        """All smallest sets, by trying every one."""
        rows = [i for i, quantity in enumerate(self.built.quantities) if quantity.figure]
        for size in range(1, most + 1):
            sets = {}
            for chosen in combinations(rows, size):
                ranges = self.ranges(frozenset(chosen))
                if ranges is not None:
                    sets[frozenset(chosen)] = ranges
            if sets:
                return sets
        return {}


# Random systems

MEASURES = 6
weights = st.sampled_from([1, 1, 1, -1, -1, -1, 2, -3])


@st.composite
def rules_over_figures(draw: st.DrawFn) -> System:
    bounds: list[Bounds] = []
    for _ in range(MEASURES):
        low = draw(st.integers(0, 12))
        kind = draw(st.sampled_from(["exact", "exact", "exact", "rounded", "at_least", "at_most"]))
        bounds.append(
            {
                "exact": (low, low), "rounded": (low, low + draw(st.integers(1, 3))),
                "at_least": (low, None), "at_most": (None, low),
            }[kind]
        )  # fmt: skip
    rules = []
    for number in range(draw(st.integers(1, 4))):
        measures = draw(st.lists(st.integers(0, MEASURES), min_size=2, max_size=4, unique=True))
        terms = [(draw(weights), f"m{measure}") for measure in measures]
        rules.append(rule(f"r{number}", draw(st.sampled_from(["=", "<="])), terms))
    return system(rules, bounds, draw(st.sampled_from(["case", "percent", None])))


def joined(parts: Sequence[Repairs]) -> dict[frozenset[int], dict[int, Range]]:
    """The smallest sets of all together: one of each part."""
    sets: dict[frozenset[int], dict[int, Range]] = {frozenset(): {}}
    for part in parts:
        sets = {
            chosen | frozenset(more): {**ranges, **more}
            for chosen, ranges in sets.items()
            for more in part.sets
        }
    return sets


@SETTINGS
@given(rules_over_figures())
def test_all_smallest_sets_and_their_intervals_are_those_that_z3_finds(built: System) -> None:
    referee = Referee(built)
    assume(violated(built) and not referee.is_torn())
    parts = found(built)
    expected = referee.smallest(MEASURES)
    if any(part.gave_up for part in parts):
        assert not expected
    else:
        assert joined(parts) == expected


# By example


def sets_of(built: System) -> list[tuple[int, list[dict[str, Range]]]]:
    """Of each repair how many places it mends, and its sets by measure."""
    named = [quantity.measure for quantity in built.quantities]
    return [
        (len(part.violated), [{named[q]: pair for q, pair in one.items()} for one in part.sets])
        for part in found(built)
    ]


def test_a_figure_that_explains_two_violations_is_the_only_repair() -> None:
    sums = [(1, "m0"), (1, "m1"), (-1, "m2")], [(1, "m1"), (1, "m3"), (-1, "m4")]
    rules = [rule("r", "=", sums[0]), rule("q", "=", sums[1])]
    built = system(rules, [(7, 7), (2, 2), (29, 29), (5, 5), (27, 27)])
    assert sets_of(built) == [(2, [{"m1": (22, 22)}])]


def test_a_repair_does_not_break_a_rule_that_holds() -> None:
    rules = [
        rule("r", "=", [(1, "m0"), (1, "m1"), (-1, "m2")]),
        rule("q", "=", [(1, "m2"), (-1, "m3")]),
    ]
    built = system(rules, [(7, 7), (2, 2), (29, 29), (29, 29)])
    assert sets_of(built) == [(1, [{"m0": (27, 27)}, {"m1": (22, 22)}])]


def test_two_figures_are_named_where_one_is_not_enough() -> None:
    rules = [
        rule("r", "=", [(1, "m0"), (-1, "m1")]),
        rule("q", "=", [(1, "m0"), (-1, "m2")]),
        rule("p", "=", [(1, "m0"), (-1, "m3")]),
    ]
    built = system(rules, [(1, 1), (1, 1), (2, 2), (3, 3)])
    assert sets_of(built) == [(2, [{"m2": (1, 1), "m3": (1, 1)}])]


def test_a_count_is_not_mended_by_half_a_thing() -> None:
    built = system([rule("r", "=", [(2, "m0"), (-1, "m1")])], [(3, 3), (7, 7)])
    assert sets_of(built) == [(1, [{"m1": (6, 6)}])]


def test_what_only_a_negative_count_would_mend_is_not_mended_so() -> None:
    built = system([rule("r", "=", [(1, "m0"), (1, "m1"), (-1, "m2")])], [(9, 9), (4, 4), (5, 5)])
    assert sets_of(built) == [(1, [{"m0": (1, 1)}, {"m2": (13, 13)}])]


def test_what_cannot_hold_at_all_is_said_to_have_no_repair() -> None:
    rules = [rule("r", "=", [(1, "m0"), (1, "m1")])]
    (part,) = found(system(rules, [(3, 3), (0, 0)]))
    assert [dict(one) for one in part.sets] == [{0: (0, 0)}]
    many = [rule("r", "=", [(1, f"m{n}") for n in range(9)])]
    (part,) = found(system(many, [(3, 3)] * 9))
    assert not part.sets
    assert part.gave_up == "more than 6 figures would have to change"


def test_work_without_bounds_is_given_up() -> None:
    rules = [rule(f"r{n}", "=", [(1, f"m{n}"), (-1, f"m{n + 1}")]) for n in range(50)]
    built = system(rules, [(number, number) for number in range(51)])
    (part,) = all_repairs(built, violated(built), Effort(500))
    assert not part.sets
    assert part.gave_up == "too many rules and figures depend on each other"


@pytest.mark.slow
def test_ten_thousand_rules_and_coefficients_of_38_digits_take_bounded_time() -> None:
    begin = time.process_time()
    circle = [
        rule(f"r{n}", "=", [(1, f"m{n}"), (-1, f"m{(n + 1) % 10_000}")]) for n in range(10_000)
    ]
    built = system(circle, [(1 + (n == 5_000), 1 + (n == 5_000)) for n in range(10_000)])
    assert sets_of(built) == [(2, [{"m5000": (1, 1)}])]
    wide = [
        rule(f"r{n}", "=", [(10**37 + n, f"m{n}"), (-(10**37), f"m{n + 1}")]) for n in range(300)
    ]
    (part,) = found(system(wide, [(5 + n, 5 + n) for n in range(301)]))
    assert part.gave_up
    assert time.process_time() - begin < 60
