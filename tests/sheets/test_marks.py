"""A mark in place of a number means what its source declares, and without that it is a problem."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mtopendata.figures.marks import Mark, Marks, mark_key
from mtopendata.figures.printed_numbers import Printed
from mtopendata.sheets.extraction import read_sheet
from mtopendata.sheets.reading import Reading
from tests.kit import sheets

OREGON = next(sheet for sheet in sheets.SHEETS if sheet.parent.name == "oregon-2021")
OTHER = "missing_child_cases_other"
ONE, NINE = Decimal(1), Decimal(9)
USUAL = [
    "*", "**", "s", "(s)", "suppressed", "Withheld", "-", "–", "—", "n/a", "N/A", "not available",
]  # fmt: skip


def declared(*marks: Mark) -> Marks:
    return Marks({(mark.source, mark_key(mark.mark)): mark for mark in marks})


def read(
    printed: str, *marks: Mark, between: str = "\t", left_out: tuple[str, ...] = ()
) -> Reading:
    text = sheets.text_of(OREGON)
    assert text.count("\t26\n") == 1
    document = sheets.as_document(text.replace("\t26\n", f"{between}{printed}\n"))
    vocabulary = replace(sheets.vocabulary(), marks=declared(*marks))
    return read_sheet(document, vocabulary, left_out)


def said(reading: Reading) -> tuple[str | None, Printed | None]:
    found = next(item for item in reading.figures if item.measure == OTHER)
    return found.printed, found.said


@pytest.mark.parametrize("between", ["\t", " | ", ": ", " ...... "])
@pytest.mark.parametrize("mark", USUAL)
def test_a_suppressed_number_has_the_ends_of_its_mark(mark: str, between: str) -> None:
    reading = read(mark, Mark(mark, "suppressed", None, ONE, NINE), between=between)
    assert reading.problems == []
    assert said(reading) == (mark, Printed(None, "suppressed", ONE, NINE))


@pytest.mark.parametrize("mark", USUAL)
def test_a_mark_without_a_declaration_is_listed_with_what_to_declare(mark: str) -> None:
    reading = read(mark)
    assert [problem.code for problem in reading.problems] == ["unknown-form"]
    assert "marks" in reading.problems[0].hint
    assert OTHER not in {item.measure for item in reading.figures}


@pytest.mark.parametrize("mark", USUAL)
def test_a_mark_that_means_not_reported_is_never_0(mark: str) -> None:
    reading = read(mark, Mark(mark, "not_reported"))
    assert reading.problems == []
    assert said(reading) == (None, None)


@pytest.mark.parametrize("mark", ["–", "-", "*"])
def test_a_mark_that_means_0_is_a_reported_zero(mark: str) -> None:
    reading = read(mark, Mark(mark, "zero"))
    assert reading.problems == []
    zero = Decimal(0)
    assert said(reading) == (mark, Printed(zero, "exact", zero, zero))


def test_the_mark_of_one_source_says_nothing_of_another() -> None:
    assert sheets.codes(read("*", Mark("*", "suppressed", "another", ONE, NINE))) == {
        "unknown-form"
    }


def test_a_person_can_say_that_a_mark_means_not_reported() -> None:
    reading = read("*", left_out=(OTHER,))
    assert reading.problems == []
    assert said(reading) == (None, None)


def test_a_person_cannot_say_so_of_a_number_that_is_withheld() -> None:
    reading = read("*", Mark("*", "suppressed", None, ONE, NINE), left_out=(OTHER,))
    assert "not-left-out" in sheets.codes(reading)


@pytest.mark.parametrize("printed", ["26*", "* 26", "26 *", "<10 *", "x26", "s 1"])
def test_a_mark_beside_a_number_is_no_mark_in_its_place(printed: str) -> None:
    reading = read(printed, Mark("*", "suppressed", None, ONE, NINE))
    for item in reading.figures:
        assert item.said is None or item.said.qualifier != "suppressed"


def test_a_limit_that_is_printed_stays_a_limit() -> None:
    assert said(read("<10"))[1] == Printed(Decimal(10), "fewer_than", Decimal(0), NINE)
