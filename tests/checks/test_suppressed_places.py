"""Suppressed figures are audited place by place, and nothing is found otherwise for it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtopendata import Options, validate
from mtopendata.checks import disclosure, suppressed_places
from mtopendata.checks.suppressed_places import (
    AREA,
    PERIOD,
    Suppressed,
    SuppressedPlaces,
    places_of,
)
from mtopendata.report import render
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.relations import RELATIONS
from tests.kit.examples import examples
from tests.kit.packages import schema_of, write_package

FIGURES = schema_of(
    measure="string", area="string", period="integer", value="integer", qualifier="string",
    lower="integer", upper="integer", unit="string", printed="string",
) | {"primaryKey": ["measure", "area", "period"]}  # fmt: skip
TERMS = schema_of(
    rule="string", coefficient="integer", measure="string", area="string", lag="integer",
    scope="string",
)  # fmt: skip
RESOURCES = [
    {"name": "figures", "path": "figures.csv", "schema": FIGURES},
    {"name": "marks", "path": "marks.csv", "schema": schema_of(
        source="string", mark="string", means="string", lower="integer", upper="integer",
        revealing_width="integer",
    )},
    {"name": "rules", "path": "rules.csv", "schema": schema_of(
        rule="string", relation="string", severity="string"
    )},
    {"name": "rule_terms", "path": "rule_terms.csv", "schema": TERMS},
    {"name": "areas", "path": "areas.csv", "schema": schema_of(area="string", parent="string")},
]  # fmt: skip
RULES: Mapping[str, Sequence[str]] = {
    "in a place": ["1,a,,0,", "1,b,,0,", "-1,total,,0,"],
    "over years": ["1,total,,1,", "1,new,,0,", "-1,total,,0,"],
    "of named areas": ["1,a,X,0,", "1,a,Y,0,", "-1,a,ALL,0,"],
    "over parts": ["1,b,,0,parts", "-1,b,,0,"],
    "of an area": ["1,new,,0,", "1,b,X,0,", "-1,a,,0,"],
}
AREAS = "area,parent\nALL,\nX,ALL\nY,ALL\n"
MARKS = "source,mark,means,lower,upper,revealing_width\n,*,suppressed,1,9,\n"
CELLS = st.dictionaries(
    st.tuples(
        st.sampled_from(["a", "b", "new", "total"]),
        st.sampled_from(["X", "Y", "ALL", ""]),
        st.sampled_from(["2001", "2002", "2003", ""]),
    ),
    st.none() | st.none() | st.integers(0, 20),
    min_size=1,
    max_size=24,
)


def row(key: tuple[str, str, str], value: int | None) -> str:
    told = "suppressed,1,9,case,*" if value is None else f"exact,{value},{value},case,{value}"
    return ",".join([*key, "" if value is None else str(value), told])


def written(folder: Path, cells: Mapping[tuple[str, str, str], Any], rules: Sequence[str]) -> Path:
    """A package of these figures and rules."""
    terms = [f"{rule},{term}" for rule in rules for term in RULES[rule]]
    header = ",".join(field["name"] for field in FIGURES["fields"])
    files = {
        "figures.csv": "\n".join([header, *(row(*item) for item in cells.items()), ""]),
        "rules.csv": "\n".join(["rule,relation,severity", *(f"{r},=,warning" for r in rules), ""]),
        "rule_terms.csv": "\n".join(["rule,coefficient,measure,area,lag,scope", *terms, ""]),
        "areas.csv": AREAS,
        "marks.csv": MARKS,
    }
    return write_package(folder, {"resources": RESOURCES}, files)


def told(folder: Path, options: Options) -> str:
    return render("validation", "json", validate(folder, options), verbose=True)


@settings(
    max_examples=examples(150),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    cells=CELLS,
    rules=st.lists(st.sampled_from(sorted(RULES)), unique=True),
    limit=st.sampled_from([0, 1, 100]),
    block=st.none() | st.integers(1, 200),
)
def test_figures_are_audited_by_place_as_all_together(
    cells: Mapping[tuple[str, str, str], Any],
    rules: Sequence[str],
    limit: int,
    block: int | None,
    tmp_path: Path,
) -> None:
    folder = written(tmp_path, cells, rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disclosure, "places_of", lambda *_: SuppressedPlaces([], pl.DataFrame()))
        together = told(folder, Options(limit))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppressed_places, "AT_ONCE", 1)
        assert told(folder, Options(limit, block=block)) == together


SCHEMA: Mapping[str, pl.DataType] = {AREA: pl.String(), PERIOD: pl.Int64()}


def rule_of(*terms: Term) -> Rule:
    return Rule("r", RELATIONS["="], "error", "r", 2, terms)


def term(measure: str, area: str | None = None, lag: int = 0) -> Term:
    return Term(Decimal(1), measure, area, lag)


@pytest.mark.parametrize(
    ("terms", "by"),
    [
        ([term("a"), term("b")], [AREA, PERIOD]),
        ([term("a"), term("b", "X")], [PERIOD]),
        ([term("a"), term("a", lag=1)], [AREA]),
        ([term("a", "X"), term("a", lag=1)], []),
        ([term("c", "X"), term("d", lag=1)], [AREA, PERIOD]),
    ],
)
def test_rules_say_in_what_linked_figures_are_alike(terms: list[Term], by: list[str]) -> None:
    at = pl.DataFrame({AREA: ["X", "X", None], PERIOD: [1, 1, None]})
    suppressed = Suppressed(frozenset("a"), (at, at))
    places = places_of(suppressed, {"a", "b"}, [rule_of(*terms)], SCHEMA)
    assert places.by == by
    rows = pl.DataFrame({AREA: ["X", "Y", None, "X"], PERIOD: [1, 1, None, 2], "row": [0, 1, 2, 3]})
    kept = {(): [0, 1, 2, 3], (AREA,): [0, 2, 3], (PERIOD,): [0, 1, 2], (AREA, PERIOD): [0, 2]}
    assert places.rows_in(rows).get_column("row").to_list() == kept[tuple(by)]


def test_the_figures_of_a_place_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppressed_places, "AT_ONCE", 3)
    rows = pl.DataFrame({AREA: [*"ABCABCAA"], "row": range(8)})
    found = list(SuppressedPlaces([AREA], pl.DataFrame()).some_at_once(rows))
    assert [frame.get_column(AREA).to_list() for frame in found] == [[*"AAAA"], [*"BBCC"]]
    assert [frame.get_column("row").to_list() for frame in found] == [[0, 3, 6, 7], [1, 4, 2, 5]]
