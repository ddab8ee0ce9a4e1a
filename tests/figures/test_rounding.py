"""Printed numbers mean the interval that their digits leave, in exact arithmetic."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mtopendata.figures.printed_numbers import LIMITS, PERCENT, read_printed
from tests.kit.examples import examples

SETTINGS = settings(max_examples=examples(400), deadline=None, derandomize=True)
MILLION = 10**6

# Text, value, qualifier, lower, upper.
COUNTS = [
    ("7", "7", "exact", "7", "7"),
    ("1,747", "1747", "exact", "1747", "1747"),
    ("1747", "1747", "exact", "1747", "1747"),
    ("36,210,368", "36210368", "exact", "36210368", "36210368"),
    ("0", "0", "exact", "0", "0"),
    ("none", "0", "exact", "0", "0"),
    ("Zero", "0", "exact", "0", "0"),
    (" 57 ", "57", "exact", "57", "57"),
    ("36.2 million", "36200000", "rounded", "36150000", "36249999"),
    ("36 million", "36000000", "rounded", "35500000", "36499999"),
    ("1 million", "1000000", "rounded", "500000", "1499999"),
    ("1.0 million", "1000000", "rounded", "950000", "1049999"),
    ("1.000000 million", "1000000", "rounded", "1000000", "1000000"),
    ("1.234567 million", "1234567", "rounded", "1234567", "1234567"),
    ("0.000 thousand", "0", "rounded", "0", "0"),
    ("0 million", "0", "rounded", "0", "499999"),
    ("1.5 Billion", "1500000000", "rounded", "1450000000", "1549999999"),
    ("12 thousand", "12000", "rounded", "11500", "12499"),
    ("1,200 thousand", "1200000", "rounded", "1199500", "1200499"),
    ("more than 18,400", "18400", "more_than", "18401", None),
    ("More than 105 million", "105000000", "more_than", "105000001", None),
    ("over 20", "20", "more_than", "21", None),
    (">20", "20", "more_than", "21", None),
    ("at least 10", "10", "at_least", "10", None),
    ("≥ 10", "10", "at_least", "10", None),
    ("<50", "50", "fewer_than", "0", "49"),
    ("fewer than 50", "50", "fewer_than", "0", "49"),
    ("less than 1,000", "1000", "fewer_than", "0", "999"),
    ("under 1", "1", "fewer_than", "0", "0"),
    ("at most 5", "5", "at_most", "0", "5"),
    ("up to 5", "5", "at_most", "0", "5"),
    ("≤5", "5", "at_most", "0", "5"),
    ("about 20.5 million", "20500000", "about", None, None),
    ("nearly 100", "100", "about", None, None),
    ("approximately 40", "40", "about", None, None),
    ("approx. 40", "40", "about", None, None),
    ("roughly 40", "40", "about", None, None),
    ("~40", "40", "about", None, None),
    ("40 or so", "40", "about", None, None),
    ("at least 3", "3", "at_least", "3", None),
    ("no fewer than 3", "3", "at_least", "3", None),
    ("18,400+", "18400", "at_least", "18400", None),
    ("40 or more", "40", "at_least", "40", None),
    (">= 40", "40", "at_least", "40", None),
    ("over 5,000", "5000", "more_than", "5001", None),
    ("well over 5,000", "5000", "more_than", "5001", None),
    ("just under 5,000", "5000", "fewer_than", "0", "4999"),
    ("no more than 5", "5", "at_most", "0", "5"),
    ("no\nmore  than 5", "5", "at_most", "0", "5"),
    ("5 or fewer", "5", "at_most", "0", "5"),
    ("no", "0", "exact", "0", "0"),
    ("one", "1", "exact", "1", "1"),
    ("Twelve", "12", "exact", "12", "12"),
    ("more than ten", "10", "more_than", "11", None),
    ("two million", "2000000", "rounded", "1500000", "2499999"),
]
SHARES = [
    ("19%", "19", "rounded", "18.5", "19.5"),
    ("19 %", "19", "rounded", "18.5", "19.5"),
    ("19 percent", "19", "rounded", "18.5", "19.5"),
    ("19.5 percent", "19.5", "rounded", "19.45", "19.55"),
    ("19.0%", "19.0", "rounded", "18.95", "19.05"),
    ("0%", "0", "rounded", "0", "0.5"),
    ("0.0%", "0", "rounded", "0", "0.05"),
    ("100%", "100", "rounded", "99.5", "100"),
    ("more than 18%", "18", "more_than", "18", None),
    ("less than 1%", "1", "fewer_than", "0", "1"),
    ("at least 50 percent", "50", "at_least", "50", None),
    ("19.5 per cent", "19.5", "rounded", "19.45", "19.55"),
    ("ten percent", "10", "rounded", "9.5", "10.5"),
    ("nearly 1 in 5", "20", "about", None, None),
    ("1 in 5", "20", "about", None, None),
    ("one in five", "20", "about", None, None),
    ("1 out of 8", "12.5", "about", None, None),
    ("about 1 in 6", "16.67", "about", None, None),
    ("more than 1 in 6", "16.66", "more_than", "16.66", None),
    ("at least 1 in 6", "16.66", "at_least", "16.66", None),
    ("fewer than 1 in 6", "16.67", "fewer_than", "0", "16.67"),
    ("up to 1 in 6", "16.67", "at_most", "0", "16.67"),
    ("3 in 3", "100", "about", None, None),
]
NOT_COUNTS = [
    "", " ", "many", "19%", "19 percent", "1,74", "17,47", "1,7470", "1747,", ",747", "1.5",
    "-7", "+7", "1e3", "36.2million", "36.2  gazillion", "36.2 million million", "1.2345 thousand",
    "more than", "more than many", "7 8", "7.", ".7", "1 747", "١٢", "７", "more than more than 7",
    "1_000", "NaN", "infinity", "7\n8", "0x10", "7 reports", "a 7",
    "thirteen", "twenty-nine", "1 in 5", "no five", "none million", "more than 5 or more", "5 to 7",
    "5-7", "a dozen", "1,747*", "1,747¹", "$40", "±40", "onethousand", "seven7",
]  # fmt: skip
NOT_SHARES = ["19", "19 million", "19%%", "percent", "%", "19 per cent of", "1,9%", "-1%", "19 pct",
    "6 in 5", "1 in 0", "1.5 in 5", "1 in 5%", "1 in", "in 5", "one", "1 in 5 million",
]  # fmt: skip


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("text", "unit", "value", "qualifier", "lower", "upper"),
    [(row[0], "report", *row[1:]) for row in COUNTS]
    + [(row[0], PERCENT, *row[1:]) for row in SHARES],
)
def test_a_printed_form_means_its_value_qualifier_and_bounds(
    text: str, unit: str, value: str, qualifier: str, lower: str | None, upper: str | None
) -> None:
    said = read_printed(text, unit)
    assert said is not None
    assert (said.value, said.qualifier) == (Decimal(value), qualifier)
    assert (said.lower, said.upper) == (decimal(lower), decimal(upper))


@pytest.mark.parametrize("text", NOT_COUNTS)
def test_what_is_no_count_has_no_meaning(text: str) -> None:
    assert read_printed(text, "report") is None


@pytest.mark.parametrize("text", NOT_SHARES)
def test_what_is_no_share_has_no_meaning(text: str) -> None:
    assert read_printed(text, PERCENT) is None


NEARLY = st.text(alphabet="0123456789.,% <>≤≥+-milonehtursadp\n")


@given(st.text() | NEARLY, st.sampled_from(["case", PERCENT]))
@settings(SETTINGS, max_examples=examples(1500))
@example("9" * 5000, "case")
@example("0." + "9" * 5000 + " million", "case")
def test_any_text_means_something_exact_or_nothing(text: str, unit: str) -> None:
    said = read_printed(text, unit)
    if said is None:
        return
    assert said.value.is_finite()
    assert said.value >= 0
    if said.lower is not None and said.upper is not None:
        assert 0 <= said.lower <= said.upper
    ends = [end for end in (said.lower, said.upper) if end is not None]
    assert all(end.is_finite() for end in ends)
    if said.qualifier == "exact":
        assert said.lower == said.upper == said.value
    if unit != PERCENT:
        assert all(end == end.to_integral_value() for end in ends)


def rounded(value: Decimal, decimals: int) -> str:
    """The number as a careful printer rounds it: half up, to so many decimals."""
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


SCALES = {"thousand": 3, "million": 6, "billion": 9}


@given(st.integers(0, 10**12), st.sampled_from(sorted(SCALES)), st.integers(0, 9))
@example(36_249_999, "million", 1)
@example(36_150_000, "million", 1)
@SETTINGS
def test_a_rounded_count_lies_within_its_bounds(true: int, word: str, decimals: int) -> None:
    decimals = min(decimals, SCALES[word])
    text = f"{rounded(Decimal(true).scaleb(-SCALES[word]), decimals)} {word}"
    said = read_printed(text, "report")
    assert said is not None
    assert said.lower is not None
    assert said.upper is not None
    assert said.lower <= true <= said.upper
    # The bounds are no wider than the digits: just outside them the text would be another.
    for outside in (said.lower - 1, said.upper + 1):
        other = rounded(outside.scaleb(-SCALES[word]), decimals)
        assert outside < 0 or f"{other} {word}" != text


@given(st.integers(0, 10**8), st.integers(0, 5), st.sampled_from(["%", " percent"]))
@SETTINGS
def test_a_rounded_share_lies_within_its_bounds(millionths: int, decimals: int, sign: str) -> None:
    true = Decimal(millionths).scaleb(-6)
    said = read_printed(rounded(true, decimals) + sign, PERCENT)
    assert said is not None
    assert said.lower is not None
    assert said.upper is not None
    assert 0 <= said.lower <= true <= said.upper <= 100
    assert said.upper - said.lower <= Decimal(1).scaleb(-decimals)


@given(st.integers(0, 10**12), st.sampled_from(sorted(SCALES)), st.integers(0, 8))
@SETTINGS
def test_a_tighter_printed_form_of_the_same_value_has_a_tighter_interval(
    value: int, word: str, decimals: int
) -> None:
    """`1.0 million` lies within `1 million`: zeros that are printed say something."""
    decimals = min(decimals, SCALES[word] - 1)
    digits = rounded(Decimal(value).scaleb(-SCALES[word]), decimals)
    wide = read_printed(f"{digits} {word}", "report")
    tight = read_printed(f"{digits}{'' if '.' in digits else '.'}0 {word}", "report")
    assert wide is not None
    assert tight is not None
    assert wide.value == tight.value
    assert wide.lower is not None
    assert wide.upper is not None
    assert tight.lower is not None
    assert tight.upper is not None
    assert wide.lower <= tight.lower <= tight.upper <= wide.upper
    assert tight.upper - tight.lower < wide.upper - wide.lower


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from(["", *sorted(LIMITS)]))
@SETTINGS
def test_the_share_of_so_many_in_so_many_is_rounded_so_that_its_limit_stays_true(
    part: int, whole: int, words: str
) -> None:
    said = read_printed(f"{words} {part} in {whole}", PERCENT)
    if part > whole:
        assert said is None
        return
    assert said is not None
    assert abs(said.value * whole - 100 * part) < Decimal("0.01") * whole
    assert said.qualifier == LIMITS.get(words, "about")
    if said.lower is not None and said.upper is None:
        assert said.lower * whole <= 100 * part
    if said.upper is not None:
        assert said.upper * whole >= 100 * part


HOLDS: dict[str, Callable[[int, int], bool]] = {
    "more_than": lambda count, value: count > value,
    "at_least": lambda count, value: count >= value,
    "fewer_than": lambda count, value: count < value,
    "at_most": lambda count, value: count <= value,
    "about": lambda _count, _value: True,
}


@given(
    st.integers(0, 10**30), st.sampled_from(sorted(LIMITS)), st.booleans(), st.integers(0, 10**6)
)  # fmt: skip
@SETTINGS
def test_a_limit_bounds_every_count_that_it_is_true_of(
    value: int, words: str, upper_case: bool, distance: int
) -> None:
    text = f"{words.upper() if upper_case else words} {value:,}"
    said = read_printed(text, "case")
    assert said is not None
    assert said.value == value
    counts = (value - distance, value + distance)
    if said.qualifier == "fewer_than" and value == 0:
        return  # no count is fewer than none
    for count in counts:
        if count < 0:
            continue
        inside = (said.lower is None or said.lower <= count) and (
            said.upper is None or count <= said.upper
        )
        assert inside == HOLDS[said.qualifier](count, value), (text, count)


@given(st.integers(0, 10**40), st.booleans())
@SETTINGS
def test_a_whole_number_is_exact_with_and_without_separators(value: int, separated: bool) -> None:
    said = read_printed(f"{value:,}" if separated else str(value), "case")
    assert said is not None
    assert said.qualifier == "exact"
    assert said.value == said.lower == said.upper == value
