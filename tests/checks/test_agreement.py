"""Sources that have no number in common are found, however many print a figure."""

from itertools import combinations
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata import validate
from mtopendata.checks.sources_apart import declared_pairs, disagreeing
from mtopendata.figures.differences import Side, StatedDifference
from mtopendata.reading.tables import LINE, PART
from tests.kit.examples import examples
from tests.kit.packages import PACKAGES, replace_text

SOURCES = "abcde"
BOUND = st.none() | st.integers(0, 4)
Bounds = tuple[int | None, int | None]


TYPES: dict[str, pl.DataType] = {
    **{"measure": pl.String(), "area": pl.String(), "period": pl.Int64(), "source": pl.String()},
    **{"lower": pl.Int64(), "upper": pl.Int64(), PART: pl.UInt32(), LINE: pl.Int64()},
}


def is_interval(lower: int | None, upper: int | None) -> bool:
    return lower is None or upper is None or lower <= upper


def has_common(one: Bounds, other: Bounds) -> bool:
    lowers = [lower for lower, _ in (one, other) if lower is not None]
    uppers = [upper for _, upper in (one, other) if upper is not None]
    return not lowers or not uppers or max(lowers) <= min(uppers)


def a_difference(sources: tuple[str | None, str], area: str | None) -> StatedDifference:
    one, other = (Side("m", area, source) for source in sources)
    return StatedDifference("d", (one, other), "so", 0)


@settings(max_examples=examples(300), deadline=None, derandomize=True)
@given(
    st.dictionaries(st.sampled_from(SOURCES), st.tuples(BOUND, BOUND), min_size=2),
    st.lists(
        st.sampled_from([*combinations(SOURCES, 2), *((None, source) for source in SOURCES)]),
        max_size=4,
    ),
    st.sampled_from([None, "X", "Y"]),
)
def test_a_pair_without_a_number_in_common_is_an_error_or_has_a_reason(
    printed: dict[str, Bounds], declared: list[tuple[str | None, str]], area: str | None
) -> None:
    printed = {source: bounds for source, bounds in printed.items() if is_interval(*bounds)}
    rows = [
        ("m", "X", 2023, source, *bounds, 0, line)
        for line, (source, bounds) in enumerate(printed.items())
    ]
    frame = pl.DataFrame(rows, TYPES, orient="row")
    differences = [a_difference(pair, area) for pair in declared]
    wrong, explained = disagreeing(frame, declared_pairs(differences, SOURCES))

    apart = {
        frozenset(pair)
        for pair in combinations(printed, 2)
        if not has_common(printed[pair[0]], printed[pair[1]])
    }
    any_source = {
        frozenset((source, other)) for one, other in declared if one is None for source in SOURCES
    }
    pairs = {frozenset(pair) for pair in declared if None not in pair} | any_source
    reasons = pairs if area in (None, "X") else set()
    found = {frozenset(pair) for pair in explained.select("source", "source_low").iter_rows()}
    assert found == apart & reasons
    assert wrong.height == bool(apart - reasons)
    assert {frozenset(pair) for pair in wrong.select("source", "source_low").iter_rows()} <= (
        apart - reasons
    )


def test_a_third_source_that_no_difference_names_is_still_an_error(tmp_path: Path) -> None:
    for file in (PACKAGES / "sources-defined-otherwise").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    figures = tmp_path / "figures.csv"
    figures.write_text(f"{figures.read_text('utf-8')}reports,MT,2023,c,6,exact,6,6\n", "utf-8")
    replace_text(tmp_path / "sources.csv", "b,B,2\n", "b,B,2\nc,C,3\n")
    found = [(item.code, item.severity, item.row) for item in validate(tmp_path).findings]
    assert found == [("defined-otherwise", "note", 3), ("disagrees", "error", 4)]
