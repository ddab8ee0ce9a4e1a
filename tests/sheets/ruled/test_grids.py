"""The cells that lines divide a page into, however a program draws the lines."""

import time
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from mtopendata.sheets.ruled.grids import Grid
from mtopendata.sheets.ruled.pages import ruled_pages

COLUMNS, ROWS = (50, 150, 250), (700, 680, 660)


def grids(file: Path, *, drawn: str = "lines", turned: int = 0, dots: int = 0) -> list[Grid]:
    """The grids of a page with two rows and two columns."""
    canvas = Canvas(str(file), pagesize=(400, 800))
    canvas.setPageRotation(turned)
    canvas.setLineWidth(0.5)
    for place in range(dots):
        canvas.line(10, 10 + place / 100, 30, 10 + place / 100)
    left, *_, right = COLUMNS
    top, *_, bottom = ROWS
    if drawn == "boxes":
        for x, y in ((x, y) for x in COLUMNS[:2] for y in ROWS[1:]):
            canvas.rect(x, y, 100, 20)
    elif drawn == "pieces":
        for y in ROWS:
            for x in range(left, right, 10):
                canvas.rect(x, y, 10, 0.5, stroke=0, fill=1)
        for x in COLUMNS:
            for y in range(bottom, top, 5):
                canvas.rect(x, y, 0.5, 5, stroke=0, fill=1)
    else:
        canvas.lines([(left, y, right, y) for y in ROWS] + [(x, top, x, bottom) for x in COLUMNS])
    canvas.line(60, 684, 80, 684)  # a word that is underlined
    canvas.rect(52, 682, 90, 8, stroke=0, fill=0)
    for x, y, text in ((60, 685, "one"), (160, 685, "two"), (60, 665, "three-"), (160, 665, "4")):
        canvas.drawString(x, y, text)
    canvas.drawString(60, 600, "below")
    canvas.save()
    [page] = ruled_pages(str(file), file.read_bytes())
    return list(page.grids)


@pytest.mark.parametrize("drawn", ["lines", "boxes", "pieces"])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_cells_are_found_however_their_lines_are_drawn(
    tmp_path: Path, drawn: str, turned: int
) -> None:
    [grid] = grids(tmp_path / "page.pdf", drawn=drawn, turned=turned)
    assert (grid.rows, grid.columns, len(grid.cells)) == (2, 2, 4)
    assert sum(len("".join(cell.text.split())) for cell in grid.cells) == len("onetwothree-4")
    if turned == 0:  # else the words stand on their heads
        assert [cell.text for cell in grid.cells] == ["one", "two", "three-", "4"]


def test_a_drawing_of_very_many_lines_is_no_table(tmp_path: Path) -> None:
    assert grids(tmp_path / "page.pdf", dots=21_000) == []


@pytest.mark.parametrize("count", [60, 400, 900])
def test_a_page_full_of_crossing_lines_takes_no_long_time(tmp_path: Path, count: int) -> None:
    file = tmp_path / "page.pdf"
    canvas = Canvas(str(file), pagesize=(4000, 4000))
    for place in range(count):
        canvas.line(0, 4 * place, 4000, 4 * place)
        canvas.line(4 * place, 0, 4 * place, 4000)
    canvas.drawString(20, 20, "text")
    canvas.save()
    start = time.process_time()
    [page] = ruled_pages(str(file), file.read_bytes())
    assert time.process_time() - start < 5
    assert len(page.grids) == (count == 60)


def test_what_stands_in_a_grid_is_no_plain_line(tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    grids(file)
    [page] = ruled_pages(str(file), file.read_bytes())
    assert [line.text for line in page.plain_lines] == ["below"]
