"""Tables of names and numbers are read from whatever shape they are printed in."""

from pathlib import Path
from typing import Any

import pytest
from reportlab.platypus import PageBreak

from mtopendata.sheets.tables.reading import read_table
from tests.kit import tables
from tests.kit.tables import HEAD, PLANETS, as_grid, as_pdf, as_text, side_by_side

ROWS = [*PLANETS, tables.total(PLANETS)]
ALL = [HEAD, *ROWS]
WRAPPED = ("Venus and the clouds of it", "1,203")


def flow(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name} {number}".strip() for name, number in rows)


def grid(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name:<30}{number:>20}".rstrip() for name, number in rows)


TEXTS = {
    "columns that stand straight": grid(ALL),
    "single blanks": flow(ALL),
    "wide blanks": "\n".join(f"{name}   {number}" for name, number in ALL),
    "tabs": "\n".join(f"{name}\t{number}" for name, number in ALL),
    "commas": "\n".join(f'{name},"{number}"' for name, number in ALL),
    "semicolons": "\n".join(f"{name};{number}" for name, number in ALL),
    "markdown": "| Planet | Letters |\n|---|--:|\n"
    + "\n".join(f"| {name} | **{number}** |" for name, number in ROWS),
    "CSV with the columns in another order": "\n".join(f'"{n}",{name}' for name, n in ALL),
    "CSV with more columns": '"Moons","Planet","Year","Letters"\n'
    + "\n".join(f'7,{name},2031,"{number}"' for name, number in ROWS),
    "columns side by side": "\n".join(
        f"{a:<14}{b:>20}      {c:<14}{d:>20}".rstrip()
        for (a, b), (c, d) in zip(ALL[:6], [HEAD, *ROWS[5:], ("", "")], strict=True)
    ),
    "a repeated heading, with a page number above it": flow(ALL[:4]) + "\n2\n" + flow([HEAD])
    + "\n" + flow(ALL[4:]),
    "pages": flow(ALL[:4]) + "\n1\n\f2\n" + flow([HEAD]) + "\n" + flow(ALL[4:]) + "\n2\n",
    "a page without a heading": flow(ALL[:4]) + "\n\f2031 Letters by Planet 2\n" + flow(ALL[4:]),
}  # fmt: skip


@pytest.mark.parametrize("shape", TEXTS)
def test_a_text_is_read_in_any_of_these_shapes(shape: str) -> None:
    text = "2031 Letters by Planet\n\nSome letters.\n\n" + TEXTS[shape] + "\n\n* Some are lost.\n"
    found = tables.read(as_text(text))
    assert found.problems == []
    assert tables.printed(found) == PLANETS
    assert (found.kind, found.period) == ("by_planet", 2031)
    assert found.total is not None
    assert found.total.printed == "2,194,302"
    lines = text.replace("\f", "").split("\n")
    assert all(row.name in lines[row.line - 1] for row in found.rows)


@pytest.mark.parametrize("align", ["LEFT", "CENTER", "RIGHT"])
@pytest.mark.parametrize("padding", [1, 6, 20])
def test_a_pdf_is_read_however_its_numbers_are_aligned(
    tmp_path: Path, align: str, padding: int
) -> None:
    style: list[Any] = [("ALIGN", (0, 0), (-1, -1), align)]
    style += [(f"{side}PADDING", (0, 0), (-1, -1), padding) for side in ("LEFT", "RIGHT")]
    found = tables.read(as_pdf(tmp_path / "t.pdf", as_grid(ALL, style)))
    assert found.problems == []
    assert tables.printed(found) == PLANETS
    assert found.period == 2031


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_is_turned_is_read_as_it_is_shown(tmp_path: Path, turned: int) -> None:
    found = tables.read(as_pdf(tmp_path / "t.pdf", as_grid(ALL), turned=turned))
    assert found.problems == []
    assert tables.printed(found) == PLANETS


@pytest.mark.parametrize("place", ["TOP", "MIDDLE", "BOTTOM"])
def test_a_name_on_two_lines_of_a_pdf_is_one_wherever_its_number_stands(
    tmp_path: Path, place: str
) -> None:
    rows = [ROWS[0], ("Venus and the\nclouds of it", "1,203"), *ROWS[2:]]
    found = tables.read(
        as_pdf(tmp_path / "t.pdf", as_grid([HEAD, *rows], [("VALIGN", (0, 0), (-1, -1), place)]))
    )
    assert found.problems == []
    assert tables.printed(found) == [PLANETS[0], WRAPPED, *PLANETS[2:]]


@pytest.mark.parametrize(
    "text",
    [
        grid([HEAD, ROWS[0], ("Venus and the", "1,203"), ("  clouds of it", ""), *ROWS[2:]]),
        "\n\n".join(grid([row]) for row in ALL).replace(
            grid([ROWS[1]]), grid([("Venus and the", ""), ("clouds of it", "1,203")])
        ),
        "\n".join(f'"{name}","{number}"' for name, number in ALL).replace(
            "Venus", "Venus and the\nclouds of it"
        ),
        flow([HEAD, ROWS[0], ("Venus and the clouds of it", ""), ("", "1,203"), *ROWS[2:]]),
    ],
    ids=["indented", "nearer than the next row", "in quotes", "with its number below"],
)
def test_a_name_on_two_lines_of_a_text_is_one_where_that_is_certain(text: str) -> None:
    found = tables.read(as_text(text))
    assert found.problems == []
    assert tables.printed(found) == [PLANETS[0], WRAPPED, *PLANETS[2:]]


def test_a_sign_at_the_end_of_a_line_leaves_a_name_open() -> None:
    rows = [("Venus/", "1,203"), ("Hesper", ""), ("Mars (the", ""), ("red one)", "7")]
    found = tables.read(as_text(flow([HEAD, *rows, ("Total", "1,210")])))
    assert found.problems == []
    assert tables.printed(found) == [("Venus/Hesper", "1,203"), ("Mars (the red one)", "7")]


def test_columns_side_by_side_are_read_one_after_the_other_on_every_page(tmp_path: Path) -> None:
    first = side_by_side(as_grid([HEAD, *ROWS[:2]]), as_grid([HEAD, *ROWS[2:4]]))
    second = side_by_side(as_grid([HEAD, *ROWS[4:7]]), as_grid([HEAD, *ROWS[7:]]))
    found = tables.read(as_pdf(tmp_path / "t.pdf", first, PageBreak(), second))
    assert found.problems == []
    assert tables.printed(found) == PLANETS
    assert [row.page for row in found.rows] == [1] * 4 + [2] * 4


def test_a_page_goes_on_without_a_heading_and_its_number_is_no_row(tmp_path: Path) -> None:
    widths = [60, 95]
    first, second = (as_grid(rows, colWidths=widths) for rows in (ALL[:4], ALL[4:]))
    file = tmp_path / "t.pdf"
    found = tables.read(as_pdf(file, first, PageBreak(), second))
    assert found.problems == []
    assert tables.printed(found) == PLANETS


def test_headings_may_stand_on_two_lines_and_other_columns_are_left_out(tmp_path: Path) -> None:
    heads = ("Planet", "Number of\nLetters", "Moons")
    found = tables.read(
        as_pdf(tmp_path / "t.pdf", as_grid([heads, *((*row, "63") for row in ROWS)]))
    )
    assert found.problems == []
    assert tables.printed(found) == PLANETS


def test_a_subtotal_is_that_of_the_rows_above_it_and_no_row() -> None:
    inner = ("Inner planets", "2,193,593")
    found = tables.read(as_text(flow([HEAD, *PLANETS[:4], inner, *ROWS[4:]])))
    assert found.problems == []
    assert tables.printed(found) == PLANETS
    assert [row.printed for row in found.subtotals] == ["2,193,593"]


def test_a_dash_stands_for_no_number_and_is_no_zero() -> None:
    found = tables.read(as_text(flow([HEAD, ("Pluto", "-"), *ROWS])))
    assert found.problems == []
    assert (found.rows[0].number, found.rows[5].number) == (None, 0)


def test_a_name_may_be_an_address_or_end_in_a_number(tmp_path: Path) -> None:
    rows = [("planet9.com", "4"), ("Planet 9", "7"), ("1984", "12"), ("Total", "23")]
    found = tables.read(as_pdf(tmp_path / "t.pdf", as_grid([HEAD, *rows])))
    assert found.problems == []
    assert tables.printed(found) == rows[:3]


def test_what_is_no_table_is_left_to_the_reader_of_fact_sheets() -> None:
    cues = tables.cues(tables.CUES + "work | heading | The Work of the Post")
    for text in (
        "Letters by planet are few. 12 came to Mercury.\n",
        "The Work of the Post\n\n" + flow(ALL),
        "Planet,Stamps\nMercury,2\n",
    ):
        assert read_table(as_text(text), cues) is None
    assert read_table(as_text(flow(ALL)), tables.cues("sheet | line | Page #")) is None


def test_the_title_tells_kinds_of_table_apart_that_have_the_same_columns() -> None:
    more = """
    by_comet | table heading | YEAR Letters by Comet
    by_comet | name column | Planet
    by_comet | number column | Number of Letters
    by_comet | total | Total
    """
    text = "2031 Letters by Comet\n" + flow(ALL)
    found = read_table(as_text(text), tables.cues(tables.CUES + more))
    assert found is not None
    assert found.kind == "by_comet"
