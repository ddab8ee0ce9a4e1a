"""A number of several words is one number in a text, and what is like it is none."""

import pytest

from mtopendata.sheets.numerals import read_numerals
from mtopendata.sheets.reading import SheetFigure
from mtopendata.sheets.words import joined, read_lines
from tests.kit import sheets

OREGON = next(sheet for sheet in sheets.SHEETS if sheet.parent.name == "oregon-2021")
HANDLED, SHARE = "handled 41 cases", "16% of these"


def numbers(text: str, *, is_share: bool = False) -> list[str]:
    return [n.text for n in read_numerals(joined(read_lines(text)), is_share=is_share)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("handled twenty-nine cases", ["twenty-nine"]),
        ("handled twenty nine cases.", ["twenty nine"]),
        ("handled one hundred and six cases", ["one hundred and six"]),
        ("more than one hundred\nand six of them", ["more than one hundred and six"]),
        ("One hundred and six, of which two", ["One hundred and six", "two"]),
        ("two and three", ["two", "three"]),
        ("two million, three of which", ["two million", "three"]),
        ("nearly two hundred thousand reports", ["nearly two hundred thousand"]),
        ("about a dozen cases", ["about a dozen"]),
        ("half a dozen cases", ["half a dozen"]),
        ("dozens of cases", ["dozens"]),
        ("received 36.2M reports", ["36.2M"]),
        ("received 36.2 M reports", ["36.2 M"]),
        ("see 26 K", ["26"]),
        ("handled 1–4 cases", ["1–4"]),
        ("handled 1 to 4 cases", ["1 to 4"]),
        ("handled between 5 and 10 cases", ["between 5 and 10"]),
        (
            "between one hundred and six and two hundred of",
            ["between one hundred and six and two hundred"],
        ),
        ("1.2 to 1.5 million reports", ["1.2 to 1.5 million"]),
        ("between 2019 and 2023 it", ["2019", "2023"]),
        ("rose from 5 to 10", ["5", "10"]),
        ("between 10 and 5", ["10", "5"]),
        ("5, to 10", ["5", "10"]),
        ("5 (to 10)", ["5", "10"]),
        ("5 to ten thousand", ["5 to ten thousand"]),
        ("twenty eleven", ["twenty", "eleven"]),
        ("a case in Oregon, not a hundred", ["a hundred"]),
        ("call 1-800-843-5678", ["1-800-843-5678"]),
    ],
)  # fmt: skip
def test_the_words_of_one_number_are_one_number(text: str, found: list[str]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two-thirds of these", ["two-thirds"]),
        ("nearly two thirds of these", ["nearly two thirds"]),
        ("more than half of these", ["more than half"]),
        ("a quarter of these", ["a quarter"]),
        ("one in every five", ["one in every five"]),
        ("one in twenty-five of these", ["one in twenty-five"]),
        ("5 to 10 percent of these", ["5 to 10 percent"]),
        ("between 5% and 10% of these", ["between 5% and 10%"]),
        ("the third year, in the second quarter", []),
        ("one, in five", ["one", "five"]),
    ],
)
def test_a_share_in_words_is_one_number(text: str, found: list[str]) -> None:
    assert numbers(text, is_share=True) == found


def figure(text: str, name: str) -> SheetFigure | None:
    reading = sheets.read(text)
    found = {sheets.named(item): item for item in reading.figures}
    assert (name in found) == (not reading.problems), reading.problems
    return found.get(name)


@pytest.mark.parametrize(
    ("printed", "value", "qualifier", "lower", "upper"),
    [
        ("forty-one", 41, "exact", 41, 41),
        ("one hundred and six", 106, "exact", 106, 106),
        ("a dozen", 12, "exact", 12, 12),
        ("1–4", None, "between", 1, 4),
        ("1 to 4", None, "between", 1, 4),
        ("between 5 and 10", None, "between", 5, 10),
        ("nearly 200", 200, "fewer_than", 0, 199),
        ("ca. 200", 200, "about", None, None),
        ("1.2K", 1200, "rounded", 1150, 1249),
    ],
)
def test_a_form_that_people_print_is_read_from_a_sentence(
    printed: str, value: int | None, qualifier: str, lower: int | None, upper: int | None
) -> None:
    text = sheets.text_of(OREGON).replace(HANDLED, f"handled {printed} cases")
    item = figure(text, "missing_child_cases_handled/US-OR")
    assert item is not None
    assert item.said is not None
    assert item.printed == printed.replace("ca.", "ca")
    said = item.said
    assert (said.value, said.qualifier, said.lower, said.upper) == (value, qualifier, lower, upper)


@pytest.mark.parametrize(
    ("printed", "value", "qualifier"),
    [
        ("Two-thirds", "66.67", "about"),
        ("Nearly half", "50", "fewer_than"),
        ("1 to 2%", None, "between"),
    ],
)  # fmt: skip
def test_a_share_in_words_is_read_from_a_sentence(
    printed: str, value: str | None, qualifier: str
) -> None:
    text = sheets.text_of(OREGON).replace(SHARE, f"{printed} of these")
    item = figure(text, "missing_child_likely_trafficked_share/ALL")
    assert item is not None
    assert item.said is not None
    assert item.said.qualifier == qualifier
    assert value == (None if item.said.value is None else f"{item.said.value.normalize():f}")


@pytest.mark.parametrize(
    "printed",
    ["4–1", "1–4–7", "from 5 to 10", "between 10 and 5", "twenty-eleven", "dozens of",
     "about 5 to 10", "1 – 4", "2019–2023", "between 2019 and 2023", "41 to", "between 41", "41 K"],
)  # fmt: skip
def test_what_may_be_something_else_is_a_problem(printed: str) -> None:
    text = sheets.text_of(OREGON).replace(HANDLED, f"handled {printed} cases")
    assert figure(text, "missing_child_cases_handled/US-OR") is None


@pytest.mark.parametrize("words", ["Between 2019 and 2021,", "From 5 to 10 years on,"])
def test_between_years_stays_a_reason_for_doubt(words: str) -> None:
    text = sheets.text_of(OREGON)
    assert text.count("In 2021, the desk handled") == 1
    text = text.replace("In 2021, the desk handled", f"{words} the desk handled")
    assert sheets.codes(sheets.read(text))
