"""Printed numbers mean the interval that their digits leave, in exact arithmetic."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from num2words import num2words

from mtopendata.figures.limits import LIMITS
from mtopendata.figures.number_words import LARGE, WORDS
from mtopendata.figures.printed_numbers import PERCENT, Printed, read_printed
from tests.kit.examples import examples
from tests.kit.packages import ROOT

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
    ("nearly 100", "100", "fewer_than", "0", "99"),
    ("almost 200", "200", "fewer_than", "0", "199"),
    ("not quite 200", "200", "fewer_than", "0", "199"),
    ("just shy of 1.2 million", "1200000", "fewer_than", "0", "1199999"),
    ("slightly more than 200", "200", "more_than", "201", None),
    ("upwards of 200", "200", "at_least", "200", None),
    ("a maximum of 9", "9", "at_most", "0", "9"),
    ("close to 200", "200", "about", None, None),
    ("ca. 200", "200", "about", None, None),
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
    ("36.2M", "36200000", "rounded", "36150000", "36249999"),
    ("36.2 m", "36200000", "rounded", "36150000", "36249999"),
    ("18.4K", "18400", "rounded", "18350", "18449"),
    ("10k+", "10000", "at_least", "10000", None),
    ("2.1bn", "2100000000", "rounded", "2050000000", "2149999999"),
    ("more than 2B", "2000000000", "more_than", "2000000001", None),
    ("twenty-nine", "29", "exact", "29", "29"),
    ("Twenty nine", "29", "exact", "29", "29"),
    ("thirteen", "13", "exact", "13", "13"),
    ("one hundred and six", "106", "exact", "106", "106"),
    ("one hundred six", "106", "exact", "106", "106"),
    ("a hundred", "100", "exact", "100", "100"),
    ("one thousand and six", "1006", "exact", "1006", "1006"),
    ("a thousand", "1000", "rounded", "500", "1499"),
    ("two hundred and six thousand", "206000", "rounded", "205500", "206499"),
    ("a dozen", "12", "exact", "12", "12"),
    ("half a dozen", "6", "exact", "6", "6"),
    ("two dozen", "24", "exact", "24", "24"),
    ("more than a hundred", "100", "more_than", "101", None),
]
RANGES = [
    ("1–4", "1", "4"),
    ("1-4", "1", "4"),
    ("0–4", "0", "4"),
    ("1 to 4", "1", "4"),
    ("five to ten", "5", "10"),
    ("between 5 and 10", "5", "10"),
    ("Between\nfive  and ten", "5", "10"),
    ("between one hundred and six and two hundred", "106", "200"),
    ("1,200–1,500", "1200", "1500"),
    ("2,019–2,023", "2019", "2023"),
    ("500-1,500", "500", "1500"),
    ("1.2–1.5 million", "1150000", "1549999"),
    ("1.2 million to 1.5 million", "1150000", "1549999"),
    ("900 thousand to 1.2 million", "899500", "1249999"),
    ("10-15K", "9500", "15499"),
    ("1 to 2 million", "500000", "2499999"),
]
SHARE_RANGES = [
    ("5–10%", "4.5", "10.5"),
    ("5% to 10%", "4.5", "10.5"),
    ("between 5 and 10 percent", "4.5", "10.5"),
    ("1.5–2.5%", "1.45", "2.55"),
    ("0–1%", "0", "1.5"),
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
    ("19.5 pct", "19.5", "rounded", "19.45", "19.55"),
    ("fifty-one percent", "51", "rounded", "50.5", "51.5"),
    ("nearly 1 in 5", "20", "fewer_than", "0", "20"),
    ("one in every five", "20", "about", None, None),
    ("one in twenty-five", "4", "about", None, None),
    ("half", "50", "about", None, None),
    ("one-half", "50", "about", None, None),
    ("a quarter", "25", "about", None, None),
    ("Three quarters", "75", "about", None, None),
    ("two-thirds", "66.67", "about", None, None),
    ("nearly half", "50", "fewer_than", "0", "50"),
    ("more than two-thirds", "66.66", "more_than", "66.66", None),
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
    "1 in 5", "no five", "none million", "more than 5 or more", "1,747*", "1,747¹", "$40", "±40",
    "onethousand", "seven7",
    # Like a number in words, and none.
    "twenty-eleven", "twenty-ten", "twenty-", "twenty- nine", "two three", "two and three",
    "hundred",
    "ten hundred", "a seven", "two a hundred", "dozens", "hundreds", "a dozen dozen", "6 hundred",
    "one hundred and", "one hundred and six hundred", "one thousand million",
    "one million and six thousand",
    "six, seven", "thousand", "no dozen", "half", "half of", "two-thirds", "over20or more",
    # Like a scale, and none.
    "36.2MM", "36.2T", "36.2 million M", "twoM", "26 K", "5 kg", "more than.7",
    # Like a range, and none, or perhaps none.
    "1–4–7", "4–1", "4 to 1", "5–5", "1 – 4", "1—4", "1−4", "–4", "1–", "01–04", "1.5–2.5",
    "2019–2023", "2019-2023",
    "2019 to 2023", "between 2019 and 2023", "2019-20", "11-2023", "2023-11", "2023-11-27", "1-800",
    "1-888",
    "1-800-843-5678", "555-1234", "406-555-1234", "pp. 3–7", "3–7 pages", "from 5 to 10",
    "about 5–10",
    "5–10 or so", "5–10+", "more than 5 to 10", "between 5 and", "between 5", "5 and 10",
    "between 5 to 10",
    "500 to 2 million", "2 million to 5", "1.2 million to 1,500,000", "5% to 10%", "1,2–4",
    "1 to 4 to 7",
]  # fmt: skip
NOT_SHARES = ["19", "19 million", "19%%", "percent", "%", "19 per cent of", "1,9%", "-1%",
    "6 in 5", "1 in 0", "1.5 in 5", "1 in 5%", "1 in", "in 5", "one", "1 in 5 million",
    "half of", "half a", "third", "two third", "a thirds", "three halves", "two halves",
    "second half", "quarter",
    "one in five million", "19.5 percentage points", "5–10", "5% to 10", "90–110%", "10–5%",
    "1-800%",
    "36.2M", "ten million percent", "between half and two-thirds",
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


@pytest.mark.parametrize(
    ("text", "unit", "lower", "upper"),
    [(text, "report", *ends) for text, *ends in RANGES]
    + [(text, PERCENT, *ends) for text, *ends in SHARE_RANGES],
)
def test_a_range_has_both_of_its_ends_and_no_value(
    text: str, unit: str, lower: str, upper: str
) -> None:
    assert read_printed(text, unit) == Printed(None, "between", Decimal(lower), Decimal(upper))


_FORMS = (ROOT / "docs" / "sheets.md").read_text("utf-8").partition("\n## Forms of numbers\n")[2]
DOCUMENTED = re.findall(r"^\| (`.*?) \| (\w+) \|", _FORMS.partition("\n## ")[0], re.MULTILINE)


def test_each_form_of_the_docs_is_read_as_they_say() -> None:
    assert len(DOCUMENTED) == 8
    for forms, qualifier in DOCUMENTED:
        for text in re.findall("`(.*?)`", forms):
            said = read_printed(text, "case") or read_printed(text, PERCENT)
            assert said is not None, text
            assert said.qualifier == qualifier, text


@given(st.integers(0, 999_999_999))
@example(1_000_006)
@example(1_006_000)
@example(999_999_999)
@SETTINGS
def test_a_whole_number_in_words_is_read_back(value: int) -> None:
    """As `num2words` writes it, which knows nothing of this reader; and as it is written too."""
    words = num2words(value)
    for text in (words, words.replace(",", ""), words.replace(" and ", " "), words.capitalize()):
        said = read_printed(text, "case")
        assert said is not None, text
        assert said.value == value
        # Words that end with a scale are as rounded as digits with it.
        assert said.qualifier == ("rounded" if text.endswith(("thousand", "million")) else "exact")
        assert said.lower is not None
        assert said.upper is not None
        assert said.lower <= value <= said.upper


@given(st.lists(st.sampled_from(sorted({*WORDS, *LARGE, "and", "a"})), min_size=1, max_size=7))
@SETTINGS
def test_words_that_are_read_as_a_number_are_how_that_number_is_written(words: list[str]) -> None:
    """No other order of number words is read, such as `twenty eleven`."""
    said = read_printed(" ".join(words), "case")
    if said is None or said.value is None or "dozen" in words:
        return
    written = re.sub("[-,]", " ", num2words(int(said.value))).split()
    plain = ["one" if word == "a" else word for word in words if word != "and"]
    assert plain == [word for word in written if word != "and"]


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.sampled_from(["–", "-", " to "]))
@SETTINGS
def test_a_range_holds_every_count_between_its_ends(start: int, more: int, sign: str) -> None:
    first, last = f"{start:,}", f"{start + more:,}"
    said = read_printed(f"{first}{sign}{last}", "case")
    if sign == "-" and re.fullmatch("1-8[0-9]{2}", f"{first}-{last}"):
        assert said is None
        return
    assert said == Printed(None, "between", Decimal(start), Decimal(start + more))
    assert read_printed(f"{last}{sign}{first}", "case") is None


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
    if said.value is None:
        assert said.qualifier == "between"
        assert said.lower is not None
        assert said.upper is not None
        assert said.lower < said.upper
    else:
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
    assert said.value is not None
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
