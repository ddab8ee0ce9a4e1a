"""Each constraint is an entry of one table, and Pandera's verdict is asked for once."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mtopendata.checks import constraints
from mtopendata.checks.constraints import Tests, all_hold, answers, check_constraints
from mtopendata.ledger.codes import CODES
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.package.constraint import UnusableConstraintError
from mtopendata.package.constraints import CONSTRAINTS, in_force, repeats_enum
from mtopendata.package.model import Field, Resource, Schema
from mtopendata.package.types import TYPES
from mtopendata.reading.tables import Lines, Place, Table


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_an_entry_is_whole(name: str) -> None:
    entry = CONSTRAINTS[name]
    assert entry.name == name
    assert entry.effect.startswith("enforced")
    assert any(map(entry.applies_to, TYPES.values()))
    assert entry.test is None or entry.words is not None
    assert entry.words is None or name in CODES


def test_which_checks_pandera_has_for_them() -> None:
    values = {"pattern": "a", "minLength": 1, "maxLength": 1}
    found = {
        name: built_in[0]
        for name, entry in CONSTRAINTS.items()
        if (built_in := entry.built_in(values.get(name, [1])))
    }
    assert found == {
        "enum": "isin",
        "categories": "isin",
        "pattern": "str_matches",
        "minimum": "ge",
        "maximum": "le",
        "exclusiveMinimum": "gt",
        "exclusiveMaximum": "lt",
        "minLength": "str_length",
        "maxLength": "str_length",
    }


def test_their_order_is_plain() -> None:
    assert len({entry.order for entry in CONSTRAINTS.values()}) == len(CONSTRAINTS)


CASES: list[tuple[str, Any, str, pl.Series, list[bool]]] = [
    ("required", True, "string", pl.Series(["a"]), [True]),
    ("enum", ["1", 2], "integer", pl.Series([1, 2, 3]), [True, True, False]),
    ("categories", ["a", "b"], "string", pl.Series(["a", "c"]), [True, False]),
    ("pattern", "a|b", "string", pl.Series(["a", "axx"]), [True, False]),
    ("pattern", "a(?!b).", "string", pl.Series(["ac", "ab", "acd"]), [True, False, False]),
    ("minimum", 2, "integer", pl.Series([1, 2]), [False, True]),
    ("maximum", 2, "integer", pl.Series([2, 3]), [True, False]),
    ("exclusiveMinimum", 2, "integer", pl.Series([2, 3]), [False, True]),
    ("exclusiveMaximum", 2, "number", pl.Series([1.9, float("nan"), 2.0]), [True, False, False]),
    ("minLength", 2, "string", pl.Series(["é", "éé"]), [False, True]),
    ("maxLength", 10**30, "string", pl.Series(["a"]), [True]),
]


@pytest.mark.parametrize(("name", "value", "kind", "cells", "answers"), CASES)
def test_what_a_constraint_asks(
    name: str, value: Any, kind: str, cells: pl.Series, answers: list[bool]
) -> None:
    make = CONSTRAINTS[name].test
    assert make is not None
    test = make(value, Field("v", kind), cells.dtype)
    assert cells.alias("v").to_frame().select(test(pl.col("v"))).to_series().to_list() == answers


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("enum", [1, "x"], "'x' is no integer"),
        ("enum", [1, None], "its values are not all single values of the type integer"),
        ("minimum", [1], "a bound is a single value, not [1]"),
        ("minimum", "x", "'x' is no integer"),
        ("pattern", "(", "'(' is no regular expression"),
    ],
)
def test_a_constraint_that_cannot_be_used_says_why(name: str, value: Any, why: str) -> None:
    make = CONSTRAINTS[name].test
    assert make is not None
    with pytest.raises(UnusableConstraintError) as error:
        make(value, Field("v", "integer"), pl.Int64())
    assert str(error.value).startswith(why)


def test_which_constraints_are_in_force() -> None:
    off = Field("v", constraints={"required": False, "unique": True, "minLength": 1})
    assert in_force(off) == {"minLength": 1}
    assert not repeats_enum(Field("v", constraints={"enum": []}))
    twice = Field("v", "integer", constraints={"enum": [1, 2]}, categories=("2", "1"))
    assert in_force(twice) == {"enum": [1, 2]}
    other = Field("v", constraints={"enum": ["a"]}, categories=("a", "b"))
    assert in_force(other) == {"enum": ["a"], "categories": ["a", "b"]}


# The check


def test_rows_are_put_to_each_test_once() -> None:
    """Also where one fails: the answers that Pandera judges are those that give the places."""
    calls = []

    def is_even(cells: pl.Series) -> pl.Series:
        calls.append(len(cells))
        return cells % 2 == 0

    tests: Tests = {
        ("v", "even"): lambda column: column.map_batches(is_even, return_dtype=pl.Boolean),
        ("v", "small"): lambda column: column < 9,
    }
    told = answers(pl.DataFrame({"v": [2, 3, 4, 5]}), tests)
    assert calls == [4]
    assert [series.to_list() for series in told] == [[True, False, True, False], [True] * 4]


@pytest.mark.parametrize(
    "verdicts", [[(True,)], [(True, False)], [(True, True), (True, True)], [(True,), (False,)]]
)
def test_pandera_judges_the_answers_of_all_blocks(verdicts: list[tuple[bool, ...]]) -> None:
    assert all_hold(verdicts) is all(map(all, verdicts))


def test_without_pandera_s_word_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constraints, "all_hold", lambda _: True)
    item = Field("v", "string", categories=("a", "b"))
    (outcome,) = check_constraints(table_of(item, pl.Series(["a", "c"])), 9)
    assert isinstance(outcome, Outcome)
    assert outcome.failed_count == 0


def test_names_that_mean_more_to_polars_are_names() -> None:
    frame = pl.DataFrame({"*": [1, None], "^.*$": [3, 4], "v": [5, 6]})
    tests: Tests = {("*", "r"): lambda c: c.is_not_null(), ("^.*$", "m"): lambda c: c > 3}
    told = answers(frame, tests)
    assert [series.to_list() for series in told] == [[True, False], [False, True]]


def table_of(item: Field, cells: pl.Series, **unread: pl.Series) -> Table:
    file = Path("t.csv")
    resource = Resource("t", (file.name,), (file,), "csv", schema=Schema((item,)))
    lines = Lines()
    lines.append(range(2, 2 + len(cells)), 0)
    return Table(resource, cells.alias(item.name).to_frame(), lines, unread)


def test_a_cell_that_could_not_be_read_is_not_missing() -> None:
    item = Field("v", "integer", constraints={"required": True})
    cells, unread = pl.Series([1, None, None]), pl.Series([1], dtype=pl.UInt32)
    (outcome,) = check_constraints(table_of(item, cells, v=unread), 9)
    assert isinstance(outcome, Outcome)
    assert (outcome.tested, list(outcome.failed)) == (3, [(Place(0, 4), None)])


def test_an_outcome_names_the_rows_that_failed_and_words_each() -> None:
    item = Field("v", "string", categories=("a", "b"))
    (outcome,) = check_constraints(table_of(item, pl.Series(["a", "c", None, "b", "d"])), 9)
    assert isinstance(outcome, Outcome)
    assert (outcome.kind, outcome.name, outcome.resource) == ("constraint", "v: categories", "t")
    failed = [(Place(0, 3), "c"), (Place(0, 6), "d")]
    assert (outcome.tested, outcome.engine, list(outcome.failed)) == (4, "pandera", failed)
    assert outcome.say(failed[1]) == Finding(
        "categories",
        "error",
        "'d' is not one of the allowed values",
        "write one of a, b",
        "t",
        "t.csv",
        6,
        "v",
        "d",
    )
