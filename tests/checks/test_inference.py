"""What is left of a withheld number, against all numbers that there can be, tried one by one."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.checks.inference import Interval, Linear, narrowed
from tests.kit.examples import examples

MOST = 6
Weights = list[int]
RULES = st.lists(
    st.tuples(st.lists(st.integers(-2, 2), min_size=4, max_size=4), st.booleans()),
    min_size=1,
    max_size=4,
)


def linear(index: int, weights: Weights, constant: int, *, is_balance: bool) -> Linear:
    stated = {n: Fraction(w) for n, w in enumerate(weights) if w}
    return Linear(stated, Fraction(constant), is_balance, frozenset((index,)))


@given(RULES, st.lists(st.integers(0, MOST), min_size=4, max_size=4), st.integers(0, 15))
@settings(max_examples=examples(400), deadline=None, derandomize=True)
def test_every_number_that_there_can_be_is_left(
    rules: list[tuple[Weights, bool]], true: list[int], printed: int
) -> None:
    """Each rule holds of the true numbers, of which some are printed and the others withheld."""
    relations = []
    for index, (weights, is_balance) in enumerate(rules):
        total = sum(w * n for w, n in zip(weights, true, strict=True))
        constant = -total if is_balance else -max(total, 0)
        relations.append(linear(index, weights, constant, is_balance=is_balance))
    known = [
        Interval(Fraction(n), Fraction(n))
        if printed >> place & 1
        else Interval(Fraction(0), Fraction(MOST))
        for place, n in enumerate(true)
    ]
    left = narrowed(known, [True] * 4, relations)
    spans = [range(int(item.lower or 0), int(item.upper or 0) + 1) for item in known]
    for numbers in product(*spans):
        sums = [
            sum(w * numbers[n] for n, w in item.weights.items()) + item.constant
            for item in relations
        ]
        if all(s == 0 if r.is_balance else s <= 0 for s, r in zip(sums, relations, strict=True)):
            for number, item in zip(numbers, left, strict=True):
                assert item.lower is not None
                assert item.upper is not None
                assert item.lower <= number <= item.upper


@given(
    st.permutations(range(4)),
    st.lists(st.integers(-3, 3), min_size=6, max_size=6),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
)
@settings(max_examples=examples(200), deadline=None, derandomize=True)
def test_numbers_that_balances_together_tell_are_found(
    order: list[int], mixed: list[int], true: list[int]
) -> None:
    """Four balances that have one solution, each a mixture of the ones before."""
    rows: list[Weights] = []
    for place in range(4):
        row = [0] * 4
        row[order[place]] = 1
        for before, factor in zip(rows, mixed[place:], strict=False):
            row = [a + factor * b for a, b in zip(row, before, strict=True)]
        rows.append(row)
    relations = [
        linear(
            index,
            row,
            -sum(w * n for w, n in zip(row, true, strict=True)),
            is_balance=True,
        )
        for index, row in enumerate(rows)
    ]
    left = narrowed([Interval(Fraction(0), None)] * 4, [True] * 4, relations)
    assert [item.lower for item in left] == [item.upper for item in left] == true


def test_bounds_that_come_nearer_without_an_end_come_to_an_end() -> None:
    """x = 2 y and y = 2 x leave less and less, and never quite nothing but 0."""
    relations = [
        linear(0, [1, -2], 0, is_balance=False),
        linear(1, [-2, 1], 0, is_balance=False),
    ]
    known = [Interval(Fraction(0), Fraction(10**6))] * 2
    left = narrowed(known, [False, False], relations)
    assert all(item.lower == 0 and item.upper is not None for item in left)


def test_many_balances_are_not_combined_and_yet_narrowed() -> None:
    relations = [linear(n, [0] * n + [1, 1], -10, is_balance=True) for n in range(300)]
    known = [Interval(Fraction(1), Fraction(9))] * 301
    left = narrowed(known, [True] * 301, relations)
    assert all(item.lower == 1 and item.upper == 9 for item in left)
