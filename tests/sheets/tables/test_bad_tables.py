"""What is not certain in a table is told with its page and line, and its rows are not given."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reportlab.platypus import PageBreak

from mtopendata.sheets.reading import Problem
from mtopendata.values.errors import MtopendataError
from tests.kit import tables
from tests.kit.tables import HEAD, PLANETS, as_grid, as_pdf, as_text

ROWS = [*PLANETS, tables.total(PLANETS)]
Rows = list[tuple[str, ...]]


def told(problem: Problem) -> str:
    return f"{problem.message}; {problem.hint}"


def pdf_problems(file: Path, *parts: Any) -> list[Problem]:
    found = tables.problems(as_pdf(file, *parts))
    assert found
    return found


def changed(name: str, *instead: tuple[str, ...]) -> Rows:
    """The rows with others in the place of one."""
    place = next(index for index, row in enumerate(ROWS) if row[0] == name)
    return [*ROWS[:place], *instead, *ROWS[place + 1 :]]


WRONG_SUMS: dict[str, tuple[Rows, str]] = {
    "a row is missing": (changed("Earth"), "2,104,377 too few; no single row explains it"),
    "a row is there twice": (
        [PLANETS[3], *ROWS], "88,001 too many; look at 'Mars' 88,001 in page 1, line 6, which "
        "page 1, line 10 has too",
    ),
    "a row is none": (
        [("See page", "17"), *ROWS], "17 too many; look at 'See page' 17 in page 1, line 6, which "
        "may be no row",
    ),
    "two digits changed places": (
        changed("Mars", ("Mars", "80,801")), "7,200 too few; look at 'Mars' 80,801 in page 1, "
        "line 9: two of its digits may have changed places",
    ),
    "a number has the beginning of the next": (
        changed("Mars", ("Mars", "880012")), "'Mars' 880012 in page 1, line 9: it may be two "
        "numbers, joined",
    ),
    "a number begins in the name": (
        changed("Mars", ("Mars 8", "8001")), "'Mars 8' 8001 in page 1, line 9: the end of the name "
        "may be the beginning of the number",
    ),
    "a number goes on below": (
        changed("Mars", ("Mars", "88"), ("", "001")), "'Mars' 88 in page 1, line 9: 001 in page 1, "
        "line 10 may be the rest of it",
    ),
    "a name lacks its number": (
        changed("Mars", ("Mars", "")), "'Mars' in page 1, line 9, whose number would be 88,001",
    ),
    "a number lacks its name": (
        changed("Mars", ("", "88,001")), "the number 88,001 in page 1, line 9, which has no name",
    ),
    "the total is wrong": (
        changed("Total", ("Total", "2,194,320")), "'Total' 2,194,320 in page 1, line 14 itself: "
        "it would be 2,194,302",
    ),
    "a total that no row makes": (changed("Total", ("Total", "5")), "2,194,297 too many"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_SUMS)
def test_rows_that_do_not_make_the_total_are_told_with_the_likely_reason(
    tmp_path: Path, case: str
) -> None:
    rows, reason = WRONG_SUMS[case]
    found = pdf_problems(tmp_path / "t.pdf", as_grid([HEAD, *rows]))
    [problem] = [item for item in found if item.code == "not-the-sum"]
    assert reason in told(problem)
    assert (problem.page, problem.line) == (1, 5 + len(rows))


def test_a_page_that_is_there_twice_or_scanned_or_missing_is_told(tmp_path: Path) -> None:
    first, middle, last = (as_grid([HEAD, *rows]) for rows in (ROWS[:3], ROWS[3:5], ROWS[5:]))
    again = as_grid([HEAD, *ROWS[3:5]])
    parts = (first, PageBreak(), middle, PageBreak(), again, PageBreak(), last)
    [problem] = pdf_problems(tmp_path / "t.pdf", *parts)
    assert "all rows of page 2, which may be there twice; all rows of page 3" in told(problem)
    scan = tables.scanned(tmp_path / "s.pdf", [first], None, [last])
    [problem] = tables.problems(scan)
    assert told(problem).endswith("look at page 2, which holds no text, as a scanned page does")
    [problem] = pdf_problems(tmp_path / "t.pdf", first, PageBreak(), last)
    assert "88,001 too few; no single row explains it: look for a page or a row" in told(problem)


def test_a_scanned_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MtopendataError, match="holds no text, as a scanned page does"):
        tables.scanned(tmp_path / "s.pdf", None, None)


def test_a_table_that_is_cut_off_at_the_end_of_a_page_is_told(tmp_path: Path) -> None:
    [problem] = pdf_problems(tmp_path / "t.pdf", as_grid([HEAD, *ROWS[:5]]))
    assert (problem.code, problem.page, problem.line) == ("no-total", 1, 10)
    assert "5 rows make 2,193,593; the last one is 'Jupiter'" in problem.message


@pytest.mark.parametrize(
    ("last", "first"),
    [(("Earth", ""), ("", "2,104,377")), (("Earth and", ""), ("its Moon", "2,104,377"))],
    ids=["between name and number", "within a name"],
)
def test_a_row_that_is_cut_by_the_end_of_a_page_is_told(
    tmp_path: Path, last: tuple[str, str], first: tuple[str, str]
) -> None:
    parts = as_grid([HEAD, *ROWS[:2], last]), PageBreak(), as_grid([HEAD, first, *ROWS[3:]])
    found = pdf_problems(tmp_path / "t.pdf", *parts)
    assert (found[0].code, found[0].page, found[0].line) == ("no-number", 1, 8)
    assert repr(last[0]) in found[0].message


MERGED: dict[str, tuple[Rows, list[Any], dict[str, Any], set[tuple[str, int]]]] = {
    "one number of two names": (
        changed("Earth", ("Earth", "")), [("SPAN", (1, 2), (1, 3))], {},
        {("no-number", 7), ("no-number", 9), ("no-name", 8), ("not-the-sum", 15)},
    ),
    "one name of two numbers": (
        changed("Earth", ("", "2,104,377")), [("SPAN", (0, 2), (0, 3))], {},
        {("no-name", 7), ("no-name", 9), ("no-number", 8), ("not-the-sum", 15)},
    ),
    "a title across both columns": (
        [("Those that are far away", ""), *ROWS], [("SPAN", (0, 1), (1, 1))],
        {"colWidths": [60, 95]}, {("not-in-columns", 6)},
    ),
    "a title in the column of names": ([("Far", ""), *ROWS], [], {}, {("no-number", 6)}),
}  # fmt: skip


@pytest.mark.parametrize("case", MERGED)
def test_merged_cells_are_told(tmp_path: Path, case: str) -> None:
    rows, span, options, expected = MERGED[case]
    style = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *span]
    found = pdf_problems(tmp_path / "t.pdf", as_grid([HEAD, *rows], style, **options))
    assert expected == {(item.code, item.line) for item in found}
    assert {item.page for item in found} == {1}


def test_columns_in_another_order_are_told(tmp_path: Path) -> None:
    turned = [row[::-1] for row in ROWS]
    [problem] = pdf_problems(tmp_path / "t.pdf", as_grid([HEAD[::-1], *turned]))
    assert (problem.code, problem.page, problem.line) == ("column-order", 1, 5)
    found = pdf_problems(tmp_path / "t.pdf", as_grid([HEAD, *turned]))
    assert {(item.code, item.line) for item in found} == {
        ("not-in-columns", line) for line in range(6, 15)
    }
    text = "\n".join(f'"{a}","{b}"' for a, b in (HEAD, *turned))
    found = tables.problems(as_text(text))
    assert {(item.code, item.line) for item in found} == {
        ("column-order", line) for line in range(2, 11)
    }


def test_a_column_that_no_cue_knows_is_told(tmp_path: Path) -> None:
    rows = [(*HEAD, "Rings"), *((*row, "7") for row in ROWS)]
    [problem] = pdf_problems(tmp_path / "t.pdf", as_grid(rows))
    assert (problem.code, problem.page, problem.line) == ("unknown-column", 1, 5)
    [problem] = tables.problems(as_text("\n".join(";".join(row) for row in rows)))
    assert (problem.code, problem.line) == ("unknown-column", 1)
    assert "'Rings'" in problem.message


def test_two_totals_and_two_tables_are_told(tmp_path: Path) -> None:
    [problem] = pdf_problems(tmp_path / "t.pdf", as_grid([HEAD, *ROWS, ROWS[-1]]))
    assert (problem.code, problem.page, problem.line) == ("two-totals", 1, 15)
    whole = [as_grid([HEAD, *ROWS]), PageBreak(), as_grid([HEAD, *ROWS])]
    [problem] = pdf_problems(tmp_path / "t.pdf", *whole)
    assert (problem.code, problem.page) == ("two-totals", 2)


@pytest.mark.parametrize("sign", [".", " ", "'", "’", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}"])
@pytest.mark.parametrize("make", ["pdf", "grid", "csv"])
def test_the_separators_of_another_language_are_told(tmp_path: Path, sign: str, make: str) -> None:
    rows = [(name, number.replace(",", sign)) for name, number in ROWS]
    makers: dict[str, Callable[[], Any]] = {
        "pdf": lambda: as_pdf(tmp_path / "t.pdf", as_grid([HEAD, *rows])),
        "grid": lambda: as_text("\n".join(f"{a:<20}{b:>20}" for a, b in (HEAD, *rows))),
        "csv": lambda: as_text("\n".join(f"{a};{b}" for a, b in (HEAD, *rows))),
    }
    found = tables.problems(makers[make]())
    first = 6 if make == "pdf" else 2
    assert {(item.code, item.line) for item in found} == {
        ("unknown-form", first + index) for index in (1, 2, 3, 8)
    }


@pytest.mark.parametrize("sign", [".", " ", "'"])
def test_other_separators_in_a_text_with_single_blanks_are_refused_too(sign: str) -> None:
    rows = [(name, number.replace(",", sign)) for name, number in ROWS]
    assert tables.problems(as_text("\n".join(f"{a} {b}" for a, b in (HEAD, *rows))))


@pytest.mark.parametrize("number", ["<50", "1.5", "01", "1,23", "12%", "n/a", "9" * 5000, "٣"])
def test_what_is_no_exact_count_is_told(number: str) -> None:
    rows = changed("Mars", ("Mars", number))
    found = tables.problems(as_text("\n".join(f'{a},"{b}"' for a, b in (HEAD, *rows))))
    assert ("unknown-form", 5) in {(item.code, item.line) for item in found}


def test_a_name_that_may_go_on_from_the_line_above_is_told_and_not_joined() -> None:
    rows = changed("Venus", ("Venus and", "1,203"), ("its clouds", ""))
    [problem] = tables.problems(as_text("\n".join(f"{a} {b}" for a, b in (HEAD, *rows))))
    assert (problem.code, problem.line) == ("no-number", 4)


def test_a_number_alone_in_the_middle_of_a_page_is_told() -> None:
    rows = changed("Venus", ROWS[1], ("", "2"))
    text = "\n".join(f"{a} {b}".strip() for a, b in (HEAD, *rows))
    [problem] = tables.problems(as_text(text))
    assert (problem.code, problem.line) == ("no-name", 4)


def test_a_cell_too_many_or_an_open_quote_is_told() -> None:
    text = "Planet,Letters\nMercury,12\nVenus,1,203\nTotal,12\n"
    [problem] = tables.problems(as_text(text))
    assert (problem.code, problem.line) == ("not-in-columns", 3)
    found = tables.problems(as_text('Planet,Letters\n"Venus,3\nEarth,4\nTotal,7\n'))
    assert {item.code for item in found} == {"no-number"}


def test_a_title_without_known_columns_or_with_two_years_is_told() -> None:
    [problem] = tables.problems(as_text("2031 Letters by Planet\n\nName  Count\nMars  1\n"))
    assert problem.code == "no-columns"
    rows = "\n".join(f"{a} {b}" for a, b in (HEAD, *ROWS))
    titles = "2031 Letters by Planet\n2032 Letters by Planet\n"
    [problem] = tables.problems(as_text(titles + rows))
    assert problem.code == "no-period"


def test_a_heading_without_rows_is_told() -> None:
    assert [item.code for item in tables.problems(as_text("Planet Letters\n"))] == ["no-table-rows"]


def test_a_subtotal_that_its_rows_do_not_make_is_told() -> None:
    rows = [HEAD, *PLANETS[:4], ("Inner planets", "2,193,594"), *ROWS[4:]]
    [problem] = tables.problems(as_text("\n".join(f"{a} {b}" for a, b in rows)))
    assert (problem.code, problem.line) == ("not-the-sum", 6)
    assert "4 rows make 2,193,593, and 'Inner planets' is 2,193,594" in problem.message


def test_many_problems_of_one_kind_are_counted() -> None:
    rows = [(f"Star {chr(97 + index)}", "1.5") for index in range(20)]
    found = tables.problems(as_text("\n".join(f"{a};{b}" for a, b in (HEAD, *rows))))
    assert len(found) == 11
    assert found[-1].message.startswith("10 more such, the last one here: Star t")


def test_no_digit_of_a_number_can_change_unseen() -> None:
    text = "\n".join(f"{a} {b}" for a, b in (HEAD, *ROWS))
    assert tables.problems(as_text(text)) == []
    start = text.index("\n")
    for place in (index for index, sign in enumerate(text) if sign.isdecimal() and index > start):
        other = "3" if text[place] != "3" else "4"
        assert tables.problems(as_text(text[:place] + other + text[place + 1 :]))
        assert tables.problems(as_text(text[:place] + text[place + 1 :]))


def test_a_name_that_stays_open_over_many_lines_is_told() -> None:
    text = "Planet Letters\n" + "Venus/\n" * 9 + "Mars 7\nTotal 7\n"
    found = tables.problems(as_text(text))
    assert [(item.code, item.line) for item in found] == [("no-number", 2)]
