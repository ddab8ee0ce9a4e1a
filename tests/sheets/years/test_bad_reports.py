"""Reports that cannot be read with certainty: each fault is told with its page and its line."""

from pathlib import Path

import pytest
from reportlab.platypus import PageBreak, Table

from mtopendata.sheets.reading import Problem
from tests.kit import tables, years


def changed(rows: years.Rows, row: int, column: int, text: str) -> list[list[str]]:
    """A table with another text in one cell."""
    found = [list(cells) for cells in rows]
    found[row][column] = text
    return found


def problems(tmp_path: Path, **instead: object) -> list[Problem]:
    parts = years.whole(**instead)
    return years.read(years.as_report(tmp_path / "report.pdf", parts)).problems


@pytest.mark.parametrize("text", ["1.100", "1 100", "1'100", "11,00", "l,100", "1,100 sacks"])
def test_a_number_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    rows = changed(years.PLANETS, 2, 3, text)
    found = problems(tmp_path, planets=years.ruled(rows))
    assert {problem.code for problem in found} <= {"unknown-form", "not-the-sum", "found-twice"}
    assert any(problem.page == 1 and problem.line for problem in found)
    assert any("letters_outer/ALL" in problem.message or "Outer" in problem.message
               for problem in found)  # fmt: skip


def test_rows_that_do_not_make_their_total_are_refused(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, planets=years.ruled(changed(years.PLANETS, 2, 2, "5,00")))
    assert problem.code == "unknown-form"
    [problem] = problems(tmp_path, planets=years.ruled(changed(years.PLANETS, 2, 2, "600")))
    assert (problem.code, problem.page) == ("not-the-sum", 1)
    assert "2 rows make 2,100 in the column '2030', and 'All letters' is 2,000: 100 too many" in (
        problem.message
    )


def test_two_totals_are_refused(tmp_path: Path) -> None:
    rows = [*years.PLANETS, years.PLANETS[3]]
    codes = {problem.code for problem in problems(tmp_path, planets=years.ruled(rows))}
    assert codes == {"two-totals", "found-twice"}


@pytest.mark.parametrize("span", [((2, 1), (3, 1)), ((2, 1), (2, 2))])
def test_a_merged_cell_is_refused(tmp_path: Path, span: tuple[tuple[int, int], ...]) -> None:
    table = years.ruled(years.PLANETS, [("SPAN", *span)])
    found = problems(tmp_path, planets=table)
    assert "not-in-columns" in {problem.code for problem in found}
    assert all(problem.page == 1 and problem.line for problem in found)


def test_a_word_over_the_edge_of_its_cell_is_refused(tmp_path: Path) -> None:
    rows = changed(years.PLANETS, 2, 2, "500,000,000,000,000")
    table = years.ruled(rows, colWidths=[120, 60, 60, 60])
    assert "not-in-columns" in {problem.code for problem in problems(tmp_path, planets=table)}


def test_years_out_of_order_are_refused(tmp_path: Path) -> None:
    rows = [[row[0], row[2], row[1], row[3]] for row in years.PLANETS]
    [problem] = problems(tmp_path, planets=years.ruled(rows))
    assert (problem.code, problem.page) == ("column-order", 1)
    assert "2030, 2029, 2031" in problem.message


def test_labels_behind_their_numbers_are_refused(tmp_path: Path) -> None:
    rows = [[*row[1:], row[0]] for row in years.PLANETS]
    codes = {problem.code for problem in problems(tmp_path, planets=years.ruled(rows))}
    assert codes == {"not-found", "no-total", "no-period"}


def test_a_table_that_the_end_of_a_page_cuts_off_is_refused(tmp_path: Path) -> None:
    cut = [years.ruled(years.PLANETS[:3]), PageBreak()]
    found = problems(tmp_path, planets=cut)
    assert {problem.code for problem in found} == {"not-found", "no-total"}
    [problem] = [problem for problem in found if problem.code == "not-found"]
    assert problem.message.startswith("letters/ALL: the table has no 'All letters'")
    assert (problem.page, problem.line is not None) == (1, True)


def test_a_table_that_goes_on_below_its_repeated_heading_is_read(tmp_path: Path) -> None:
    parts = [years.ruled(years.PLANETS[:2]), PageBreak(),
             years.ruled([years.PLANETS[0], *years.PLANETS[2:]])]  # fmt: skip
    assert problems(tmp_path, planets=parts) == []


def test_a_table_without_lines_is_refused(tmp_path: Path) -> None:
    plain = Table([list(row) for row in years.PLANETS])
    [problem] = problems(tmp_path, planets=plain)
    assert problem.code == "no-section"
    assert "Letters by Planet" in problem.message
    assert "letters_inner/ALL, share_inner/ALL, letters_outer/ALL, letters/ALL" in problem.message


def test_a_scanned_page_is_told(tmp_path: Path) -> None:
    scan = [PageBreak(), tables.Picture(100, 100), PageBreak()]
    found = problems(tmp_path, depots=None, end=scan)
    assert {(problem.code, problem.page) for problem in found} >= {("no-text", 2)}


def test_an_empty_cell_is_told(tmp_path: Path) -> None:
    found = problems(tmp_path, planets=years.ruled(changed(years.PLANETS, 2, 2, "")))
    assert [problem.code for problem in found] == ["no-number"]


@pytest.mark.parametrize("heading", ["Lately", "In 203l", ""])
def test_a_column_without_a_year_is_told(tmp_path: Path, heading: str) -> None:
    for part, rows, style in (("planets", years.PLANETS, ()), ("ways", years.WAYS, years.PAIRED)):
        table = years.ruled(changed(rows, 0, 3, heading), style)
        found = problems(tmp_path, **{part: table})
        assert {problem.code for problem in found} == {"no-period"}
        assert all(problem.page == 1 and problem.line for problem in found)


def test_a_row_without_a_year_is_told_where_rows_are_years(tmp_path: Path) -> None:
    for label in ("YR2031 revised", "YR31", "Later"):
        table = years.ruled(changed(years.HISTORY, 1, 0, label))
        [problem] = problems(tmp_path, history=table)
        assert (problem.code, problem.page) == ("no-period", 1)
        assert label in problem.message


def test_each_problem_has_a_meaning_in_the_docs(tmp_path: Path) -> None:
    from mtopendata.ledger.codes import CODES

    bad = changed(years.PLANETS, 2, 2, "1.234")
    for problem in problems(tmp_path, planets=years.ruled(bad), depots=None):
        assert problem.code in CODES
