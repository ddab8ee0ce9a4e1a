"""The workbook as people see it: its first sheet, on a screen and on paper."""

import csv
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import mtopendata
from mtopendata.release.formats.xlsx import about
from mtopendata.release.proof import UnprovenError
from tests.kit.packages import (
    MONTANA,
    copy_own,
    replace_text,
    schema_of,
    write_package,
    write_table,
)
from tests.kit.referees import converted_by_office

OWN = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))
STEM = f"{OWN['name']}-{OWN['version']}"
HEAD = ["Programme", "Measure", "Area", "Year", "As printed", "Unit", "Caveat", "Source"]
LETTER, LANDSCAPE = 1, "landscape"
CSV = "csv:Text - txt - csv (StarCalc):44,34,76"
"""Of LibreOffice: the first sheet with commas, quotes, and in UTF-8."""


def table(name: str) -> list[dict[str, str]]:
    with (MONTANA / "resources" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_code(name: str, code: str) -> dict[str, dict[str, str]]:
    return {row[code]: row for row in table(name)}


def own_figures() -> list[tuple[Any, ...]]:
    """The figures of this package in words, joined by hand."""
    measures, programmes = by_code("measures", "measure"), by_code("programmes", "programme")
    areas, sources = by_code("areas", "area"), by_code("sources", "source")
    return [
        (
            programmes[measures[row["measure"]]["programme"]]["title"],
            measures[row["measure"]]["title"],
            areas[row["area"]]["title"],
            int(row["period"]),
            row["printed"] or "not reported",
            row["unit"].replace("_", " "),
            measures[row["measure"]]["caveat"] or None,
            sources[row["source"]]["title"],
        )
        for row in table("figures")
    ]


def first_sheet(folder: Path) -> Worksheet:
    [file] = folder.glob("*.xlsx")
    sheet: Worksheet = openpyxl.load_workbook(file)["About"]
    return sheet


def below(sheet: Worksheet, head: list[str]) -> list[tuple[Any, ...]]:
    """The rows below a head, up to the next blank one."""
    rows = [row[: len(head)] for row in sheet.iter_rows(values_only=True)]
    start = rows.index(tuple(head)) + 1
    ends = (number for number, row in enumerate(rows) if number > start and not any(row))
    return rows[start : next(ends, len(rows))]


def built(package: Path, out: Path) -> Path:
    folder = mtopendata.build(package, out).folder
    assert folder is not None
    return folder


def test_the_first_sheet_has_every_figure_in_words(own_release: Path) -> None:
    listed = below(first_sheet(own_release), HEAD)
    assert len(listed) == 20
    assert listed == own_figures()


def test_the_first_sheet_says_what_each_sheet_holds(own_release: Path) -> None:
    sheet = first_sheet(own_release)
    names = openpyxl.load_workbook(own_release / f"{STEM}.xlsx").sheetnames
    listed = below(sheet, ["Sheet", "Title", "Rows", "What it holds"])
    assert [row[0] for row in listed] == names[1:]
    for (name, title, rows, holds), described in zip(listed, OWN["resources"], strict=False):
        assert (name, title, holds) == (
            described["name"], described["title"], described["description"],
        )  # fmt: skip
        assert rows == len(table(name))


@pytest.mark.slow
def test_a_figure_that_is_not_reported_is_not_blank_on_the_first_sheet(tmp_path: Path) -> None:
    copy_own(tmp_path / "package")
    replace_text(
        tmp_path / "package" / "resources" / "figures.csv",
        "ncmec-montana-2023,34,exact,34,34,submission,34,",
        "ncmec-montana-2023,,,,,submission,,",
    )
    listed = below(first_sheet(built(tmp_path / "package", tmp_path / "out")), HEAD)
    [reviewed] = [row for row in listed if row[1] == "Submissions reviewed"]
    assert reviewed[4] == "not reported"
    assert [row[4] for row in listed].count("0") == 1


def test_a_package_without_figures_has_the_same_first_sheet_without_them(tmp_path: Path) -> None:
    towns = {"name": "towns", "path": "t.csv", "schema": schema_of("a", "title"),
             "title": "Towns", "description": "One row is one town."}  # fmt: skip
    described = {"title": "Places & more", "version": "2", "resources": [towns]}
    package = write_package(tmp_path / "p", described, {"t.csv": "a,title\nx,y\nz,y\n"})
    sheet = first_sheet(built(package, tmp_path / "out"))
    told = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert sheet["A1"].value == "Places & more"
    assert told["Version"] == "2"
    assert told["How to cite"] == "Places & more (version 2) [data set] (n.d.)."
    first, last = below(sheet, ["Sheet", "Title", "Rows", "What it holds"])
    assert first == ("towns", "Towns", 2, "One row is one town.")
    assert last[0] == "Columns"
    assert "As printed" not in [cell for row in sheet.iter_rows(values_only=True) for cell in row]


def test_every_sheet_prints_across_the_paper_with_its_header_on_each_page(
    own_release: Path,
) -> None:
    book = openpyxl.load_workbook(own_release / f"{STEM}.xlsx")
    for sheet in book.worksheets:
        page = sheet.page_setup
        assert (page.orientation, page.paperSize) == (LANDSCAPE, LETTER)
        assert (page.fitToWidth or 1, page.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        [repeated] = set(re.findall(r"\d+", sheet.print_title_rows))
        head = [cell.value for cell in sheet[int(repeated)]]
        assert head == (HEAD if sheet.title == "About" else [cell.value for cell in sheet[1]])
        assert sheet.oddHeader.left.text == OWN["title"]
        assert sheet.oddHeader.right.text == "&A"
        assert sheet.oddFooter.left.text == STEM
        assert sheet.oddFooter.right.text == "&P / &N"


@pytest.mark.parametrize(
    "title", ["&A&P &D", "R&D", "&&", "&" * 400, "T" * 400, "1 & 2\n3", "&[F]"]
)
def test_a_title_is_no_code_in_the_header_of_a_page(title: str, tmp_path: Path) -> None:
    package = write_table(tmp_path / "p", "a,title\nx,y\n", schema=schema_of("a", "title"))
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    (package / "datapackage.json").write_text(json.dumps(described | {"title": title}), "utf-8")
    [file] = built(package, tmp_path / "out").glob("*.xlsx")
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    [header] = re.findall("<oddHeader>(.*?)</oddHeader>", sheet, re.DOTALL)
    header = header.replace("&amp;", "&")
    assert len(header) <= 255
    found = re.fullmatch("&L((?:[^&]|&&)*)&R&A", header)
    assert found
    assert " ".join(title.split()).startswith(found[1].replace("&&", "&"))


def test_no_row_of_the_first_sheet_is_too_low_for_its_text(own_release: Path) -> None:
    sheet = first_sheet(own_release)
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGH"]
    for row in sheet.iter_rows(min_row=sheet.max_row - 19):
        needed = max(
            len(str(cell.value or "")) / (width * 1.2)
            for cell, width in zip(row, widths, strict=True)
        )
        assert (sheet.row_dimensions[row[0].row].height or 15) >= 15 * needed


def test_other_figures_on_the_first_sheet_are_never_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_own(tmp_path / "package")
    listed = about.listed_figures

    def one_less(plan: Any) -> list[tuple[Any, ...]]:
        return listed(plan)[:-1]

    monkeypatch.setattr(about, "listed_figures", one_less)
    with pytest.raises(UnprovenError, match="lists other figures in About than the package has"):
        mtopendata.build(tmp_path / "package", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_an_office_program_shows_every_figure_on_the_first_sheet(
    own_release: Path, tmp_path: Path
) -> None:
    shown = converted_by_office(own_release / f"{STEM}.xlsx", tmp_path, CSV)
    with shown.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    start = rows.index(HEAD) + 1
    assert rows[start:] == [["" if cell is None else str(cell) for cell in row]
                            for row in own_figures()]  # fmt: skip


@pytest.mark.slow
def test_an_office_program_prints_every_word_of_the_figures(
    own_release: Path, tmp_path: Path
) -> None:
    pdf = converted_by_office(own_release / f"{STEM}.xlsx", tmp_path, "pdf")
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    first = [page for page in pages if page.startswith(f"{OWN['title']} About ")]
    assert 1 < len(first) < 4
    for number, page in enumerate(pages, 1):
        assert f" {STEM} {number} / {len(pages)} " in page
    assert all(" ".join(HEAD) in page for page in first)
    words = Counter(word for row in own_figures() for cell in row for word in str(cell).split())
    del words["None"]
    assert words <= Counter(" ".join(first).split())
