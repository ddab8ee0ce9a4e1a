"""`mtopendata extract` of a table: its rows where they make the total, else what is not certain."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import mtopendata
from mtopendata.cli import main
from mtopendata.sheets.tables.table import TableReading
from tests.kit.packages import MONTANA, ROOT

TABLE = """2031 CyberTipline Reports by Country

Country      Number of Reports
Atlantis                 1,203
Lilliput                    12
Utopia, or Noland            -

Total                    1,215
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "table.txt"
    file.write_text(TABLE, "utf-8")
    return file


def extract(*arguments: str | Path, package: Path | None = ROOT) -> Result:
    options = () if package is None else ("--package", package)
    return CliRunner().invoke(main, ["extract", *map(str, (*arguments, *options))])


def test_the_rows_are_listed_with_their_total(file: Path) -> None:
    done = extract(file)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"{file}: by_country, 2031",
        "  Atlantis           1,203",
        "  Lilliput              12",
        "  Utopia, or Noland      -",
        "  Total              1,215",
        "",
        f"{file}: 3 rows make 1,215, which is the printed total; 0 problems",
    ]


@pytest.mark.slow
def test_the_rows_are_given_as_csv_and_as_json(file: Path) -> None:
    rows = list(csv.reader(io.StringIO(extract(file, "--format", "csv").stdout)))
    assert rows == [["name", "number"], ["Atlantis", "1203"], ["Lilliput", "12"],
                    ["Utopia, or Noland", ""]]  # fmt: skip
    found = json.loads(extract(file, "--format", "json").stdout)
    assert (found["table"], found["period"], found["is_certain"]) == ("by_country", 2031, True)
    assert found["rows"][0] == {
        "name": "Atlantis", "number": 1203, "printed": "1,203", "page": None, "line": 4,
    }  # fmt: skip
    assert found["total"]["number"] == 1215
    assert found["problems"] == []


@pytest.mark.slow
def test_rows_that_do_not_make_the_total_are_not_given(file: Path) -> None:
    file.write_text(TABLE.replace("12\n", "21\n"), "utf-8")
    done = extract(file)
    assert done.exit_code == 1
    assert "  Atlantis" not in done.stdout
    assert (
        f"{file}:8: not-the-sum: 3 rows make 1,224, and 'Total' is 1,215: 9 too many\n"
        "    look at 'Lilliput' 21 in line 5: two of its digits may have changed places"
    ) in done.stdout
    assert "  Atlantis" in extract(file, "--verbose").stdout
    done = extract(file, "--format", "csv")
    assert (done.exit_code, done.stdout) == (1, "name,number\n")
    assert "9 too many" in done.stderr
    found = json.loads(extract(file, "--format", "json").stdout)
    assert (found["is_certain"], len(found["rows"])) == (False, 3)
    [problem] = found["problems"]
    assert (problem["code"], problem["page"], problem["line"]) == ("not-the-sum", None, 8)


def test_a_package_without_such_cues_reads_a_table_as_a_fact_sheet(file: Path) -> None:
    done = extract(file, package=MONTANA)
    assert done.exit_code == 1
    assert "no-section" in done.stdout


def test_a_new_kind_of_table_is_rows_of_the_cues(file: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(MONTANA, package)
    with (package / "resources" / "cues.csv").open("a", encoding="utf-8") as cues:
        cues.write("by_realm,name column,Realm,,\nby_realm,number column,Dragons,,\n")
        cues.write("by_realm,total,All realms,,\n")
    file.write_text("Realm   Dragons\nNarnia        2\nAll realms    2\n", "utf-8")
    assert extract(file, package=package).exit_code == 0


def test_python_gives_a_table_as_what_was_read(file: Path) -> None:
    found = mtopendata.extract(file, ROOT)
    assert isinstance(found, TableReading)
    assert found.is_certain
    assert [row.name for row in found.rows] == ["Atlantis", "Lilliput", "Utopia, or Noland"]


def test_control_characters_of_a_name_do_not_reach_the_terminal(file: Path) -> None:
    file.write_text(TABLE.replace("Lilliput", "Lilli\x1bt"), "utf-8")
    assert "\x1b" not in extract(file).stdout
