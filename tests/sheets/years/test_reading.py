"""A report with tables of years: which number is which figure, and where it stands."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph

from mtopendata.figures.marks import Mark, Marks
from mtopendata.sheets.reading import Reading
from mtopendata.sheets.years.reading import read_report
from tests.kit import years
from tests.kit.sheets import as_document

Made = Callable[..., Reading]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(**instead: object) -> Reading:
        parts = years.whole(**instead)
        return years.read(years.as_report(tmp_path / "report.pdf", parts))

    return make


@pytest.fixture
def reading(made: Made) -> Reading:
    return made()


def test_a_report_is_known_by_its_title_and_its_year(reading: Reading) -> None:
    assert (reading.kind, reading.period, reading.title) == ("post", 2031, "Post of 2031")
    assert reading.problems == []


def test_each_number_is_the_figure_of_its_row_and_of_the_year_above_it(reading: Reading) -> None:
    assert years.told(reading) == {
        ("letters_inner", 2029): "1,200", ("letters_inner", 2030): "1,500",
        ("letters_inner", 2031): "900",
        ("share_inner", 2029): "60%", ("share_inner", 2030): "75%", ("share_inner", 2031): "45%",
        ("letters_outer", 2029): "800", ("letters_outer", 2030): "500",
        ("letters_outer", 2031): "1,100",
        ("letters", 2028): "1,999", ("letters", 2029): "2,000", ("letters", 2030): "2,000",
        ("letters", 2031): "2,000",
        ("parcels", 2030): "30", ("parcels", 2031): "31",
        ("depots", 2029): "12", ("depots", 2030): "7", ("depots", 2031): None,
        ("sent_by_rocket", 2030): "11", ("sent_by_rocket", 2031): "13",
        ("sacks_by_rocket", 2030): "24,768,903", ("sacks_by_rocket", 2031): "14",
        ("answers_prompt", 2030): "4", ("answers_prompt", 2031): "40",
        ("answers_late", 2030): "5", ("answers_late", 2031): "50",
        ("answers", 2030): "9", ("answers", 2031): "90",
    }  # fmt: skip


def test_a_number_says_what_its_form_says(reading: Reading) -> None:
    share = years.only(reading, "share_inner", 2030).said
    assert share is not None
    assert (share.value, share.qualifier) == (Decimal(75), "rounded")
    assert (share.lower, share.upper) == (Decimal("74.5"), Decimal("75.5"))


def test_a_number_has_its_page_row_and_place_in_the_row(reading: Reading) -> None:
    places = {
        ("letters_inner", 2030): "table row 1, number 3",  # the shares count
        ("share_inner", 2030): "table row 1, number 4",
        ("letters_outer", 2030): "table row 2, number 2",
        ("parcels", 2030): "table row 5, number 2",
        ("parcels", 2031): "table row 7, number 2",
        ("depots", 2030): "table row 8, number 2",
        ("sacks_by_rocket", 2031): "table row 10, number 4",
        ("answers_late", 2031): "table row 12, number 5",
    }
    for (measure, period), position in places.items():
        figure = years.only(reading, measure, period)
        assert (figure.page, figure.section, figure.position) == (1, 1, position)
    assert years.only(reading, "letters_inner", 2030).before == "Inner planets, 2030:"


def test_rows_are_counted_anew_on_each_page(made: Made) -> None:
    reading = made(ways=[PageBreak(), years.ruled(years.WAYS, years.PAIRED)])
    figure = years.only(reading, "sent_by_rocket", 2030)
    assert (figure.page, figure.position) == (2, "table row 2, number 1")


def test_a_dash_is_not_reported_and_never_0(reading: Reading) -> None:
    figure = years.only(reading, "depots", 2031)
    assert (figure.printed, figure.said, figure.position) == (None, None, "absent 1")


def test_a_mark_means_what_the_package_says_of_it(tmp_path: Path) -> None:
    rows = [*years.DEPOTS[:2], ["12", "*", "-"]]
    parts = years.whole(depots=years.ruled(rows, years.TITLED))
    report = years.as_report(tmp_path / "report.pdf", parts)
    assert [problem.code for problem in years.read(report).problems] == ["unknown-form"]
    mark = Mark("*", "suppressed", None, Decimal(1), Decimal(4))
    words = replace(years.vocabulary(), marks=Marks({(None, "*"): mark}))
    reading = read_report(report, words)
    assert reading is not None
    assert reading.problems == []
    said = years.only(reading, "depots", 2030).said
    assert said is not None
    assert (said.qualifier, said.lower, said.upper) == ("suppressed", Decimal(1), Decimal(4))


def test_the_sign_of_a_note_is_no_digit(made: Made) -> None:
    style = getSampleStyleSheet()["Normal"]
    rows = [list(row) for row in years.PLANETS]
    rows[0][2] = Paragraph("In 2030<super size=5>9</super>", style)
    rows[2][2] = Paragraph("500<super size=5>3</super>", style)
    reading = made(planets=years.ruled(rows))
    assert reading.problems == []
    figure = years.only(reading, "letters_outer", 2030)
    assert (figure.printed, figure.after) == ("500", "with the sign 3 of a note")
    assert years.only(reading, "letters_outer", 2031).after == ""


def test_a_heading_can_stand_above_its_table(made: Made) -> None:
    rows = [["", *years.PLANETS[0][1:]], *years.PLANETS[1:]]
    above = Paragraph("Letters by Planet", getSampleStyleSheet()["Normal"])
    assert made(planets=[above, years.ruled(rows)]).problems == []


def test_what_no_cue_asks_for_is_no_figure_and_no_problem(made: Made) -> None:
    other = years.ruled([["Comets", "In 2030", "In 2031"], ["Seen", "1.234", "2"]])
    reading = made(end=other)
    assert reading.problems == []


def test_what_the_text_says_again_must_agree(made: Made) -> None:
    text = Paragraph("In 2028 it carried 2,772 letters.", getSampleStyleSheet()["Normal"])
    reading = made(text=text)
    assert reading.problems == []
    assert years.only(reading, "letters", 2028).printed == "1,999"
    [slip] = [slip for slip in reading.slips if slip.code == "printed-twice"]
    assert slip.page == 1
    assert slip.line is not None
    assert "1,999 on page 1" in slip.message
    assert "2,772 here (paragraph 1, number 1)" in slip.message


def test_a_rounded_number_agrees_with_what_it_can_be(made: Made) -> None:
    said = "In 2028 it carried about 2,000 letters. In 2030 it carried over 1,500 letters."
    text = Paragraph(said, getSampleStyleSheet()["Normal"])
    assert [slip.code for slip in made(text=text).slips] == ["label-slip"]


def test_a_label_that_the_sum_shows_to_be_a_slip_is_told(reading: Reading) -> None:
    assert years.only(reading, "answers_late", 2030).printed == "5"
    [slip] = reading.slips
    assert (slip.code, slip.page) == ("label-slip", 1)
    assert "'Later: 5' stands where the other cells have 'Late', and 4 + 5 = 9" in slip.message


def test_a_label_that_no_sum_explains_is_not_guessed(made: Made) -> None:
    rows = [list(row) for row in years.ANSWERS]
    rows[2][1] = "Prompt: 4 Later: 5 Total: 10"
    reading = made(answers=years.ruled(rows))
    assert {problem.code for problem in reading.problems} == {"not-the-sum", "not-found"}
    assert ("answers_late", 2030) not in years.told(reading)


def test_another_document_is_no_report() -> None:
    assert read_report(as_document("Some text of 2031"), years.vocabulary()) is None


def test_a_report_as_text_has_no_lines_to_read_its_tables_by() -> None:
    reading = years.read(as_document("Post of 2031\n\nLetters by Planet  In 2031\n"))
    assert [problem.code for problem in reading.problems] == ["no-columns"]


def test_a_figure_that_is_said_to_be_left_out_is_not_missed(tmp_path: Path) -> None:
    report = years.as_report(tmp_path / "report.pdf", years.whole(depots=None))
    [problem] = years.read(report).problems
    assert (problem.code, "depots/ALL" in problem.message) == ("no-section", True)
    assert years.read(report, "depots/ALL").problems == []
