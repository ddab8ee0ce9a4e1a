"""The figures of reports and of tables of names are entered as those of a sheet: whole or not at
all.
"""

import csv
from functools import partial
from pathlib import Path

import pypdfium2
import pytest

import mtopendata
from mtopendata.commands.extract import Extraction
from tests.kit.packages import ROOT, contents, copy_own, replace_text
from tests.kit.program import run
from tests.kit.sheets import real_sheet

extract = partial(run, "extract")

STATES = """year,state,reports,population
2031,MT,"2,100",N/A
2031,Wyoming,"1,000",N/A
2031,Subtotal,"3,100",N/A
2031,Unspecified,9,N/A
2031,Total,"3,109",N/A
"""
COUNTRIES = """2031 CyberTipline Reports by Country

Country      Number of Reports
Atlantis            36,000,000
Georgia                     12
United States        1,200,000

Total               37,200,012
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return copy_own(tmp_path / "package", "CHANGELOG.md", "CITATION.cff", root=ROOT)


def rows(package: Path, source: str) -> list[dict[str, str]]:
    with (package / "resources" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["source"] == source]


def said(row: dict[str, str]) -> tuple[str, ...]:
    names = ("measure", "area", "period", "printed", "section", "position")
    return tuple(row[name] for name in names)


def written(tmp_path: Path, text: str, name: str) -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


@pytest.mark.slow
def test_rows_whose_names_are_areas_are_entered_and_others_counted(
    package: Path, tmp_path: Path
) -> None:
    done = extract(written(tmp_path, COUNTRIES, "table.txt"), "--into", package)
    assert done.exit_code == 0, done.stdout
    assert [said(row) for row in rows(package, "ncmec-by-country-2031")] == [
        ("cybertipline_reports_by_location", "US", "2031", "1,200,000", "1",
         "table row 3, number 1"),
        ("cybertipline_reports", "ALL", "2031", "37,200,012", "1", "table row 4, number 1"),
    ]  # fmt: skip
    remark = "2 rows have names that are no area of the package; their sum is checked"
    assert remark in done.stdout  # one is the country that is called like a state


@pytest.mark.slow
def test_states_are_known_by_their_names_and_their_postal_codes(
    package: Path, tmp_path: Path
) -> None:
    done = extract(written(tmp_path, STATES, "states.csv"), "--into", package)
    assert done.exit_code == 0, done.stdout
    found = {row["area"]: row["printed"] for row in rows(package, "ncmec-by-state-2031")}
    assert found == {"US-MT": "2,100", "US-WY": "1,000", "US-50": "3,100", "US-X": "9",
                     "US": "3,109"}  # fmt: skip


@pytest.mark.slow
def test_what_was_entered_is_traced_back_and_entered_once(package: Path, tmp_path: Path) -> None:
    file = written(tmp_path, STATES, "states.csv")
    assert extract(file, "--into", package).exit_code == 0
    assert mtopendata.trace(file, package=package).holds
    before = contents(package)
    done = extract(file, "--into", package)
    assert (done.exit_code, "nothing to add" in done.stdout) == (0, True)
    assert contents(package) == before


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("1,200,000", "1.200.000", "unknown-form"),
        ("Total               37,200,012", "", "no-total"),
        ("Atlantis            36,000,000\n", "", "not-the-sum"),
        ("Total  ", "Total  12\nTotal  ", "two-totals"),
    ],
)
def test_a_table_in_doubt_is_not_entered(
    package: Path, tmp_path: Path, old: str, new: str, code: str
) -> None:
    assert old in COUNTRIES
    before = contents(package)
    file = written(tmp_path, COUNTRIES.replace(old, new), "table.txt")
    done = extract(file, "--into", package)
    assert done.exit_code == 1
    assert code in done.stdout
    assert contents(package) == before


def test_a_table_of_which_no_number_is_published_is_not_entered(
    package: Path, tmp_path: Path
) -> None:
    cues = package / "resources" / "cues.csv"
    lines = cues.read_text("utf-8").splitlines(True)
    plain = [
        ",".join([*line.split(",")[:3], "", "\n"]) if "by_country" in line else line
        for line in lines
    ]
    cues.write_text("".join(plain), "utf-8")
    done = extract(written(tmp_path, COUNTRIES, "table.txt"), "--into", package)
    assert (done.exit_code, "no-figures" in done.stdout) == (1, True)


CHANGED = STATES.replace("2,100", "2,101").replace("3,100", "3,101").replace("3,109", "3,110")
"""The same table with another number, which makes its totals too."""


@pytest.mark.slow
def test_a_published_number_is_not_overwritten(package: Path, tmp_path: Path) -> None:
    file = written(tmp_path, STATES, "states.csv")
    assert extract(file, "--into", package).exit_code == 0
    before = contents(package)
    done = extract(written(tmp_path, CHANGED, "states.csv"), "--into", package)
    assert done.exit_code == 1
    assert "is another document" in done.stdout
    assert contents(package) == before


@pytest.mark.slow
def test_another_edition_of_a_table_is_told_with_each_number_that_differs(
    package: Path, tmp_path: Path
) -> None:
    assert extract(written(tmp_path, STATES, "states.csv"), "--into", package).exit_code == 0
    other = written(tmp_path, CHANGED, "other.csv")
    report = mtopendata.validate(package, sources=[other])
    found = [(finding.code, finding.cell) for finding in report.findings]
    assert sorted(item for item in found if item[0].startswith("source-"))[:3] == [
        ("source-figure", "2,100"), ("source-figure", "3,100"), ("source-figure", "3,109"),
    ]  # fmt: skip
    assert "source-hash" in {code for code, _ in found}


@pytest.mark.slow
def test_a_figure_with_the_place_of_another_is_told(package: Path, tmp_path: Path) -> None:
    file = written(tmp_path, STATES, "states.csv")
    assert extract(file, "--into", package).exit_code == 0
    figures = package / "resources" / "figures.csv"
    old, new = '"2,100",1,"table row 1, number 1"', '"2,100",1,"table row 9, number 1"'
    replace_text(figures, old, new, once=True)
    report = mtopendata.validate(package, sources=[file])
    [finding] = [found for found in report.findings if found.severity == "error"]
    assert (finding.code, finding.field, finding.cell) == ("source-figure", "position", "2,100")
    assert "'2,100' is table row 1, number 1 of section 1 in" in finding.message
    assert "line 2, not table row 9, number 1 of section 1" in finding.message


@pytest.mark.slow
@pytest.mark.parametrize("year", [2022, 2023])
def test_a_published_report_gives_the_rows_that_the_package_has(package: Path, year: int) -> None:
    report = real_sheet(f"ncmec-2019-2023/ncmec-ojjdp-{year}.pdf")
    file = package / "resources" / "figures.csv"
    there = rows(package, f"ncmec-ojjdp-{year}")
    kept = [line for line in file.read_text("utf-8").splitlines(True)
            if f",ncmec-ojjdp-{year}," not in line]  # fmt: skip
    file.write_text("".join(kept), "utf-8")
    found = mtopendata.extract(report, into=package)
    assert isinstance(found, Extraction)
    assert found.problems == []
    assert [figure.code for figure in found.hinders] == []
    entered = rows(package, f"ncmec-ojjdp-{year}")
    names = ("measure", "area", "period", "value", "qualifier", "lower", "upper", "unit",
             "printed", "section", "position")  # fmt: skip
    assert {tuple(row[name] for name in names) for row in entered} == {
        tuple(row[name] for name in names) for row in there
    }


@pytest.mark.slow
def test_a_report_that_lacks_a_page_is_not_entered(package: Path, tmp_path: Path) -> None:
    pdf = pypdfium2.PdfDocument(real_sheet("ncmec-2019-2023/ncmec-ojjdp-2023.pdf"))
    del pdf[8]
    pdf.save(tmp_path / "cut.pdf")
    before = contents(package)
    done = extract(tmp_path / "cut.pdf", "--into", package)
    assert done.exit_code == 1
    assert "no-section: no table is called 'Law Enforcement Recipients" in done.stdout
    assert contents(package) == before
