"""What rules say of each other is found whatever the figures are; z3 is the referee."""

import time
from collections.abc import Collection, Sequence
from decimal import Decimal

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.rules.doctor import Diagnosis, Follows, diagnosis
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.relations import RELATIONS
from tests.kit.examples import examples

SETTINGS = settings(max_examples=examples(300), deadline=None, derandomize=True)

Weighted = Sequence[tuple[int, str]]


def rule(name: str, sign: str, *weights: tuple[int, str], area: str | None = None) -> Rule:
    """The last term has this area."""
    terms = [Term(Decimal(weight), measure, None, 0) for weight, measure in weights]
    terms[-1] = Term(terms[-1].coefficient, terms[-1].measure, area, 0)
    return Rule(name, RELATIONS[sign], "error", name, 0, tuple(terms))


def at_most(name: str, part: str, whole: str, area: str | None = None) -> Rule:
    return rule(name, "<=", (1, part), (-1, whole), area=area)


def measures(rules: Sequence[Rule]) -> set[str]:
    return {term.measure for rule in rules for term in rule.terms}


def diagnosed(*rules: Rule) -> Diagnosis:
    return diagnosis(rules, measures(rules))


def names(rules: Sequence[Rule]) -> list[str]:
    return [rule.name for rule in rules]


def said(items: Sequence[Follows]) -> list[tuple[str, list[str]]]:
    return [(item.rule.name, names(item.because_of)) for item in items]


def test_rules_that_only_zeros_satisfy_contradict() -> None:
    twice, same = rule("r", "=", (1, "a"), (-2, "b")), rule("q", "=", (1, "a"), (-1, "b"))
    found = diagnosed(twice, same, at_most("p", "c", "d"))
    (item,) = found.fixed
    assert names(item.rules) == ["r", "q"]
    assert item.emptied is not None


def test_a_figure_that_can_only_be_zero_is_named_with_the_rules_that_fix_it() -> None:
    found = diagnosed(rule("r", "=", (1, "a"), (1, "b"), (-1, "t")), at_most("q", "t", "a"))
    (item,) = found.fixed
    assert (item.figures, names(item.rules)) == ((("b", None, 0),), ["r", "q"])
    assert item.emptied is None
    assert said(found.only_equal) == [("q", ["r"])]


def test_limits_in_a_circle_are_only_equalities() -> None:
    found = diagnosed(at_most("r", "a", "b"), at_most("q", "b", "c"), at_most("p", "c", "a"))
    assert said(found.only_equal) == [("r", ["q", "p"]), ("q", ["r", "p"]), ("p", ["r", "q"])]
    assert not found.fixed


def test_a_rule_that_follows_from_others_is_named_with_them() -> None:
    found = diagnosed(at_most("r", "a", "b"), at_most("q", "b", "c"), at_most("p", "a", "c"))
    assert said(found.implied) == [("p", ["r", "q"])]


def test_a_rule_follows_from_what_holds_in_the_named_area_too() -> None:
    within = at_most("q", "b", "b", area="ALL")
    found = diagnosed(at_most("r", "a", "b"), within, at_most("p", "a", "b", area="ALL"))
    assert said(found.implied) == [("p", ["r", "q"])]


def test_a_rule_that_the_units_alone_make_true_follows_from_nothing() -> None:
    assert said(diagnosed(rule("r", "<=", (-1, "a"))).implied) == [("r", [])]


def test_a_term_that_other_rules_make_idle_is_named() -> None:
    limit = rule("r", "<=", (1, "a"), (1, "b"), (-1, "c"))
    found = diagnosed(limit, rule("q", "=", (1, "t"), (1, "b"), (-1, "s")), at_most("p", "s", "t"))
    assert [(item.rule.name, item.term and item.term.measure) for item in found.idle_terms] == [
        ("r", "b")
    ]


def test_lagged_rules_are_held_against_each_other() -> None:
    terms = (Term(Decimal(1), "a", None, 2), Term(Decimal(-1), "a", None, 0))
    yearly = (Term(Decimal(1), "a", None, 1), Term(Decimal(-1), "a", None, 0))
    found = diagnosed(
        Rule("two", RELATIONS["<="], "error", "two", 0, terms),
        Rule("one", RELATIONS["<="], "error", "one", 0, yearly),
    )
    assert said(found.implied) == [("two", ["one"])]


# The referee


def is_possible(
    rules: Sequence[Rule], positive: Collection[str], extra: Weighted, sign: int
) -> bool:
    """Whether figures satisfy the rules while a weighted sum is above 0, or below it."""
    numbers = {name: z3.Real(name) for name in {*measures(rules), *(name for _, name in extra)}}
    solver = z3.Solver()
    solver.add(*(numbers[name] >= 0 for name in positive if name in numbers))
    for one in rules:
        total = z3.Sum([int(term.coefficient) * numbers[term.measure] for term in one.terms])
        solver.add(total == 0 if one.relation.is_balance else total <= 0)
    goal = z3.Sum([weight * numbers[name] for weight, name in extra])
    solver.add(goal > 0 if sign > 0 else goal < 0)
    return bool(solver.check() == z3.sat)


def weights_of(one: Rule) -> Weighted:
    return [(int(term.coefficient), term.measure) for term in one.terms]


def implies(rules: Sequence[Rule], positive: Collection[str], one: Rule) -> bool:
    above = is_possible(rules, positive, weights_of(one), 1)
    below = one.relation.is_balance and is_possible(rules, positive, weights_of(one), -1)
    return not above and not below


@st.composite
def random_rules(draw: st.DrawFn) -> list[Rule]:
    rules = []
    for number in range(draw(st.integers(1, 5))):
        chosen = draw(st.lists(st.integers(0, 4), min_size=1, max_size=4, unique=True))
        weights = [(draw(st.sampled_from([1, 1, -1, -1, 2, -3])), f"m{m}") for m in chosen]
        rules.append(rule(f"r{number}", draw(st.sampled_from(["=", "<=", "<="])), *weights))
    return rules


@SETTINGS
@given(random_rules(), st.booleans())
def test_z3_agrees_on_what_is_fixed_implied_and_only_equal(rules: list[Rule], signed: bool) -> None:
    positive = {"m0", "m1"} if signed else {f"m{number}" for number in range(5)}
    found = diagnosis(rules, positive)
    fixed = {key[0] for item in found.fixed for key in item.figures}
    for name in measures(rules):
        is_free = any(is_possible(rules, positive, [(1, name)], sign) for sign in (1, -1))
        by_one = any(
            not any(is_possible([one], positive, [(1, name)], sign) for sign in (1, -1))
            for one in rules
        )
        assert (name in fixed) <= (not is_free)
        assert is_free or by_one or name in fixed
    for fixing in found.fixed:
        for key in fixing.figures:
            for left_out in fixing.rules:
                fewer = [one for one in fixing.rules if one is not left_out]
                assert any(is_possible(fewer, positive, [(1, key[0])], sign) for sign in (1, -1))
    doubted = {one.name for item in found.fixed for one in item.rules}
    implied = {item.rule.name: item.because_of for item in found.implied}
    for one in rules:
        others = [other for other in rules if other is not one]
        if one.name not in doubted:
            assert (one.name in implied) == implies(others, positive, one)
    for name, because_of in implied.items():
        one = next(one for one in rules if one.name == name)
        assert implies(because_of, positive, one)
    for item in found.only_equal:
        assert not is_possible([item.rule, *item.because_of], positive, weights_of(item.rule), -1)
    for item in found.idle_terms:
        assert item.term
        goal = [(1, item.term.measure)]
        assert not any(is_possible(item.because_of, positive, goal, sign) for sign in (1, -1))


# Bounded time


@pytest.mark.slow
def test_ten_thousand_rules_and_coefficients_of_38_digits_take_bounded_time() -> None:
    begin = time.process_time()
    chain = [at_most(f"r{n}", f"m{n}", f"m{n + 1}") for n in range(10_000)]
    found = diagnosed(*chain)
    assert len(found.gave_up) == len(chain)
    wide = []
    for n in range(40):
        weights = [(10**37 + 7 * n + 3 * k * k, f"m{k}") for k in range(40)]
        wide.append(rule(f"r{n}", "=", *weights, (-1, f"t{n}")))
    diagnosed(*wide)
    assert time.process_time() - begin < 60
