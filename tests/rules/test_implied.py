"""What rules leave of figures that are not exact is what z3 finds, or wider where it says so."""

from fractions import Fraction

import pytest
import z3
from hypothesis import assume, given, settings

from mtopendata.rules.implied import Implied, Torn, implied
from mtopendata.rules.linear.effort import Effort
from mtopendata.rules.system import Range, System, whole_range
from tests.kit.examples import examples
from tests.rules.test_repairs import Referee, rule, rules_over_figures, system, violated

SETTINGS = settings(max_examples=examples(150), deadline=None, derandomize=True)


def left(built: System, effort: int = 10**6) -> list[tuple[str, Range, list[str], bool]]:
    return [
        (
            built.quantities[item.quantity].measure,
            item.bounds,
            [built.places[place].rule.name for place in item.places],
            item.is_narrowest,
        )
        for item in implied(built, Effort(effort))
        if isinstance(item, Implied)
    ]


def test_a_part_that_is_open_is_bounded_by_the_whole() -> None:
    built = system(
        [rule("r", "=", [(1, "m0"), (1, "m1"), (-1, "m2")])], [(7, 7), (5, None), (29, 30)]
    )
    assert left(built) == [("m1", (22, 23), ["r"], True)]


def test_a_figure_that_is_not_reported_is_what_the_others_leave() -> None:
    built = system(
        [rule("r", "=", [(1, "m0"), (1, "m1"), (-1, "m2")])], [(7, 7), (None, None), (29, 29)]
    )
    assert left(built) == [("m1", (22, 22), ["r"], True)]


def test_bounds_go_on_from_one_rule_to_the_next() -> None:
    chain = [rule(f"r{n}", "<=", [(1, f"m{n}"), (-1, f"m{n + 1}")]) for n in range(3)]
    built = system(chain, [(1, None), (1, None), (1, None), (9, 9)])
    assert [(name, bounds) for name, bounds, *_ in left(built)] == [
        ("m0", (1, 9)), ("m1", (1, 9)), ("m2", (1, 9)),
    ]  # fmt: skip
    assert left(built)[0][2] == ["r0", "r1", "r2"]


def test_where_the_work_is_too_much_the_bounds_are_said_to_be_perhaps_too_wide() -> None:
    built = system(
        [rule("r", "=", [(1, "m0"), (1, "m1"), (-1, "m2")])], [(7, 7), (5, None), (29, 30)]
    )
    assert left(built, effort=1) == [("m1", (22, 23), ["r"], False)]


@pytest.mark.parametrize("effort", [1, 10**6])
def test_bounds_that_narrow_each_other_for_ever_take_bounded_time(effort: int) -> None:
    """x ≤ y / 2 and y ≤ x, for shares from 1 on: each round halves them, and nothing is left."""
    rules = [rule("r", "<=", [(2, "m0"), (-1, "m1")]), rule("q", "<=", [(1, "m1"), (-1, "m0")])]
    built = system(rules, [(0, 100), (0, 100)], "percent")
    found = left(built, effort)
    assert {name for name, *_ in found} == {"m0", "m1"}
    assert all(bounds == (0, 0) or not is_narrowest for _, bounds, _, is_narrowest in found)


def test_figures_that_no_rule_forbids_by_itself_and_all_together_do_are_torn() -> None:
    rules = [rule("r", "=", [(1, "m0"), (-1, "m1")]), rule("q", "=", [(1, "m0"), (-1, "m2")])]
    built = system(rules, [(0, 10), (0, 4), (6, 10)])
    assert not violated(built)
    assert [type(item) for item in implied(built, Effort())] == [Torn]


def contains(wide: Range, narrow: Range) -> bool:
    """Whether one interval lies in another."""
    (low, high), (lower, upper) = wide, narrow
    is_above = low is None or (lower is not None and lower >= low)
    return is_above and (high is None or (upper is not None and upper <= high))


def z3_range(referee: Referee, index: int) -> Range:
    ends = []
    for is_upper in (False, True):
        optimize = z3.Optimize()
        optimize.add(*referee.constraints(frozenset()))
        goal = optimize.maximize if is_upper else optimize.minimize
        handle = goal(referee.numbers[index])
        assert optimize.check() == z3.sat
        text = str(handle.upper() if is_upper else handle.lower())
        ends.append(None if "oo" in text else Fraction(text))
    return ends[0], ends[1]


@SETTINGS
@given(rules_over_figures())
def test_the_narrowest_bounds_are_those_of_z3(built: System) -> None:
    referee = Referee(built)
    assume(not violated(built))
    found = list(implied(built, Effort()))
    solver = z3.Solver()
    solver.add(*referee.constraints(frozenset()))
    if any(isinstance(item, Torn) for item in found):
        # Whole numbers can be torn where fractions are not.
        assert solver.check() != z3.sat or built.quantities[0].limits.is_whole
        return
    assert solver.check() == z3.sat
    bounds = {item.quantity: item.bounds for item in found if isinstance(item, Implied)}
    wide = {i.quantity: i.bounds for i in implied(built, Effort(1)) if isinstance(i, Implied)}
    for index, quantity in enumerate(built.quantities):
        if quantity.figure is None:
            assert index not in bounds
            continue
        known = (quantity.lower, quantity.upper)
        expected = whole_range(z3_range(referee, index), quantity.limits)
        assert expected is not None
        assert contains(wide.get(index, known), bounds.get(index, known))
        if quantity.limits.is_whole:
            assert contains(expected, bounds.get(index, known))
        else:
            assert bounds.get(index, known) == expected
