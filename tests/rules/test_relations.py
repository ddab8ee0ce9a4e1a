"""A relation is decided from the signs of a sum's two ends, alike for all places and for one."""

import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata import Options, validate
from mtopendata.reading.tables import Place
from mtopendata.rules import relations
from mtopendata.rules.model import PLACE, Figure, Relation, Rule, Term
from mtopendata.rules.one_place import state_of
from mtopendata.rules.relations import RELATIONS
from mtopendata.rules.sums import decided_places, partial_sums

SETTINGS = settings(max_examples=200, deadline=None, derandomize=True)
SIGNS = (-1, 0, 1)


def test_each_file_is_a_relation_of_its_own() -> None:
    files = {path.stem for path in Path(relations.__file__).parent.glob("*.py")} - {"__init__"}
    assert list(RELATIONS) == ["%", "=", "<="]
    assert len(files) == len(RELATIONS)


@pytest.mark.parametrize(
    ("sign", "allowed", "is_balance"),
    [("=", {0}, True), ("<=", {-1, 0}, False)],
)
def test_a_relation_allows_some_signs_of_a_sum(
    sign: str, allowed: set[int], is_balance: bool
) -> None:
    relation = RELATIONS[sign]
    assert relation.is_balance == is_balance
    for lower, upper in product(SIGNS, SIGNS):
        if lower <= upper:
            possible = set(range(lower, upper + 1))
            state = (
                "violated"
                if not possible & allowed
                else "satisfied"
                if possible <= allowed
                else "undecided"
            )
            assert relation.state(lower, upper) == state


# In Polars and in decimals

Bounds = tuple[int | None, int | None]
bounds = st.none() | st.integers(-5, 5) | st.integers(-(10**20), 10**20)
coefficients = st.sampled_from(["1", "-1", "2", "-3", "0.5", "-0.25", "1000000"]).map(Decimal)


@SETTINGS
@given(
    st.sampled_from([item for item in RELATIONS.values() if not item.is_share]),
    st.lists(st.tuples(coefficients, st.none() | st.tuples(bounds, bounds)), min_size=1),
)
def test_a_place_among_all_and_alone_are_decided_alike(
    relation: Relation, terms: Sequence[tuple[Decimal, Bounds | None]]
) -> None:
    named = {f"m{index}": figure for index, (_, figure) in enumerate(terms)}
    rule = Rule(
        "r",
        relation,
        "error",
        "r",
        0,
        tuple(Term(weight, f"m{index}", None, 0) for index, (weight, _) in enumerate(terms)),
    )
    frame = pl.DataFrame(
        [
            {"measure": name, "area": "A", "period": 2023, "source": "s", "lower": a, "upper": b}
            for name, (a, b) in ((name, pair) for name, pair in named.items() if pair)
        ],
        schema={"measure": pl.String(), **PLACE, "lower": pl.Int128(), "upper": pl.Int128()},
    )
    found = decided_places(rule, partial_sums(rule, frame))
    figures = [pair and figure_between(*pair) for pair in named.values()]
    wanted = [("A", 2023, "s", state_of(rule, "A", figures))] if any(named.values()) else []
    assert found.rows() == wanted


def figure_between(lower: int | None, upper: int | None) -> Figure:
    low, high = (None if end is None else Decimal(end) for end in (lower, upper))
    return Figure(low, low, high, "s", Place(0, 2), None, None)


# Where the places are listed

FIELDS = {
    "figures": {"measure": "string", "area": "string", "value": "integer"},
    "rules": {"rule": "string", "relation": "string"},
    "rule_terms": {"rule": "string", "coefficient": "integer", "measure": "string"},
}


def write_package(folder: Path, figures: Sequence[str]) -> None:
    """A package with the rule a = b; each of `figures` is the text of a part of the table."""
    parts = {
        "figures": figures,
        "rules": ["r,=\n"],
        "rule_terms": ["r,1,a\nr,-1,b\n"],
    }
    resources = []
    for name, fields in FIELDS.items():
        paths = [f"{name}-{number}.csv" for number in range(len(parts[name]))]
        for path, rows in zip(paths, parts[name], strict=True):
            (folder / path).write_text(",".join(fields) + "\n" + rows, "utf-8")
        schema = {"fields": [{"name": field, "type": kind} for field, kind in fields.items()]}
        resources.append({"name": name, "path": paths, "schema": schema})
    descriptor = {"name": "listing", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")


@pytest.mark.parametrize("limit", [0, 1, 99, 100, 101, 299, 300, 301, 1000])
def test_places_are_listed_in_order_with_their_figures_however_many(
    tmp_path: Path, limit: int
) -> None:
    areas = [f"A{number:03d}" for number in range(800)]
    rows = [
        f"a,{area},{number}\nb,{area},{number + number % 2}\n" for number, area in enumerate(areas)
    ]
    write_package(tmp_path, ["".join(reversed(rows))])
    report = validate(tmp_path, Options(limit=limit))
    odd, even = range(1, 800, 2), range(0, 800, 2)
    listed = [(areas[n], "violated", f"{n} ≠ {n + 1}") for n in odd[:limit]]
    listed += [(areas[n], "satisfied", f"{n} = {n}") for n in even[:limit]]
    assert [(rule.area, rule.state, rule.equation) for rule in report.rules] == listed
    found = [finding.message for finding in report.findings if finding.code == "rule"]
    # Findings come in the order of the rows, which is the other way round.
    assert found == [f"r: {n} ≠ {n + 1} ({areas[n]})" for n in reversed(odd[:limit])]
    assert report.errors == 400


def test_a_violation_is_placed_in_the_file_that_has_its_row(tmp_path: Path) -> None:
    write_package(tmp_path, ["a,A,1\nb,A,1\n", "a,B,1\nb,B,2\n"])
    (finding,) = [item for item in validate(tmp_path).findings if item.code == "rule"]
    assert (finding.path, finding.row) == ("figures-1.csv", 2)
