"""Tables that NCMEC published: they are not distributed with the project. Read with the cues of the
live package, they must make the totals that they print.
"""

import io
import time
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.sheets.cues import Cue, read_cues
from mtopendata.sheets.document import Document, read_document
from mtopendata.sheets.tables.reading import read_table
from mtopendata.sheets.tables.table import TableReading, sum_of
from tests.kit.packages import ROOT
from tests.kit.sheets import real_sheet

FOLDER = "ncmec-2019-2023"
TOTALS = {
    ("country", 2019): 16_987_361, ("country", 2020): 21_751_085, ("country", 2021): 29_397_681,
    ("country", 2022): 32_059_029, ("country", 2023): 36_210_368,
    ("esp", 2019): 16_836_694, ("esp", 2020): 21_447_786, ("esp", 2021): 29_157_083,
    ("esp", 2022): 31_802_525, ("esp", 2023): 35_944_826,
}  # fmt: skip
"""What was added up once, by hand."""


@cache
def live_cues() -> list[Cue]:
    frame = read_package(ROOT, Options()).tables["cues"].frame
    return read_cues(frame)


@cache
def document(kind: str, year: int) -> Document:
    return read_document(real_sheet(f"{FOLDER}/ncmec-by-{kind}-{year}.pdf"))


@cache
def published(kind: str, year: int) -> TableReading:
    return table(document(kind, year))


def table(found: Document) -> TableReading:
    reading = read_table(found, live_cues())
    assert reading is not None
    return reading


@pytest.mark.parametrize(("kind", "year"), TOTALS)
def test_a_published_table_makes_its_total(kind: str, year: int) -> None:
    found = document(kind, year)
    start = time.process_time()
    reading = table(found)
    assert time.process_time() - start < 2
    assert reading.problems == []
    assert (reading.kind, reading.period) == (f"by_{kind}", year)
    assert reading.total is not None
    assert sum_of(reading.rows) == reading.total.number == TOTALS[kind, year]


@pytest.mark.parametrize(("kind", "year"), TOTALS)
def test_its_names_stand_before_their_numbers_in_the_text_too(kind: str, year: int) -> None:
    """The order in which PDFium gives the text is another than that of the places of its words."""
    found = document(kind, year)
    text = "".join(found.text.split())
    for row in published(kind, year).rows:
        assert "".join((row.name + row.printed).split()) in text


def test_all_rows_of_all_tables_are_there() -> None:
    rows = [row for kind, year in TOTALS for row in published(kind, year).rows]
    assert sum(row.number is not None for row in rows) == 2249


def test_the_transcription_by_state_makes_its_subtotal_and_its_total() -> None:
    found = table(read_document(real_sheet(f"{FOLDER}/reports-by-state-2023.csv")))
    assert found.problems == []
    assert (found.kind, found.period, len(found.rows)) == ("by_state", 2023, 51)
    assert sum_of(found.rows[:50]) == 910_349
    assert [row.number for row in found.subtotals] == [910_349]
    assert found.total is not None
    countries = {row.name: row.number for row in published("country", 2023).rows}
    assert found.total.number == 1_132_270 == countries["United States"]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "year"), [("country", 2019), ("esp", 2020)])
def test_a_page_with_rows_cannot_be_missing_unseen(tmp_path: Path, kind: str, year: int) -> None:
    whole = document(kind, year)
    assert whole.pdf is not None
    pages = {row.page for row in published(kind, year).rows if row.page is not None}
    assert len(pages) > 3
    for page in pages:
        pdf = pypdfium2.PdfDocument(whole.pdf)
        del pdf[page - 1]
        content = io.BytesIO()
        pdf.save(content)
        file = tmp_path / f"without-{page}.pdf"
        file.write_bytes(content.getvalue())
        codes = {problem.code for problem in table(read_document(file)).problems}
        assert codes & {"not-the-sum", "no-total"}


def test_a_fact_sheet_is_no_table() -> None:
    assert read_table(read_document(real_sheet("ncmec-montana-2023.txt")), live_cues()) is None
