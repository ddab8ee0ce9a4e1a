"""Reports that NCMEC published: they are not distributed with the project. The cues of the live
package must find in them what the package says, and nothing else.
"""

import time
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.sheets.document import Document, read_document
from mtopendata.sheets.reading import Reading, Vocabulary
from mtopendata.sheets.tracing import Tracing, trace_document
from mtopendata.sheets.vocabulary import vocabulary_of
from mtopendata.sheets.years.reading import read_report
from tests.kit.packages import ROOT
from tests.kit.sheets import real_sheet

FOLDER = "ncmec-2019-2023"
COUNTED = {2022: 170, 2023: 171}
DOCUMENTS = [
    *(f"ncmec-by-{kind}-{year}.pdf" for kind in ("country", "esp") for year in range(2019, 2024)),
    "reports-by-state-2023.csv",
    *(f"ncmec-ojjdp-{year}.pdf" for year in COUNTED),
]


@cache
def live_vocabulary() -> Vocabulary:
    return vocabulary_of(read_package(ROOT, Options()).tables, str(ROOT))


@cache
def document(name: str) -> Document:
    return read_document(real_sheet(f"{FOLDER}/{name}"))


@cache
def report(year: int) -> Reading:
    reading = read_report(document(f"ncmec-ojjdp-{year}.pdf"), live_vocabulary())
    assert reading is not None
    return reading


@pytest.mark.slow
@pytest.mark.parametrize("year", COUNTED)
def test_a_published_report_is_read_whole_and_fast(year: int) -> None:
    found, words = document(f"ncmec-ojjdp-{year}.pdf"), live_vocabulary()
    start = time.process_time()
    reading = read_report(found, words)
    assert time.process_time() - start < 2
    assert reading is not None
    assert reading.problems == []
    assert (reading.kind, reading.period, len(reading.figures)) == ("ojjdp", year, COUNTED[year])


@pytest.mark.slow
def test_its_totals_are_those_that_were_added_up_once_by_hand() -> None:
    printed = {(item.measure, item.period): item.printed for item in report(2023).figures}
    assert printed["cybertipline_reports", 2023] == "36,210,368"
    assert printed["cybertipline_files", 2023] == "105,653,162"
    assert printed["cybertipline_reports_us_users", 2023] == "1,621,937"
    assert printed["cybertipline_reports", 1998] == "4,560"
    assert printed["children_identified", 2023] == "more than 27,130"
    assert printed["hashes_added_exploitative", 2023] is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "slips"),
    [
        (
            2022,
            [
                ("printed-twice", 3, "29.3 million here (paragraph 5"),
                ("label-slip", 8, "International: 590,383"),
            ],
        ),
        (
            2023,
            [
                ("printed-twice", 3, "2,772 here (paragraph 5"),
                ("label-slip", 9, "International: 590,383"),
            ],
        ),
    ],
)
def test_the_slips_of_a_report_are_told(year: int, slips: list[tuple[str, int, str]]) -> None:
    found = report(year).slips
    assert [(slip.code, slip.page) for slip in found] == [(code, page) for code, page, _ in slips]
    for slip, (_, _, text) in zip(found, slips, strict=True):
        assert text in slip.message


@pytest.mark.slow
@pytest.mark.parametrize("page", [4, 9, 14, 19])
def test_a_page_with_figures_cannot_be_missing_unseen(tmp_path: Path, page: int) -> None:
    content = document("ncmec-ojjdp-2023.pdf").pdf
    assert content is not None
    pdf = pypdfium2.PdfDocument(content)
    del pdf[page - 1]
    file = tmp_path / "cut.pdf"
    pdf.save(file)
    reading = read_report(read_document(file), live_vocabulary())
    assert reading is not None
    assert {problem.code for problem in reading.problems} <= {"no-section", "not-found"}
    assert reading.problems


@cache
def tracing(name: str) -> Tracing:
    return trace_document(document(name), read_package(ROOT, Options()).tables, str(ROOT))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_package_has_each_figure_as_its_document_prints_it(name: str) -> None:
    found = tracing(name)
    assert found.is_recorded
    assert found.reading.problems == []
    assert [trace.name for trace in found.traces if trace.state in ("differs", "not found")] == []
    printed = {(item.measure, item.area, item.period) for item in found.reading.figures}
    held = {(t.figure["measure"], t.figure["area"], t.figure["period"]) for t in found.traces}
    assert printed == held


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_package_says_where_its_document_prints_a_figure(name: str) -> None:
    elsewhere = [trace for trace in tracing(name).traces if trace.state == "elsewhere"]
    assert [trace.name for trace in elsewhere] == []


def test_a_table_with_the_footer_of_another_is_told() -> None:
    [slip] = tracing("ncmec-by-country-2019.pdf").reading.slips
    assert (slip.code, slip.page) == ("other-footer", 2)
    assert "2019 Reports by ESP" in slip.message
