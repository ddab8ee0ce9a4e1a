"""A term over the parts of an area is all areas directly below it, whatever is missing of them."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtopendata import Options, Report, validate
from mtopendata.report import render
from tests.kit.examples import examples
from tests.kit.packages import codes, codes_and_rows, write_package

SETTINGS = settings(
    max_examples=examples(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TYPES = {
    "areas": {"area": "string", "parent": "string"},
    "figures": {
        "measure": "string", "area": "string", "period": "integer", "source": "string",
        "value": "number", "lower": "number", "upper": "number",
    },
    "rules": {"rule": "string", "relation": "string", "severity": "string"},
    "rule_terms": {
        "rule": "string", "term": "integer", "coefficient": "number", "measure": "string",
        "area": "string", "lag": "integer", "scope": "string", "missing": "string",
    },
}  # fmt: skip
AREAS = ["US,", "A,US", "B,US", "C,US", "A1,A", "A2,A"]
BELOW = {"US": ["A", "B", "C"], "A": ["A1", "A2"]}
TOTALS = ["r,1,1,n,,0,parts,{mode}", "r,2,-1,n,,0,,"]


def package(folder: Path, **rows: Sequence[str]) -> Path:
    tables = {"areas": AREAS, "rules": ["r,=,error"], **rows}
    resources: list[dict[str, Any]] = []
    files = {}
    for name, types in TYPES.items():
        fields = [{"name": column, "type": type_} for column, type_ in types.items()]
        resources.append({"name": name, "path": f"{name}.csv", "schema": {"fields": fields}})
        files[f"{name}.csv"] = "\n".join([",".join(types), *tables[name], ""])
    return write_package(folder, {"name": "areas", "resources": resources}, files)


def report_of(folder: Path, **rows: Sequence[str]) -> Report:
    return validate(package(folder, **rows), Options(limit=10**6))


def totals(mode: str) -> list[str]:
    return [line.format(mode=mode) for line in TOTALS]


def figure(area: str, value: object, period: int = 2023) -> str:
    return f"n,{area},{period},s,{value},{value},{value}"


def test_scopes_may_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    figures = [*COMPLETE, figure("A", 3), figure("US", 9)]
    folder = package(tmp_path, figures=figures, rule_terms=["r,1,1,n,,0,,", "r,2,-1,n,,0,,"])
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    types = {"rule": "string", "term": "integer", "scope": "string", "missing": "string"}
    fields = [{"name": name, "type": type_} for name, type_ in types.items()]
    resource = {"name": "term_scopes", "path": "term_scopes.csv", "schema": {"fields": fields}}
    descriptor["resources"].insert(0, resource)
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    (folder / "term_scopes.csv").write_text("rule,term,scope,missing\nr,1,parts,skip\n", "utf-8")
    assert states(validate(folder)) == {("A", 2023): "satisfied", ("US", 2023): "violated"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"rule": "string", "term": "string", "scope": "string"}, "term_scopes.term"),
        ({"rule": "string", "scope": "string"}, "term_scopes.term"),
        ({"rule": "string", "term": "integer", "scope": "integer"}, "term_scopes.scope"),
    ],
)
def test_scopes_that_cannot_be_read_are_an_error(
    tmp_path: Path, columns: dict[str, str], said: str
) -> None:
    figures = [*COMPLETE, figure("A", 3), figure("US", 9)]
    folder = package(tmp_path, figures=figures, rule_terms=["r,1,1,n,,0,,", "r,2,-1,n,,0,,"])
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    fields = [{"name": name, "type": type_} for name, type_ in columns.items()]
    resource = {"name": "term_scopes", "path": "term_scopes.csv", "schema": {"fields": fields}}
    descriptor["resources"].append(resource)
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    (folder / "term_scopes.csv").write_text(",".join(columns) + "\n", "utf-8")
    found = [item for item in validate(folder).findings if item.code == "rules-not-run"]
    assert [said in item.message for item in found] == [True]


def states(report: Report) -> dict[tuple[str | None, int | None], str]:
    return {(item.area, item.period): item.state for item in report.rules}


COMPLETE = [figure(area, value) for area, value in (("A1", 1), ("A2", 2), ("B", 5), ("C", 2))]


@pytest.mark.parametrize("mode", ["", "undecided", "zero", "skip"])
def test_each_area_with_parts_is_held_against_their_sum(tmp_path: Path, mode: str) -> None:
    good = report_of(
        tmp_path, figures=[*COMPLETE, figure("A", 3), figure("US", 10)], rule_terms=totals(mode)
    )
    assert good.valid
    assert states(good) == {("US", 2023): "satisfied", ("A", 2023): "satisfied"}
    wrong = report_of(
        tmp_path, figures=[*COMPLETE, figure("A", 4), figure("US", 10)], rule_terms=totals(mode)
    )
    assert states(wrong) == {("US", 2023): "violated", ("A", 2023): "violated"}
    assert [item.count("r: ") for item in (f.message for f in wrong.findings)] == [1, 1]


@pytest.mark.parametrize(
    ("mode", "state"), [("", "undecided"), ("undecided", "undecided"), ("zero", "satisfied")]
)
def test_a_missing_part_is_what_the_term_says(tmp_path: Path, mode: str, state: str) -> None:
    figures = [figure("US", 8), figure("A", 3), figure("B", 5)]
    assert (
        states(report_of(tmp_path, figures=figures, rule_terms=totals(mode)))["US", 2023] == state
    )


def test_where_parts_must_all_be_there_others_are_not_checked(tmp_path: Path) -> None:
    figures = [
        *(figure(area, 1, 2022) for area in ("A", "B")),
        figure("US", 9, 2022),
        *(figure(area, 1, 2023) for area in ("A", "B", "C")),
        figure("US", 3, 2023),
    ]
    assert states(report_of(tmp_path, figures=figures, rule_terms=totals("skip"))) == {
        ("US", 2023): "satisfied"
    }


def test_a_part_that_has_a_row_without_a_number_is_not_zero(tmp_path: Path) -> None:
    figures = [figure("US", 8), figure("A", 3), figure("B", 5), figure("C", "")]
    found = states(report_of(tmp_path, figures=figures, rule_terms=totals("zero")))
    assert found["US", 2023] == "undecided"


def test_the_parts_of_a_named_area_are_added_up_there_alone(tmp_path: Path) -> None:
    terms = ["r,1,1,n,A,0,parts,", "r,2,-1,n,A,0,,"]
    report = report_of(
        tmp_path, figures=[*COMPLETE, figure("A", 3), figure("US", 99)], rule_terms=terms
    )
    assert states(report) == {(None, 2023): "satisfied"}
    assert report.rules[0].equation == "1 + 2 = 3"


def test_repairs_know_the_parts(tmp_path: Path) -> None:
    report = report_of(
        tmp_path, figures=[*COMPLETE, figure("A", 4), figure("US", 10)], rule_terms=totals("")
    )
    (repair,) = report.repairs
    assert [[(item.area, item.lower) for item in found] for found in repair.sets] == [[("A", "3")]]


def test_many_parts_are_written_in_short(tmp_path: Path) -> None:
    areas = ["US,", *(f"S{number},US" for number in range(60))]
    figures = [figure(f"S{number}", 2) for number in range(60)]
    report = report_of(
        tmp_path, areas=areas, figures=[*figures, figure("US", 121)], rule_terms=totals("skip")
    )
    (finding,) = report.findings
    assert "2 + 2 + … + 2 (60 figures) = 120, not 121" in finding.message
    assert "and 49 more" in (finding.hint or "")


@SETTINGS
@given(st.data())
def test_parts_decide_as_terms_written_by_hand(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    bound = st.none() | st.integers(-3, 6)
    rows = {}
    for area in ("US", "A", "B", "C", "A1", "A2"):
        if data.draw(st.booleans()):
            ends = sorted(data.draw(st.tuples(st.integers(-3, 6), st.integers(-3, 6))))
            low, high = (None if data.draw(bound) is None else end for end in ends)
            rows[area] = (low, high)
    figures = [
        f"n,{area},2023,s,,{'' if low is None else low},{'' if high is None else high}"
        for area, (low, high) in rows.items()
    ]
    relation = data.draw(st.sampled_from(["=", "<="]))
    mode = data.draw(st.sampled_from(["", "zero", "skip"]))
    folder = tmp_path_factory.mktemp("parts")
    found = states(
        report_of(folder, figures=figures, rules=[f"r,{relation},error"], rule_terms=totals(mode))
    )
    wanted = {}
    for whole, parts in BELOW.items():
        have = [rows.get(part) for part in parts]
        if not any([*have, rows.get(whole)]):
            continue
        complete = all(have) and whole in rows
        if mode == "skip" and not complete:
            continue
        known = [(0, 0) if item is None and mode == "zero" else item for item in have]
        low, high = total([*known, negated(rows.get(whole))])
        wanted[whole, 2023] = state(relation, low, high)
    assert found == wanted


Ends = tuple[int | None, int | None]


def negated(ends: Ends | None) -> Ends | None:
    if ends is None:
        return None
    low, high = ends
    return (None if high is None else -high, None if low is None else -low)


def total(items: Sequence[Ends | None]) -> Ends:
    lows = [None if item is None else item[0] for item in items]
    highs = [None if item is None else item[1] for item in items]
    return (
        None if None in lows else sum(low for low in lows if low is not None),
        None if None in highs else sum(high for high in highs if high is not None),
    )


def state(relation: str, low: int | None, high: int | None) -> str:
    if low is not None and low > 0:
        return "violated"
    if relation == "=" and high is not None and high < 0:
        return "violated"
    if relation == "<=":
        return "satisfied" if high is not None and high <= 0 else "undecided"
    return "satisfied" if low == high == 0 else "undecided"


# What is wrong with a hierarchy


@pytest.mark.parametrize(
    ("areas", "words"),
    [
        (["US,C", "A,US", "B,A", "C,B"], "areas lie below themselves: US in C in B in A in US"),
        (["US,US", "A,US"], "areas lie below themselves: US in US"),
        (["US,", "X,", "A,US", "A,X"], "the area 'A' has two parents, 'US' and 'X'"),
    ],
)
def test_areas_in_a_circle_or_with_two_parents_are_an_error(
    tmp_path: Path, areas: list[str], words: str
) -> None:
    report = report_of(tmp_path, areas=areas, figures=COMPLETE, rule_terms=totals(""))
    assert codes(report) == ["area-parent"]
    assert words in report.findings[0].message
    assert [(check.name, check.tested) for check in report.checks if check.kind == "rule"] == [
        ("r", 0)
    ]


def test_a_circle_of_a_hundred_thousand_areas_is_one_finding(tmp_path: Path) -> None:
    count = 100_000
    areas = [f"a{number},a{(number + 1) % count}" for number in range(count)]
    report = report_of(tmp_path, areas=areas, figures=COMPLETE, rule_terms=totals(""))
    assert codes(report) == ["area-parent"]


def test_rules_that_add_up_no_parts_may_have_areas_in_a_circle(tmp_path: Path) -> None:
    terms = ["r,1,1,n,A1,0,,", "r,2,-1,n,A1,0,,"]
    report = report_of(tmp_path, areas=["A,A"], figures=COMPLETE, rule_terms=terms)
    assert "area-parent" not in codes(report)


@pytest.mark.parametrize("area", ["", "B"])
def test_a_term_over_no_parts_is_an_error(tmp_path: Path, area: str) -> None:
    terms = [f"r,1,1,n,{area},0,parts,", "r,2,-1,n,A,0,,"]
    report = report_of(
        tmp_path, areas=["A,", "B,", "C,"] if not area else AREAS, figures=COMPLETE,
        rule_terms=terms,
    )  # fmt: skip
    assert codes_and_rows(report) == [("rule-matches-nothing", 2)]


@pytest.mark.parametrize("term", ["r,1,1,n,,0,half,", "r,1,1,n,,0,parts,null"])
def test_an_unknown_scope_or_mode_is_an_error(tmp_path: Path, term: str) -> None:
    report = report_of(tmp_path, figures=COMPLETE, rule_terms=[term, TOTALS[1]])
    assert codes_and_rows(report) == [("rule-term", 2)]


def test_the_report_says_which_areas_a_rule_is_over(tmp_path: Path) -> None:
    folder = package(
        tmp_path, figures=[*COMPLETE, figure("A", 3), figure("US", 10)], rule_terms=totals("")
    )
    told = json.loads(render("validation", "json", validate(folder), verbose=True))
    assert [item["area"] for item in told["rules"]] == ["A", "US"]
    assert Decimal(told["rules"][1]["equation"].split(" = ")[1]) == 10
