"""Rules are decided in exact interval arithmetic: satisfied, violated, or left undecided."""

import csv
import itertools
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata import Options, Report, validate
from mtopendata.figures.printed_numbers import read_printed
from mtopendata.report.report_text import report_text
from tests.kit.examples import examples
from tests.kit.packages import codes

SETTINGS = settings(max_examples=examples(80), deadline=None, derandomize=True)

Place = tuple[str, str | None, int | None, str | None]
"""Rule, area, period, source."""
FigureRow = tuple[str, str, int, str, str, str, str]
"""Measure, area, period, source, value, lower, upper; as a CSV file has them."""
TermRow = tuple[str, int, str, str, str, int]
"""Rule, term, coefficient, measure, area, lag."""
RuleRow = tuple[str, str, str]
"""Rule, relation, severity."""

COLUMNS: dict[str, dict[str, str]] = {
    "figures": {
        "measure": "string", "area": "string", "period": "year", "source": "string",
        "value": "number", "lower": "number", "upper": "number",
    },
    "rules": {"rule": "string", "relation": "string", "severity": "string"},
    "rule_terms": {
        "rule": "string", "term": "integer", "coefficient": "number", "measure": "string",
        "area": "string", "lag": "integer",
    },
}  # fmt: skip
KEYS = {
    "figures": ["measure", "area", "period", "source"],
    "rules": ["rule"],
    "rule_terms": ["rule", "term"],
}


def write_package(
    folder: Path,
    figures: Sequence[FigureRow],
    rules: Sequence[RuleRow],
    terms: Sequence[TermRow],
    types: Mapping[str, str] | None = None,
) -> None:
    resources = []
    rows: dict[str, Sequence[tuple[Any, ...]]] = {
        "figures": figures, "rules": rules, "rule_terms": terms,
    }  # fmt: skip
    for name, columns in COLUMNS.items():
        columns = {column: (types or {}).get(column, kind) for column, kind in columns.items()}
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows[name])
        schema = {
            "fields": [{"name": column, "type": kind} for column, kind in columns.items()],
            "primaryKey": KEYS[name],
        }
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    descriptor = {"name": "rules", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def evaluate(
    figures: Sequence[FigureRow],
    rules: Sequence[RuleRow],
    terms: Sequence[TermRow],
    types: Mapping[str, str] | None = None,
) -> Report:
    folder = Path(tempfile.mkdtemp())
    try:
        write_package(folder, figures, rules, terms, types)
        return validate(folder, Options(limit=10**6))
    finally:
        shutil.rmtree(folder)


def states(report: Report) -> dict[Place, str]:
    found = {(r.rule, r.area, r.period, r.source): r.state for r in report.rules}
    assert len(found) == len(report.rules)
    return {place: str(state) for place, state in found.items()}


def exact(
    measure: str, value: str, area: str = "A", period: int = 2023, source: str = "s"
) -> FigureRow:
    return (measure, area, period, source, value, value, value)


def between(
    measure: str, lower: str, upper: str, area: str = "A", period: int = 2023, source: str = "s"
) -> FigureRow:
    return (measure, area, period, source, lower or upper, lower, upper)


def sum_of(*parts: str, total: str = "t", rule: str = "r") -> list[TermRow]:
    named = [("1", part) for part in parts] + [("-1", total)]
    return [(rule, n, weight, m, "", 0) for n, (weight, m) in enumerate(named, 1)]


BALANCE: list[RuleRow] = [("r", "=", "error")]
LIMIT: list[RuleRow] = [("r", "<=", "error")]


# Each kind of rule by example


@dataclass(frozen=True)
class Case:
    """`state` is that of the only place where the rule applies."""

    relation: str
    terms: Sequence[tuple[str, str]]
    figures: Sequence[tuple[str, str, str]]
    state: str


ONE, MINUS = "1", "-1"
CASES = {
    "balance of exact figures": Case(
        "=", [(ONE, "a"), (ONE, "b"), (ONE, "c"), (MINUS, "t")],
        [("a", "7", "7"), ("b", "22", "22"), ("c", "0", "0"), ("t", "29", "29")], "satisfied",
    ),
    "balance off by one": Case(
        "=", [(ONE, "a"), (ONE, "b"), (MINUS, "t")],
        [("a", "7", "7"), ("b", "22", "22"), ("t", "30", "30")], "violated",
    ),
    "decimals are exact": Case(
        "=", [(ONE, "a"), (ONE, "b"), (MINUS, "t")],
        [("a", "0.1", "0.1"), ("b", "0.2", "0.2"), ("t", "0.3", "0.3")], "satisfied",
    ),
    "decimals off by the last place": Case(
        "=", [(ONE, "a"), (ONE, "b"), (MINUS, "t")],
        [("a", "0.1", "0.1"), ("b", "0.2", "0.2"), ("t", "0.30000000000000004",
        "0.30000000000000004")], "violated",
    ),
    "balance with an interval around it": Case(
        "=", [(ONE, "a"), (MINUS, "t")], [("a", "9", "9"), ("t", "5", "10")], "undecided",
    ),
    "balance at the very end of an interval": Case(
        "=", [(ONE, "a"), (MINUS, "t")], [("a", "10", "10"), ("t", "5", "10")], "undecided",
    ),
    "balance beyond the end of an interval": Case(
        "=", [(ONE, "a"), (MINUS, "t")], [("a", "10.001", "10.001"), ("t", "5", "10")], "violated",
    ),
    "balance below an interval": Case(
        "=", [(ONE, "a"), (MINUS, "t")], [("a", "4", "4"), ("t", "5", "10")], "violated",
    ),
    "balance with a missing part": Case(
        "=", [(ONE, "a"), (ONE, "b"), (MINUS, "t")], [("a", "4", "4"), ("t", "4", "4")],
        "undecided",
    ),
    "balance with a part that is not reported": Case(
        "=", [(ONE, "a"), (ONE, "b"), (MINUS, "t")],
        [("a", "4", "4"), ("b", "", ""), ("t", "3", "3")], "undecided",
    ),
    "balance that a lower limit alone breaks": Case(
        "=", [(ONE, "a"), (MINUS, "t")], [("a", "11", ""), ("t", "10", "10")], "violated",
    ),
    "balance that an upper limit alone breaks": Case(
        "=", [(ONE, "a"), (MINUS, "t")], [("a", "", "9"), ("t", "10", "10")], "violated",
    ),
    "limit kept": Case(
        "<=", [(ONE, "a"), (MINUS, "t")], [("a", "7", "7"), ("t", "8", "8")], "satisfied",
    ),
    "limit reached": Case(
        "<=", [(ONE, "a"), (MINUS, "t")], [("a", "8", "8"), ("t", "8", "8")], "satisfied",
    ),
    "limit passed": Case(
        "<=", [(ONE, "a"), (MINUS, "t")], [("a", "9", "9"), ("t", "8", "8")], "violated",
    ),
    "limit within the whole without an upper bound": Case(
        "<=", [(ONE, "a"), (MINUS, "t")], [("a", "106", "106"), ("t", "18001", "")], "satisfied",
    ),
    "limit that the lower bound does not settle": Case(
        "<=", [(ONE, "a"), (MINUS, "t")], [("a", "19000", "19000"), ("t", "18001", "")],
        "undecided",
    ),
    "limit passed by the least value": Case(
        "<=", [(ONE, "a"), (MINUS, "t")], [("a", "9", ""), ("t", "", "8")], "violated",
    ),
    "limit of intervals that touch": Case(
        "<=", [(ONE, "a"), (MINUS, "t")], [("a", "1", "5"), ("t", "5", "9")], "satisfied",
    ),
    "limit of intervals that overlap": Case(
        "<=", [(ONE, "a"), (MINUS, "t")], [("a", "1", "6"), ("t", "5", "9")], "undecided",
    ),
    "coefficients 2 and -3 swap the bounds": Case(
        "<=", [("2", "a"), ("-3", "t")], [("a", "1", "3"), ("t", "2", "4")], "satisfied",
    ),
    "coefficients 2 and -3, a little more": Case(
        "<=", [("2", "a"), ("-3", "t")], [("a", "1", "3.01"), ("t", "2", "4")], "undecided",
    ),
    "coefficients 2 and -3, far more": Case(
        "<=", [("2", "a"), ("-3", "t")], [("a", "6.1", "7"), ("t", "2", "4")], "violated",
    ),
    "a decimal coefficient": Case(
        "=", [("0.1", "a"), ("-0.01", "t")], [("a", "3", "3"), ("t", "30", "30")], "satisfied",
    ),
    "beyond 64 bits": Case(
        "=", [(ONE, "a"), (ONE, "b"), (MINUS, "t")],
        [("a", str(10**30), str(10**30)), ("b", "1", "1"), ("t", str(10**30 + 1), str(10**30 + 1))],
        "satisfied",
    ),
    "beyond 64 bits, off by one": Case(
        "=", [(ONE, "a"), (MINUS, "t")],
        [("a", str(2**64), str(2**64)), ("t", str(2**64 + 1), str(2**64 + 1))], "violated",
    ),
    "a sum that leaves 64 bits": Case(
        "<=", [(ONE, "a"), (ONE, "b"), (MINUS, "t")],
        [("a", str(2**62), str(2**62)), ("b", str(2**62), str(2**62)), ("t", "1", "1")], "violated",
    ),
    "a product that leaves 64 bits": Case(
        "<=", [("4294967296", "a"), (MINUS, "t")],
        [("a", str(2**31), str(2**31)), ("t", "1", "1")], "violated",
    ),
    "a coefficient of many digits": Case(
        "=", [("1.0000000000000000000000000000000001", "a"), (MINUS, "t")],
        [("a", "1", "1"), ("t", "1", "1")], "violated",
    ),
    "negative figures": Case(
        "=", [(ONE, "a"), (ONE, "t")], [("a", "-5", "-5"), ("t", "5", "5")], "satisfied",
    ),
    "one term alone": Case("<=", [(MINUS, "a")], [("a", "0", "5")], "satisfied"),
    "one measure in two terms": Case(
        "=", [("2", "a"), (MINUS, "t"), (MINUS, "t")], [("a", "5", "5"), ("t", "5", "5")],
        "satisfied",
    ),
}  # fmt: skip


@pytest.mark.parametrize("severity", ["error", "warning"])
@pytest.mark.parametrize("name", CASES)
def test_a_rule_is_satisfied_violated_or_undecided(name: str, severity: str) -> None:
    case = CASES[name]
    terms: list[TermRow] = [
        ("r", n, weight, measure, "", 0) for n, (weight, measure) in enumerate(case.terms, 1)
    ]
    figures = [between(*figure) for figure in case.figures]
    report = evaluate(figures, [("r", case.relation, severity)], terms)
    assert states(report) == {("r", "A", 2023, "s"): case.state}
    violated = case.state == "violated"
    assert report.undecided == (case.state == "undecided")
    assert report.errors == (violated and severity == "error")
    doubts = codes(report).count("rule-terms")  # whether the terms are meant so
    assert report.warnings == (violated and severity == "warning") + doubts
    assert [(c.tested, c.failed) for c in report.checks if c.kind == "rule"] == [(1, int(violated))]
    found = [f for f in report.findings if f.code == "rule"]
    assert len(found) == violated
    assert all(f.severity == severity and f.resource == "figures" and f.row for f in found)


def test_the_equation_shows_the_rule_in_numbers() -> None:
    figures = [exact("a", "7"), exact("b", "22"), exact("c", "0"), exact("t", "29")]
    report = evaluate(figures, BALANCE, sum_of("a", "b", "c"))
    assert [r.equation for r in report.rules] == ["7 + 22 + 0 = 29"]


def test_a_violated_balance_shows_its_sum_and_the_remedies() -> None:
    figures = [exact("a", "7"), exact("b", "22"), exact("t", "30")]
    report = evaluate(figures, BALANCE, sum_of("a", "b"))
    assert [r.equation for r in report.rules] == ["7 + 22 = 29, not 30"]
    (finding,) = report.findings
    assert "8 in row 2" in finding.hint
    assert "23 in row 3" in finding.hint
    assert "29 in row 4" in finding.hint


def test_the_equation_of_wide_figures_is_exact() -> None:
    wide = 10**33
    figures = [exact("a", str(wide)), exact("b", "1"), exact("t", str(wide + 5))]
    report = evaluate(figures, BALANCE, sum_of("a", "b"))
    assert [r.equation for r in report.rules] == [f"{wide} + 1 = {wide + 1}, not {wide + 5}"]
    assert f"{wide + 4} in row 2" in report.findings[0].hint


def test_an_open_bound_of_either_side_is_shown() -> None:
    report = evaluate([between("a", "5", ""), between("t", "", "9")], BALANCE, sum_of("a"))
    assert [r.equation for r in report.rules] == ["[5, ∞) = (-∞, 9]"]


def test_a_rule_is_decided_for_each_area_period_and_source() -> None:
    places = list(itertools.product(("A", "B"), (2022, 2023), ("s", "u")))
    figures = [exact("a", "1", *place) for place in places]
    figures += [exact("t", "2" if place == ("B", 2022, "u") else "1", *place) for place in places]
    report = evaluate(figures, BALANCE, sum_of("a"))
    assert states(report) == {
        ("r", *place): "violated" if place == ("B", 2022, "u") else "satisfied" for place in places
    }


def test_a_term_with_an_area_goes_with_every_other_area() -> None:
    figures = [exact("a", value, area) for area, value in (("A", "5"), ("B", "11"), ("ALL", "10"))]
    terms: list[TermRow] = [("r", 1, "1", "a", "", 0), ("r", 2, "-1", "a", "ALL", 0)]
    report = evaluate(figures, LIMIT, terms)
    # The area that is named is no place to check: a part is not compared with itself.
    assert states(report) == {
        ("r", "A", 2023, "s"): "satisfied",
        ("r", "B", 2023, "s"): "violated",
    }


def test_a_rule_of_named_areas_alone_is_decided_once_a_period() -> None:
    figures = [exact("a", "5", "A"), exact("a", "6", "B"), exact("a", "11", "ALL")]
    terms: list[TermRow] = [
        ("r", 1, "1", "a", "A", 0), ("r", 2, "1", "a", "B", 0), ("r", 3, "-1", "a", "ALL", 0),
    ]  # fmt: skip
    report = evaluate(figures, BALANCE, terms)
    assert states(report) == {("r", None, 2023, "s"): "satisfied"}


def test_a_lagged_term_stands_in_an_earlier_period_and_any_source() -> None:
    figures = [
        exact("a", "5", "A", 2021, "x"), exact("a", "9", "A", 2022, "y"),
        exact("a", "8", "A", 2023, "z"),
    ]  # fmt: skip
    terms: list[TermRow] = [("r", 1, "1", "a", "", 1), ("r", 2, "-1", "a", "", 0)]
    report = evaluate(figures, LIMIT, terms)
    assert states(report) == {
        ("r", "A", 2021, "x"): "undecided",
        ("r", "A", 2022, "y"): "satisfied",
        ("r", "A", 2023, "z"): "violated",
    }


def test_sources_that_differ_on_an_earlier_year_leave_it_between_them() -> None:
    figures = [
        exact("a", "5", "A", 2022, "x"), exact("a", "9", "A", 2022, "y"),
        exact("a", "8", "A", 2023, "z"),
    ]  # fmt: skip
    terms: list[TermRow] = [("r", 1, "1", "a", "", 1), ("r", 2, "-1", "a", "", 0)]
    assert states(evaluate(figures, LIMIT, terms))["r", "A", 2023, "z"] == "undecided"


def test_another_source_does_not_fill_a_gap() -> None:
    figures = [exact("a", "5", source="x"), exact("t", "5", source="y")]
    report = evaluate(figures, BALANCE, sum_of("a"))
    assert set(states(report).values()) == {"undecided"}
    assert report.undecided == 2


@pytest.mark.parametrize(
    ("terms", "relation"),
    [
        (sum_of("x", "y", total="z"), "="),
        (sum_of("a", rule="other"), "="),
        ([("r", 1, "1", "a", "NOWHERE", 0)], "="),
        ([("r", 1, "1", "a", "", 1), ("r", 2, "-1", "t", "", 2)], "<="),
        ([("r", 1, "1", "a", "A", 1)], "<="),
    ],
)
def test_a_rule_that_matches_nothing_is_an_error(terms: list[TermRow], relation: str) -> None:
    report = evaluate([exact("a", "1"), exact("t", "1")], [("r", relation, "warning")], terms)
    assert "rule-matches-nothing" in codes(report)
    assert not report.valid
    assert not report.rules


@pytest.mark.parametrize(
    ("relation", "coefficient", "code"),
    [
        (">=", "1", "rule-relation"), ("", "1", "rule-relation"), ("=", "0", "rule-term"),
        ("=", "", "rule-term"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_an_error(relation: str, coefficient: str, code: str) -> None:
    terms: list[TermRow] = [("r", 1, coefficient, "a", "", 0), ("r", 2, "-1", "t", "", 0)]
    report = evaluate([exact("a", "1"), exact("t", "1")], [("r", relation, "error")], terms)
    assert code in codes(report)
    assert not report.valid


@pytest.mark.parametrize("text", ["1e99", "NaN", "INF"])
def test_figures_that_are_not_exact_decide_nothing(text: str) -> None:
    report = evaluate([exact("a", text), exact("t", "1")], BALANCE, sum_of("a"))
    assert "rule-arithmetic" in codes(report)
    assert not report.rules


def test_a_figure_that_stands_twice_gates_the_rules() -> None:
    report = evaluate(
        [exact("a", "1"), exact("a", "1"), exact("t", "1")], BALANCE, sum_of("a")
    )  # fmt: skip
    assert "primary-key" in codes(report)
    assert "rules-not-run" in codes(report)
    assert not report.rules


def test_a_sum_of_more_than_38_digits_is_named_and_not_decided() -> None:
    report = evaluate(
        [exact("a", str(10**37)), exact("t", "1")], BALANCE,
        [("r", 1, "1000", "a", "", 0), ("r", 2, "-1", "t", "", 0)],
    )  # fmt: skip
    assert codes(report) == ["rule-arithmetic"]
    assert not report.valid


COLUMN_TYPES = ("string", "integer", "number", "boolean", "datetime", "year", "list")


@pytest.mark.parametrize("kind", COLUMN_TYPES)
@pytest.mark.parametrize("column", sorted({name for names in COLUMNS.values() for name in names}))
def test_columns_of_any_type_are_no_surprise(column: str, kind: str) -> None:
    """Whoever declares a period as a string gets a report; which one depends on the type."""
    report = evaluate(
        [exact("a", "1"), exact("t", "1"), exact("a", "1", period=2022)],
        [("r", "=", "error"), ("q", "<=", "error")],
        [*sum_of("a"), ("q", 1, "1", "a", "A", 1), ("q", 2, "-1", "a", "", 0)],
        {column: kind},
    )
    assert report.checks


# Against a referee in fractions


def rational(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def referee(
    figures: Sequence[FigureRow], rules: Sequence[RuleRow], terms: Sequence[TermRow]
) -> dict[Place, str]:
    """Each rule in each place, the plainest way: one loop over places, one over terms."""
    bounds = {row[:4]: (rational(row[5]), rational(row[6])) for row in figures}
    found: dict[Place, str] = {}
    for rule, relation, _ in rules:
        own = [term for term in terms if term[0] == rule]
        here = [term for term in own if term[5] == 0]
        is_local = any(not term[4] for term in here)
        named = {term[4] for term in own if term[4]}
        places: set[tuple[str | None, int, str]] = set()
        for measure, area, period, source in bounds:
            for _, _, _, wanted, wanted_area, _ in here:
                if measure != wanted:
                    continue
                if is_local and not wanted_area and area not in named:
                    places.add((area, period, source))
                if not is_local and area == wanted_area:
                    places.add((None, period, source))
        for area_, period, source in places:
            lower: Fraction | None = Fraction(0)
            upper: Fraction | None = Fraction(0)
            for _, _, weight, measure, wanted_area, lag in own:
                where = (measure, wanted_area or area_, period - lag)
                candidates = [
                    pair
                    for key, pair in bounds.items()
                    if key[:3] == where and (lag or key[3] == source)
                ]
                lows, highs = [low for low, _ in candidates], [high for _, high in candidates]
                low = None if not lows or None in lows else min(x for x in lows if x is not None)
                high = (
                    None if not highs or None in highs else max(x for x in highs if x is not None)
                )
                factor = Fraction(weight)
                if factor < 0:
                    low, high = high, low
                lower = None if lower is None or low is None else lower + factor * low
                upper = None if upper is None or high is None else upper + factor * high
            above = lower is not None and lower > 0
            if above or (relation == "=" and upper is not None and upper < 0):
                state = "violated"
            elif (relation == "=" and lower == upper == 0) or (
                relation == "<=" and upper is not None and upper <= 0
            ):
                state = "satisfied"
            else:
                state = "undecided"
            found[rule, area_, period, source] = state
    return found


COEFFICIENTS = ("1", "-1", "2", "-3", "0.5", "-0.25", "1000000", "-1")


@st.composite
def systems(
    draw: st.DrawFn, largest: int = 30
) -> tuple[list[FigureRow], list[RuleRow], list[TermRow]]:
    """Figures with all kinds of bounds, and rules of all shapes over them."""
    measures, areas, periods, sources = "abt", ("A", "B", "ALL"), (2021, 2022, 2023), ("s", "u")
    keys = draw(
        st.sets(
            st.tuples(*(st.sampled_from(x) for x in (measures, areas, periods, sources))),
            min_size=1, max_size=25,
        )
    )  # fmt: skip
    decimals = draw(st.sampled_from([0, 0, 1, 3]))
    numbers = st.integers(-2, largest).map(lambda n: format(Decimal(n).scaleb(-decimals), "f"))
    figures: list[FigureRow] = []
    for key in sorted(keys):
        first, second = sorted((draw(numbers), draw(numbers)), key=Decimal)
        match draw(st.integers(0, 7)):
            case 0:
                ends = (first, "")
            case 1:
                ends = ("", second)
            case 2:
                ends = ("", "")
            case 3:
                ends = (first, second)
            case _:
                ends = (first, first)
        figures.append((*key, ends[0] or ends[1], *ends))
    rules: list[RuleRow] = []
    terms: list[TermRow] = []
    for name in ("p", "q"):
        rules.append((name, draw(st.sampled_from(["=", "<="])), "error"))
        wanted = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(COEFFICIENTS), st.sampled_from(measures),
                    st.sampled_from(["", "", "ALL", "B"]), st.sampled_from([0, 0, 0, 1, 2]),
                ),
                min_size=1, max_size=4,
            )
        )  # fmt: skip
        terms += [(name, n, *term) for n, term in enumerate(wanted, 1)]
    return figures, rules, terms


@SETTINGS
@given(systems())
def test_verdicts_are_those_of_a_referee_in_fractions(
    system: tuple[list[FigureRow], list[RuleRow], list[TermRow]],
) -> None:
    assert states(evaluate(*system)) == referee(*system)


@settings(SETTINGS, max_examples=examples(25))
@given(systems(largest=10**24))
def test_verdicts_beyond_64_bits_are_those_of_a_referee_in_fractions(
    system: tuple[list[FigureRow], list[RuleRow], list[TermRow]],
) -> None:
    assert states(evaluate(*system)) == referee(*system)


SQL = """
WITH figures AS (
    SELECT measure, area, CAST(period AS INTEGER) AS period, source,
           CAST(lower AS DECIMAL(18, 3)) AS lower, CAST(upper AS DECIMAL(18, 3)) AS upper
    FROM read_csv('{folder}/figures.csv', header = true, all_varchar = true)
), rules AS (
    SELECT * FROM read_csv('{folder}/rules.csv', header = true, all_varchar = true)
), terms AS (
    SELECT rule, measure, area, CAST(coefficient AS DECIMAL(12, 2)) AS weight,
           CAST(lag AS INTEGER) AS lag
    FROM read_csv('{folder}/rule_terms.csv', header = true, all_varchar = true)
), local_rules AS (
    SELECT DISTINCT rule FROM terms WHERE lag = 0 AND area IS NULL
), places AS (
    SELECT DISTINCT t.rule, f.area, f.period, f.source
    FROM terms t JOIN figures f ON f.measure = t.measure
    WHERE t.lag = 0 AND t.area IS NULL AND NOT EXISTS (
        SELECT 1 FROM terms n WHERE n.rule = t.rule AND n.area = f.area)
    UNION
    SELECT DISTINCT t.rule, NULL, f.period, f.source
    FROM terms t JOIN figures f ON f.measure = t.measure AND f.area = t.area
    WHERE t.lag = 0 AND t.rule NOT IN (SELECT rule FROM local_rules)
), earlier AS (
    SELECT measure, area, period,
           CASE WHEN count(lower) = count(*) THEN min(lower) END AS lower,
           CASE WHEN count(upper) = count(*) THEN max(upper) END AS upper
    FROM figures GROUP BY ALL
), parts AS (
    SELECT p.rule, p.area, p.period, p.source, t.weight,
           CASE WHEN t.lag = 0 THEN f.lower ELSE e.lower END AS lower,
           CASE WHEN t.lag = 0 THEN f.upper ELSE e.upper END AS upper
    FROM places p
    JOIN terms t ON t.rule = p.rule
    LEFT JOIN figures f ON f.measure = t.measure AND f.area = coalesce(t.area, p.area)
        AND f.period = p.period AND f.source = p.source
    LEFT JOIN earlier e ON e.measure = t.measure AND e.area = coalesce(t.area, p.area)
        AND e.period = p.period - t.lag
), ends AS (
    SELECT rule, area, period, source,
           weight * CASE WHEN weight > 0 THEN lower ELSE upper END AS low,
           weight * CASE WHEN weight > 0 THEN upper ELSE lower END AS high
    FROM parts
), sums AS (
    SELECT rule, area, period, source,
           CASE WHEN count(low) = count(*) THEN sum(low) END AS low,
           CASE WHEN count(high) = count(*) THEN sum(high) END AS high
    FROM ends GROUP BY ALL
)
SELECT rule, area, period, source, CASE
    WHEN low > 0 OR (relation = '=' AND high < 0) THEN 'violated'
    WHEN (relation = '=' AND low = 0 AND high = 0) OR (relation = '<=' AND high <= 0)
        THEN 'satisfied'
    ELSE 'undecided' END
FROM sums JOIN rules USING (rule)
"""


@settings(SETTINGS, max_examples=examples(25))
@given(systems())
def test_a_join_and_a_group_by_in_sql_give_the_same_verdicts(
    system: tuple[list[FigureRow], list[RuleRow], list[TermRow]],
) -> None:
    """Rules are data: whoever has the CSV files and SQL can evaluate them alike."""
    folder = Path(tempfile.mkdtemp())
    try:
        write_package(folder, *system)
        with duckdb.connect() as database:
            database.execute("SET threads = 1")
            rows = database.execute(SQL.format(folder=folder)).fetchall()
        report = validate(folder, Options(limit=10**6))
    finally:
        shutil.rmtree(folder)
    assert states(report) == {(rule, *place): state for rule, *place, state in rows}


# Rounding never makes a false alarm


def printed(true: int, form: int) -> str:
    """A true count as careful people print it: whole, or rounded half up to some digits."""
    if form == 0:
        return f"{true:,}"
    if form == 1:
        return f"more than {max(true - 1, 0):,}" if true else "0"
    if form == 2:
        return f"fewer than {true + 1:,}"
    word, power = (("thousand", 3), ("million", 6), ("billion", 9))[form % 3]
    decimals = form // 3 % power
    unit = Decimal(1).scaleb(-decimals)
    return f"{Decimal(true).scaleb(-power).quantize(unit, ROUND_HALF_UP):f} {word}"


@SETTINGS
@given(
    st.lists(
        st.tuples(st.integers(0, 10**10) | st.integers(0, 50), st.integers(0, 26)),
        min_size=1, max_size=5,
    ),
    st.integers(0, 26),
)  # fmt: skip
def test_a_true_balance_is_never_violated_however_its_figures_are_rounded(
    parts: list[tuple[int, int]], total_form: int
) -> None:
    true = [(f"m{n}", value, form) for n, (value, form) in enumerate(parts)]
    true.append(("t", sum(value for value, _ in parts), total_form))
    figures: list[FigureRow] = []
    for measure, value, form in true:
        said = read_printed(printed(value, form), "case")
        assert said is not None, printed(value, form)
        ends = ["" if end is None else format(end, "f") for end in (said.lower, said.upper)]
        figures.append((measure, "A", 2023, "s", format(said.value, "f"), ends[0], ends[1]))
    names = [measure for measure, _, _ in true[:-1]]
    equal = sum_of(*names)
    within = sum_of(names[0], rule="within")
    report = evaluate(figures, [*BALANCE, ("within", "<=", "error")], [*equal, *within])
    assert "violated" not in states(report).values(), figures
    assert report.valid


# What would make violated rules hold


def test_a_report_names_the_one_figure_that_explains_two_violations() -> None:
    figures = [
        exact("a", "7"), exact("b", "2"), exact("t", "29"), exact("c", "5"), exact("u", "27")
    ]  # fmt: skip
    rules: list[RuleRow] = [("r", "=", "error"), ("q", "=", "warning")]
    report = evaluate(figures, rules, [*sum_of("a", "b"), *sum_of("b", "c", total="u", rule="q")])
    (repair,) = report.repairs
    assert [place.rule for place in repair.violated] == ["r", "q"]
    ((mended,),) = repair.sets
    assert (mended.row, mended.cell, mended.lower, mended.upper) == (3, "2", "22", "22")
    assert mended.slip == "a digit lost"
    found = [finding for finding in report.findings if finding.code == "rule"]
    assert [finding.row for finding in found] == [3, 3]
    said = "the 2 violated rules would all hold with 22 in row 3 (a digit lost)"
    assert all(said in finding.hint for finding in found)
    assert report.to_dict()["repairs"][0]["sets"][0][0]["lower"] == "22"
    text = click.unstyle(report_text(report))
    assert "repair of 2 violations (r, q):\n    22 in row 3 (a digit lost)\n" in text


def test_repairs_that_have_nothing_in_common_stand_apart_and_the_widest_is_first() -> None:
    figures = [exact("a", "1", "A"), exact("t", "2", "A"), exact("a", "1", "B")]
    figures += [exact("b", "3", "B"), exact("t", "3", "B")]
    rules: list[RuleRow] = [("r", "=", "error"), ("q", "=", "error")]
    report = evaluate(figures, rules, [*sum_of("a"), *sum_of("a", total="b", rule="q")])
    assert [[(p.rule, p.area) for p in repair.violated] for repair in report.repairs] == [
        [("r", "B"), ("q", "B")], [("r", "A")],
    ]  # fmt: skip
    assert [len(repair.sets) for repair in report.repairs] == [1, 2]


def test_what_an_area_of_its_own_would_break_elsewhere_is_no_repair() -> None:
    figures = [exact("a", "11", "A"), exact("a", "9", "B"), exact("a", "10", "ALL")]
    terms: list[TermRow] = [("r", 1, "1", "a", "", 0), ("r", 2, "-1", "a", "ALL", 0)]
    terms += [("q", 1, "1", "a", "ALL", 0), ("q", 2, "-1", "a", "B", 0)]
    terms.append(("q", 3, "-1", "c", "B", 0))
    figures.append(exact("c", "1", "B"))
    report = evaluate(figures, [("r", "<=", "error"), ("q", "=", "error")], terms)
    (repair,) = report.repairs
    # With 11 in ALL the balance with B would not hold.
    assert [[(f.area, f.upper) for f in figures] for figures in repair.sets] == [[("A", "10")]]


def test_of_very_many_areas_the_figures_that_bear_on_all_are_taken_as_they_are() -> None:
    figures = [exact("a", "1", f"A{number}") for number in range(6_000)]
    figures += [exact("a", "11", "X"), exact("a", "10", "ALL")]
    terms: list[TermRow] = [("r", 1, "1", "a", "", 0), ("r", 2, "-1", "a", "ALL", 0)]
    report = evaluate(figures, LIMIT, terms)
    (repair,) = report.repairs
    assert [[f.area for f in figures] for figures in repair.sets] == [["X"]]
    assert repair.incomplete
    assert "those of ALL were taken as they are" in repair.incomplete
