"""The sheet from which the published figures were taken: it is not distributed with the project."""

import csv
import io
import re

import polars as pl
import pytest
from click.testing import CliRunner

import mtopendata
from mtopendata.cli import main
from mtopendata.sheets.phrases import PLACES
from tests.kit import sheets
from tests.kit.packages import MONTANA, ROOT

NAME = "ncmec-montana-2023.txt"


def test_the_published_figures_are_the_extracted_ones_but_for_their_notes() -> None:
    sheet = sheets.real_sheet(NAME)
    done = CliRunner().invoke(
        main, ["extract", str(sheet), "--package", str(MONTANA), "--format", "csv"]
    )
    assert done.exit_code == 0, done.stderr
    extracted = list(csv.DictReader(io.StringIO(done.stdout)))
    with (MONTANA / "resources" / "figures.csv").open(encoding="utf-8", newline="") as file:
        published = [row for row in csv.DictReader(file) if row["source"] == "ncmec-montana-2023"]
    assert len(published) == 20
    assert extracted == [row | {"note": ""} for row in published]


def test_the_published_figures_are_what_the_sheet_prints() -> None:
    report = mtopendata.validate(MONTANA, sources=[sheets.real_sheet(NAME)])
    assert report.findings == []
    tested = [check.tested for check in report.checks if check.kind == "source"]
    assert tested == [1, 20, 35, 20]
    assert mtopendata.trace(sheets.real_sheet(NAME), package=MONTANA).holds


@pytest.mark.parametrize("state", ["Wyoming", "New Hampshire", "West Virginia"])
def test_the_sheet_of_another_state_and_year_is_entered(state: str) -> None:
    text = sheets.real_sheet(NAME).read_text("utf-8")
    reading = sheets.read(text.replace("Montana", state).replace("In 2023", "During 2024"))
    assert reading.problems == []
    assert reading.period == 2024
    assert {item.area for item in reading.figures} == {"ALL", reading.area}
    assert len(reading.figures) == 20


def test_no_cue_holds_a_sentence_of_the_sheet() -> None:
    """Short labels are taken from it, and nothing of which it would be more than that."""
    text = " ".join(re.findall(r"[\w'-]+", sheets.real_sheet(NAME).read_text("utf-8").lower()))
    cues = pl.read_csv(ROOT / "resources" / "cues.csv")["phrase"]
    for phrase in cues:
        for part in re.split("|".join(map(re.escape, PLACES)), phrase):
            words = re.findall(r"[\w'-]+", part.lower())
            assert len(words) <= 9
            assert len(words) <= 4 or " ".join(words) not in text or words[0] in (
                "children", "national",  # the labels of rows, and a name
            )  # fmt: skip
