"""A share is held against its part and its whole, by the interval that its printed form allows."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata import Options, Report, validate
from mtopendata.rules.intervals import figure_intervals
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.relations import RELATIONS
from mtopendata.rules.share_places import ShareFigures
from mtopendata.rules.shares import Bounds, remedies_of_share, share_state
from tests.kit.examples import examples
from tests.kit.packages import codes, write_package
from tests.rules.test_hierarchies import TYPES

SETTINGS = settings(max_examples=examples(300), deadline=None, derandomize=True)
UNITS = {**TYPES["figures"], "unit": "string"}
TERMS = ["r,1,1,share,,0,,", "r,2,1,part,,0,,", "r,3,1,whole,,0,,"]


def report_of(folder: Path, *figures: str, terms: list[str] = TERMS) -> Report:
    tables = {"rules": ["r,%,error"], "rule_terms": terms, "figures": figures}
    resources = []
    files = {}
    for name, rows in tables.items():
        types = UNITS if name == "figures" else TYPES[name]
        fields = [{"name": column, "type": type_} for column, type_ in types.items()]
        resources.append({"name": name, "path": f"{name}.csv", "schema": {"fields": fields}})
        files[f"{name}.csv"] = "\n".join([",".join(types), *rows, ""])
    return validate(
        write_package(folder, {"name": "shares", "resources": resources}, files), Options()
    )


def figure(measure: str, lower: str, upper: str, unit: str, area: str = "A") -> str:
    return f"{measure},{area},2023,s,{lower or upper},{lower},{upper},{unit}"


PART = figure("part", "22442", "22442", "case")
WHOLE = figure("whole", "28886", "28886", "case")


@pytest.mark.parametrize(
    ("lower", "upper", "state"),
    [
        ("77.5", "78.5", "satisfied"),
        ("77.65", "77.75", "satisfied"),
        ("77.75", "77.85", "violated"),
        ("18.5", "19.5", "violated"),
    ],
)
def test_the_printed_rounding_of_a_share_decides(
    tmp_path: Path, lower: str, upper: str, state: str
) -> None:
    report = report_of(tmp_path, figure("share", lower, upper, "percent"), PART, WHOLE)
    assert [item.state for item in report.rules] == [state]
    assert codes(report) == ["rule"] * (state == "violated")


def test_a_violated_share_says_what_each_figure_would_have_to_be(tmp_path: Path) -> None:
    report = report_of(tmp_path, figure("share", "18.5", "19.5", "percent"), PART, WHOLE)
    assert "[18.5, 19.5] ≠ 22442 / 28886 in percent" in report.findings[0].message
    (repair,) = report.repairs
    found = {items[0].measure: (items[0].lower, items[0].upper) for items in repair.sets}
    # 22442 / 28886 is 77.69…; 18.5 % of 28886 is 5343.91; 22442 is 19.5 % of 115087.17…
    assert found == {
        "share": ("1122100/14443", "1122100/14443"),
        "part": ("5344", "5632"),
        "whole": ("115088", "121308"),
    }


def test_a_share_without_its_whole_is_undecided_and_one_that_is_not_printed_is_not_checked(
    tmp_path: Path,
) -> None:
    report = report_of(
        tmp_path,
        figure("share", "18.5", "19.5", "percent"),
        PART,
        figure("whole", "5", "5", "case", area="B"),
    )
    assert [(item.area, item.state) for item in report.rules] == [("A", "undecided")]


@pytest.mark.parametrize(
    "terms",
    [
        TERMS[:2],
        [*TERMS, "r,4,1,other,,0,,"],
        [TERMS[0], "r,2,-1,part,,0,,", TERMS[2]],
        [TERMS[0], TERMS[1], "r,3,1,whole,,1,,"],
    ],
)
def test_a_share_has_three_plain_terms(tmp_path: Path, terms: list[str]) -> None:
    assert "rule-terms" in codes(report_of(tmp_path, PART, WHOLE, terms=terms))


def test_a_share_that_is_no_percentage_is_doubted(tmp_path: Path) -> None:
    report = report_of(tmp_path, figure("share", "1", "1", "case"), PART, WHOLE)
    assert "rule-terms" in codes(report)


# The arithmetic

number = st.fractions(0, 20, max_denominator=4)
bounds = st.tuples(st.none() | number, st.none() | number).map(
    lambda pair: pair if None in pair else (min(pair), max(pair))  # type: ignore[type-var]
)


def corners(ends: Bounds, most: int) -> list[Fraction]:
    low, high = ends
    start = low or Fraction(0)
    return [start, high if high is not None else start + most]


@SETTINGS
@given(bounds, bounds, bounds)
def test_a_state_is_what_all_numbers_within_the_bounds_say(
    share: Bounds, part: Bounds, whole: Bounds
) -> None:
    found = share_state(share, part, whole)
    # The part's share of the whole grows with the part and falls with the whole.
    fits = set()
    for b, c in product(corners(part, 10**6), corners(whole, 10**6)):
        low, high = share[0] or Fraction(0), share[1]
        fits.add(low * c <= 100 * b and (high is None or 100 * b <= high * c))
    if found == "satisfied":
        assert fits == {True}
    if found == "violated":
        assert True not in fits
    if fits == {True} and None not in (share[1], part[1], whole[1]):
        assert found == "satisfied"


@SETTINGS
@given(bounds, bounds, bounds)
def test_each_remedy_of_a_share_makes_it_hold(share: Bounds, part: Bounds, whole: Bounds) -> None:
    from decimal import Decimal

    from mtopendata.reading.tables import Place
    from mtopendata.rules.model import Figure

    def as_figure(ends: Bounds) -> Figure:
        low, high = (None if end is None else Decimal(float(end)) for end in ends)
        return Figure(low, low, high, "s", Place(0, 1), None, None)

    items = [share, part, whole]
    if share_state(*items) != "violated":
        return
    for index, (low, high) in remedies_of_share([as_figure(ends) for ends in items]).items():
        if low is not None and high is not None and low <= high:
            mended = [*items]
            mended[index] = ((low + high) / 2,) * 2
            assert share_state(*mended) != "violated"


@SETTINGS
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["share", "part", "whole"]), st.sampled_from("AB"),
            st.none() | st.integers(-1, 10**20), st.none() | st.integers(0, 10**20),
        ),
        unique_by=lambda row: row[:2],
    ),
    st.integers(1, 3),
)  # fmt: skip
def test_places_are_decided_alike_in_blocks_of_any_size(
    rows: list[tuple[str, str, int | None, int | None]], size: int
) -> None:
    terms = tuple(Term(1, name, None, 0) for name in ("share", "part", "whole"))  # type: ignore[arg-type]
    rule = Rule("r", RELATIONS["%"], "error", "r", 0, terms)
    fold = ShareFigures(rule, 100)
    kept: tuple[object, ...] = ()
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        frame = pl.DataFrame(
            [(m, a, 2023, "s", low, high) for m, a, low, high in part],
            schema={
                "measure": pl.String, "area": pl.String, "period": pl.Int64, "source": pl.String,
                "lower": pl.Decimal(38, 2), "upper": pl.Decimal(38, 2),
            },
            orient="row",
        )  # fmt: skip
        kept = fold.merge(kept, fold.see(figure_intervals(frame), start))  # type: ignore[arg-type]
    found = {
        place[0]: state
        for state, decided in fold.places(kept).items()  # type: ignore[arg-type]
        for place in decided.places[0].select("area").iter_rows()
    }
    known = {(m, a): (low, high) for m, a, low, high in rows}
    wanted = {}
    for area in "AB":
        ends = [
            tuple(
                None if end is None else Fraction(end)
                for end in known.get((name, area), (None, None))
            )
            for name in ("share", "part", "whole")
        ]
        if ends[0] != (None, None):
            wanted[area] = share_state(*ends)  # type: ignore[arg-type]
    assert found == wanted
