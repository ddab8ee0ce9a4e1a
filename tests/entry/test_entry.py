"""A sheet is entered whole or not at all, and nothing that is there is overwritten."""

import csv
import json
import shutil
from collections.abc import Iterator
from contextlib import chdir
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata.values.errors import MtopendataError
from tests.kit import sheets
from tests.kit.git import commit, initialise
from tests.kit.packages import MONTANA, ROOT, copy_own
from tests.kit.program import run

OREGON, VERMONT = (
    next(sheet for sheet in sheets.SHEETS if sheet.parent.name == name)
    for name in ("oregon-2021", "vermont-2030")
)
FILES = ("areas.csv", "figures.csv", "sources.csv")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return copy_own(tmp_path / "package")


@pytest.fixture(autouse=True)
def beside_the_package_of_1_0_0() -> Iterator[None]:
    """The invented sheets have years of which the package of today may have real figures."""
    with chdir(MONTANA):
        yield


extract = partial(run, "extract")


def contents(package: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((package / "resources").iterdir())}


def added(before: bytes, after: bytes) -> list[str]:
    """The lines that are new, where no other line is another one."""
    old, new = before.decode().splitlines(True), after.decode().splitlines(True)
    lines: list[str] = []
    for line in new:
        if old and line == old[0]:
            old.pop(0)
        else:
            lines.append(line)
    assert not old
    return lines


def rows(package: Path, name: str) -> list[dict[str, str]]:
    with (package / "resources" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.parametrize("sheet", sheets.SHEETS, ids=lambda sheet: sheet.parent.name)
def test_a_sheet_adds_its_rows_and_leaves_every_other_byte(package: Path, sheet: Path) -> None:
    before = contents(package)
    done = extract(sheet, "--into", package)
    assert done.exit_code == 0, done.stdout
    after = contents(package)
    assert {name for name in after if after[name] != before[name]} == set(FILES)
    counts = {name: len(added(before[name], after[name])) for name in FILES}
    assert counts == {"areas.csv": 1, "figures.csv": 20, "sources.csv": 1}
    assert mtopendata.validate(package).findings == []
    figures = [row for row in rows(package, "figures") if not row["source"].startswith("ncmec-mo")]
    wanted = sheets.expected(sheet)
    assert [row["printed"] for row in figures] == [row["printed"] for row in wanted]
    source = rows(package, "sources")[-1]
    document = sheets.as_document(sheets.text_of(sheet))
    assert (source["sha256"], source["bytes"]) == (document.sha256, str(document.bytes))
    assert source["title"] in ("Oregon Data", "New Mexico Data", "Vermont Data")
    assert int(source["year"]) == wanted[0]["period"]


@pytest.mark.slow
def test_rows_are_sorted_by_source_and_in_the_order_of_the_sheet(package: Path) -> None:
    for sheet in (VERMONT, OREGON):
        assert extract(sheet, "--into", package).exit_code == 0
    sources = [row["source"] for row in rows(package, "sources")]
    assert sources == ["ncmec-montana-2023", "ncmec-oregon-2021", "ncmec-vermont-2030"]
    assert [row["area"] for row in rows(package, "areas")] == [
        "ALL", "US", "US-MT", "US-OR", "US-VT",
    ]  # fmt: skip
    order = [row["source"] for row in rows(package, "figures")]
    assert order == sorted(order)


def test_a_sheet_that_is_there_adds_nothing(package: Path) -> None:
    assert extract(OREGON, "--into", package).exit_code == 0
    before = contents(package)
    done = extract(OREGON, "--into", package)
    assert done.exit_code == 0
    assert "nothing to add" in done.stdout
    assert contents(package) == before


@pytest.mark.slow
def test_a_figure_that_is_lost_is_put_back_into_its_place(package: Path) -> None:
    assert extract(OREGON, "--into", package).exit_code == 0
    before = contents(package)
    file = package / "resources" / "figures.csv"
    lines = file.read_text("utf-8").splitlines(True)
    removed = [line for line in lines if "cases_other,US-OR" not in line and "_files,ALL,2021"
               not in line]  # fmt: skip
    assert len(removed) == len(lines) - 2
    file.write_text("".join(removed), "utf-8")
    done = extract(OREGON, "--into", package)
    assert done.exit_code == 0, done.stdout
    assert contents(package) == before


def test_a_figure_that_is_there_otherwise_is_shown_and_not_overwritten(
    package: Path, tmp_path: Path
) -> None:
    assert extract(OREGON, "--into", package).exit_code == 0
    before = contents(package)
    other = tmp_path / "other.txt"
    other.write_text(sheets.text_of(OREGON).replace("27,733", "27,773"), "utf-8")
    done = extract(other, "--into", package, "--format", "json")
    assert done.exit_code == 1
    assert contents(package) == before
    problems = json.loads(done.stdout)["problems"]
    assert [problem["code"] for problem in problems] == ["source-hash", "differs"]
    message = problems[1]["message"]
    assert "value 27733 → 27773" in message
    assert "figures.csv:27" in message
    assert problems[1]["line"] == 17
    # What it says to do is what a release would ask for.
    revision = message.partition("as its revision to resources/revisions.csv: ")[2]
    revision = revision.partition(" with a reason")[0]
    figure = message.partition("write in its place: ")[2].partition(" — ")[0]
    published = tmp_path / "published"
    shutil.copytree(package, published)
    for folder in (published, package):
        (folder / "CHANGELOG.md").write_text("## 1.0.0\n\n## 1.0.1\n", "utf-8")
    file = package / "resources" / "figures.csv"
    lines = file.read_text("utf-8").splitlines()
    lines[26] = figure
    file.write_text("\n".join(lines) + "\n", "utf-8")
    with (package / "resources" / "revisions.csv").open("a", encoding="utf-8") as log:
        log.write(revision.removesuffix(",,") + ",correction,The sheet was misread.\n")
    mtopendata.bump("1.0.1", package)
    report = mtopendata.validate(package, against=published)
    assert report.findings == []


@pytest.mark.slow
def test_a_sheet_that_is_only_looked_at_is_not_held_against_the_package(
    package: Path, tmp_path: Path
) -> None:
    assert extract(OREGON, "--into", package).exit_code == 0
    other = tmp_path / "other.txt"
    other.write_text(sheets.text_of(OREGON).replace("27,733", "27,773"), "utf-8")
    done = extract(other, "--package", package, "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["problems"] == []


@pytest.mark.parametrize("code", ["a b/../c", "", " ", "Oregon"])
def test_a_code_that_the_package_would_refuse_is_refused_first(package: Path, code: str) -> None:
    before = contents(package)
    done = extract(OREGON, "--into", package, "--code", code)
    assert done.exit_code == 2
    assert "is no code of a source" in done.stderr
    assert contents(package) == before


def test_an_area_that_is_no_state_is_for_a_person_to_describe(
    package: Path, tmp_path: Path
) -> None:
    before = contents(package)
    sheet = tmp_path / "sheet.txt"
    sheet.write_text(sheets.text_of(OREGON).replace("Oregon", "Puerto Rico"), "utf-8")
    assert extract(sheet).exit_code == 0
    done = extract(sheet, "--into", package, "--format", "json")
    assert done.exit_code == 1
    [problem] = json.loads(done.stdout)["problems"]
    assert problem["code"] == "no-area"
    assert "US-PR (Puerto Rico)" in problem["message"]
    assert contents(package) == before


@pytest.mark.slow
def test_another_edition_is_a_source_of_its_own(package: Path, tmp_path: Path) -> None:
    assert extract(OREGON, "--into", package).exit_code == 0
    other = tmp_path / "other.txt"
    other.write_text(sheets.text_of(OREGON).replace("27,733", "27,773"), "utf-8")
    done = extract(other, "--into", package, "--code", "ncmec-oregon-2021-b")
    assert done.exit_code == 0, done.stdout
    assert len(rows(package, "sources")) == 3
    assert mtopendata.validate(package).valid


def test_what_is_uncertain_is_not_entered(package: Path, tmp_path: Path) -> None:
    before = contents(package)
    broken = tmp_path / "sheet.txt"
    broken.write_text(sheets.text_of(OREGON).replace("handled 41", "handled 4l"), "utf-8")
    done = extract(broken, "--into", package)
    assert done.exit_code == 1
    assert "unknown-form" in done.stdout
    assert "4l" in done.stdout
    assert contents(package) == before


@pytest.mark.parametrize("fault", ['"', "a,b\n", "\udcff\n"])
def test_nothing_is_entered_into_a_package_with_errors(package: Path, fault: str) -> None:
    with (package / "resources" / "figures.csv").open("ab") as file:
        file.write(fault.encode("utf-8", "surrogateescape"))
    before = contents(package)
    done = extract(OREGON, "--into", package)
    assert done.exit_code == 2
    assert "already; mend what mtopendata validate finds" in done.stderr
    assert contents(package) == before


@pytest.mark.slow
def test_a_figure_that_is_left_out_is_entered_as_not_reported(
    package: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.txt"
    text = sheets.text_of(OREGON)
    sheet.write_text(text.replace("\nOther Missing Children Cases\t26", ""), "utf-8")
    assert extract(sheet, "--into", package).exit_code == 1
    done = extract(sheet, "--into", package, "--not-reported", "missing_child_cases_other")
    assert done.exit_code == 0, done.stdout
    [row] = [
        row for row in rows(package, "figures")
        if row["measure"] == "missing_child_cases_other" and row["area"] == "US-OR"
    ]  # fmt: skip
    assert {row[name] for name in ("value", "qualifier", "lower", "upper", "printed")} == {""}
    assert (row["section"], row["position"], row["unit"]) == ("2", "absent 1", "case")
    report = mtopendata.validate(package, sources=[sheet])
    assert report.findings == []


@pytest.mark.slow
def test_figures_bear_the_version_that_is_to_come(package: Path) -> None:
    commit(initialise(package), tag="v1.0.0")
    done = extract(OREGON, "--into", package)
    assert {row["since"] for row in rows(package, "figures")} == {"1.0.0", "1.1.0"}
    assert done.exit_code == 1
    assert "set 'version' of the package to 1.1.0" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_line_ends_and_a_missing_last_one_are_kept(package: Path, end: bytes) -> None:
    for name in FILES:
        file = package / "resources" / name
        file.write_bytes(file.read_bytes().replace(b"\n", end).removesuffix(end))
    before = contents(package)
    assert extract(OREGON, "--into", package).exit_code == 0
    after = contents(package)
    for name in FILES:
        assert after[name].replace(end, b"").count(b"\n") == 0
        assert after[name].endswith(end)
        assert set(before[name].split(end)) <= set(after[name].split(end))


@pytest.mark.slow
def test_a_package_of_another_dialect_is_added_to_in_it(package: Path) -> None:
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        if resource["name"] == "sources":
            resource["dialect"] = {"delimiter": ";"}
            table = rows(package, "sources")
            with (package / resource["path"]).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, table[0], delimiter=";", lineterminator="\n")
                writer.writeheader()
                writer.writerows(table)
    (package / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    done = extract(OREGON, "--into", package)
    assert done.exit_code == 0, done.stdout
    last = (package / "resources" / "sources.csv").read_text("utf-8").splitlines()[-1]
    assert last.startswith("ncmec-oregon-2021;Oregon Data;")


def test_if_one_file_cannot_be_written_none_is(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(package)
    replace = Path.replace

    def failing(self: Path, target: Any) -> Path:
        if self.name == "new" and Path(target).name == "figures.csv":
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    done = extract(OREGON, "--into", package)
    assert done.exit_code == 2
    assert "No space left" in done.stderr
    monkeypatch.undo()
    assert contents(package) == before
    assert not list((package / "resources").glob(".mtopendata-*"))


@pytest.mark.slow
def test_files_keep_their_rights(package: Path) -> None:
    file = package / "resources" / "figures.csv"
    file.chmod(0o640)
    assert extract(OREGON, "--into", package).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o640


def test_the_day_of_entry_can_be_set(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1830000000")
    assert extract(OREGON, "--into", package).exit_code == 0
    assert rows(package, "sources")[-1]["recorded"] == "2027-12-28"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt"], "cannot be read"),
        ([], "name the SHEET"),
        ([str(OREGON), "--into", "nowhere"], "nowhere"),
        ([str(OREGON), "--into", "a.zip"], "is an archive"),
        ([str(OREGON), "--into", ".", "--package", "."], "leave out --package"),
        ([str(OREGON), "--released", "--not-reported", "nothing"], "is no figure of any cue"),
        ([str(OREGON), "--check", "a.csv", "b.csv"], "--check takes two files"),
        (["--check", "a.csv", "b.csv"], "a.csv: cannot be read"),
        ([str(OREGON), "--package", str(ROOT / "tests/packages/categories")],
         "has no tables 'cues' and 'measures'"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_a_line(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    with chdir(tmp_path):
        done = extract(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_rows_as_csv_are_those_that_would_be_entered(package: Path) -> None:
    printed = extract(OREGON, "--package", package, "--format", "csv").stdout.splitlines()
    assert extract(OREGON, "--into", package).exit_code == 0
    lines = (package / "resources" / "figures.csv").read_text("utf-8").splitlines()
    assert printed == [lines[0], *lines[21:]]


def test_problems_do_not_stand_among_the_rows_of_a_csv(tmp_path: Path) -> None:
    broken = tmp_path / "sheet.txt"
    broken.write_text(sheets.text_of(OREGON).replace("handled 41", "handled 4l"), "utf-8")
    done = extract(broken, "--format", "csv")
    assert done.exit_code == 1
    assert len(list(csv.reader(done.stdout.splitlines()))) == 20
    assert "unknown-form" in done.stderr
    assert "unknown-form" not in done.stdout


KEYS = ("measure", "area", "period", "value", "qualifier", "lower", "upper", "printed", "page",
        "line", "column", "position", "before")  # fmt: skip


@pytest.mark.slow
def test_the_json_gives_what_was_read_even_where_there_are_problems(tmp_path: Path) -> None:
    broken = tmp_path / "sheet.txt"
    broken.write_text(sheets.text_of(OREGON).replace("handled 41", "handled 4l"), "utf-8")
    done = extract(broken, "--format", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert list(found) == ["figures", "problems", "slips", "findings", "rules"]
    assert len(found["figures"]) == 19
    assert all(tuple(figure) == KEYS for figure in found["figures"])
    [problem] = found["problems"]
    assert list(problem) == ["code", "message", "page", "line"]
    assert (problem["code"], problem["line"]) == ("unknown-form", 19)
    done = extract(OREGON, "--format", "json")
    assert done.exit_code == 0
    first = json.loads(done.stdout)["figures"][0]
    assert first == {
        "measure": "cybertipline_reports", "area": "ALL", "period": 2021, "value": 29300000,
        "qualifier": "rounded", "lower": 29250000, "upper": 29349999, "printed": "29.3 million",
        "page": None, "line": 8, "column": 68, "position": "paragraph 1, number 1", "before": None,
    }  # fmt: skip


def test_the_text_shows_each_figure_with_its_place_and_the_words_around_it() -> None:
    done = extract("-", text=sheets.text_of(OREGON))
    assert done.exit_code == 0
    assert "standard input: US-OR 2021, source ncmec-oregon-2021" in done.stdout
    assert "9:94   912" in done.stdout
    assert "… pieces of paper. In 2021, [912] CyberTipline reports went on a …" in done.stdout
    assert "standard input: 20 figures read, 0 problems" in done.stdout


def test_control_characters_of_a_sheet_do_not_reach_the_terminal() -> None:
    done = extract("-", text=sheets.text_of(OREGON).replace("courier", "cour\x1b[2Jier 7\x07"))
    assert done.exit_code == 1
    assert "\x1b" not in done.output
    assert "\x07" not in done.output


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    with chdir(tmp_path):
        yield tmp_path


@pytest.mark.slow
def test_the_cues_are_those_of_the_package_here_or_of_the_one_that_is_named(
    elsewhere: Path,
) -> None:
    assert "US-OR 2021" in extract(OREGON, "--released").stdout
    assert extract(OREGON).exit_code == 2
    shutil.copytree(ROOT / "tests/packages/categories", elsewhere, dirs_exist_ok=True)
    done = extract(OREGON)
    assert done.exit_code == 2
    assert "has no tables 'cues' and 'measures'" in done.stderr
    assert "--released" in done.stderr


@pytest.mark.slow
def test_a_package_of_ones_own_has_cues_of_its_own(package: Path, tmp_path: Path) -> None:
    with (package / "resources" / "cues.csv").open("a", encoding="utf-8") as file:
        file.write(
            "missing,sentence,looked into # cases … from AREA,missing_child_cases_handled,\n"
        )
    sheet = tmp_path / "sheet.txt"
    sheet.write_text(sheets.text_of(OREGON).replace("handled 41", "looked into 41"), "utf-8")
    assert extract(sheet).exit_code == 1
    assert extract(sheet, "--package", package).exit_code == 0
    assert extract(sheet, "--into", package).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cue", "message"),
    [
        ("missing,sentence,handled cases,missing_child_cases_handled,", "has # once"),
        ("missing,sentence,# … cases,missing_child_cases_handled,", "no … stands next to #"),
        ("missing,sentence,# of … trafficking,missing_child_likely_trafficked_share,", ""),
        ("missing,sentence,about # trafficking,missing_child_likely_trafficked_share,",
         "names its whole"),
        ("missing,sentence,had # cases,,", "names the measure"),
        ("missing,row,cases #,missing_child_cases_handled,", "has no #"),
        ("missing,sentence,… had # cases,missing_child_cases_handled,", "neither begins nor ends"),
        ("missing,heading,Cases,missing_child_cases_handled,", "finds no figure"),
        ("sheet,area,Data,,", "has AREA once"),
        ("sheet,period,in #,,", "has YEAR once"),
        ("sheet,aside,#,,", "has words"),
        ("post,report,Post,,", "has YEAR once"),
        ("post,year column,Lately,,", "has YEAR once"),
        ("post,report sentence,had cases,missing_child_cases_handled,ALL", "has # once"),
        ("post,report sentence,had # cases,,", "names the measure"),
        ("post,report sentence,had # cases,missing_child_cases_handled,", "names the area"),
        ("post,year table,Cases #,,", "has no #"),
        ("post,year table,Cases,missing_child_cases_handled,", "names the area"),
        ("post,table row,Cases,missing_child_cases_handled,", "names the area"),
        ("post,table row,Cases … # of them,missing_child_cases_handled,ALL", ""),
        ("post,year column,YEAR,,", ""),
        ("post,total,Total,missing_child_cases_handled,ALL", ""),
    ],
)  # fmt: skip
def test_a_cue_that_cannot_find_anything_is_an_error(package: Path, cue: str, message: str) -> None:
    file = package / "resources" / "cues.csv"
    file.write_text(file.read_text("utf-8") + cue + "\n", "utf-8")
    report = mtopendata.validate(package)
    found = [finding for finding in report.findings if finding.code == "cue"]
    if not message:
        assert found == []
        return
    assert len(found) == 1
    assert message in found[0].message
    assert found[0].row == len(file.read_text("utf-8").splitlines())
    [check] = [check for check in report.checks if check.name == "cues can be used"]
    assert (check.kind, check.failed) == ("cue", 1)
    with pytest.raises(MtopendataError, match=r"cues\.csv:"):
        mtopendata.extract(OREGON, package)


def test_two_cues_that_fit_one_number_are_a_problem(package: Path) -> None:
    with (package / "resources" / "cues.csv").open("a", encoding="utf-8") as file:
        file.write("missing,sentence,desk handled # cases,missing_child_cases_other,\n")
    found = mtopendata.extract(OREGON, package)
    assert {problem.code for problem in found.problems} == {"claimed-twice", "not-found"}


@pytest.mark.slow
def test_nobody_but_the_user_can_see_what_is_being_written(package: Path) -> None:
    """Temporary files lie in a folder of their own, which only its owner may enter."""
    seen = []
    replace = Path.replace

    def watched(self: Path, target: Any) -> Path:
        seen.append(self.parent.stat().st_mode & 0o077)
        return replace(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", watched)
        assert extract(OREGON, "--into", package).exit_code == 0
    assert seen == [0, 0, 0]


def of_2023(folder: Path) -> Path:
    """Oregon's sheet as of the year of the package's own, with other totals of all of the work."""
    sheet = folder / "oregon-2023.txt"
    sheet.write_text(sheets.text_of(OREGON).replace("2021", "2023"), "utf-8")
    return sheet


@pytest.mark.slow
def test_totals_that_two_sheets_print_otherwise_are_told_before_anything_is_written(
    package: Path, tmp_path: Path
) -> None:
    before = contents(package)
    sheet = of_2023(tmp_path)
    for into in ("--package", "--into"):
        done = extract(sheet, into, package, "--format", "json")
        assert done.exit_code == 1
        found = [item for item in json.loads(done.stdout)["findings"]
                 if item["code"] == "disagrees"]  # fmt: skip
        assert len(found) == 8
        assert "ncmec-oregon-2023 prints 27,733" in found[2]["message"]
        assert "ncmec-montana-2023 prints 28,886 (resources/figures.csv:7)" in found[2]["message"]
        assert contents(package) == before
    done = extract(sheet, "--into", package)
    assert "nothing was entered: 8 errors would follow" in done.stdout


@pytest.mark.slow
def test_figures_that_differ_are_entered_with_the_reason_that_a_person_gives(
    package: Path, tmp_path: Path
) -> None:
    sheet = of_2023(tmp_path)
    done = extract(sheet, "--into", package, "--because", "The totals were drawn anew.")
    assert done.exit_code == 0, done.stdout
    notes = [row["note"] for row in rows(package, "figures") if row["source"].endswith("on-2023")]
    assert [note for note in notes if note][2] == (
        "The totals were drawn anew: ncmec-montana-2023 prints 28,886."
    )
    assert len([note for note in notes if note]) == 8
    # Which of the two a reader gets first is still to be declared.
    assert [item.code for item in mtopendata.validate(package).findings] == ["no-first-source"]
    done = extract(OREGON, "--into", package, "--because", "No reason")
    assert done.exit_code == 2
    assert "no figure of the sheet differs from another source's" in done.stderr


@pytest.mark.slow
def test_a_later_edition_is_entered_as_one_and_takes_the_place_of_the_first(
    package: Path, tmp_path: Path
) -> None:
    assert extract(OREGON, "--into", package).exit_code == 0
    other = tmp_path / "other.txt"
    other.write_text(sheets.text_of(OREGON).replace("27,733", "27,773"), "utf-8")
    done = extract(other, "--into", package)
    assert done.exit_code == 1
    assert "enter it with --edition" in done.stdout
    for _ in range(2):  # the second time nothing is new
        done = extract(other, "--into", package, "--edition")
        assert done.exit_code == 0, done.stdout
    sources = [row["source"] for row in rows(package, "sources")]
    assert sources[1:] == ["ncmec-oregon-2021", "ncmec-oregon-2021-2"]
    assert mtopendata.validate(package).findings == []
    done = extract(VERMONT, "--into", package, "--edition")
    assert done.exit_code == 2
    assert "there is no earlier edition: the package has no source ncmec-vermont" in done.stderr


@pytest.mark.slow
def test_a_preview_shows_the_last_year_the_change_and_the_rules(
    package: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.txt"
    text = sheets.text_of(OREGON).replace("Oregon", "Montana").replace("2021", "2024")
    sheet.write_text(text.replace("19,100", "31,000"), "utf-8")
    before = contents(package)
    done = extract(sheet, "--package", package)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    [handled] = [line for line in lines if "missing_child_cases_handled/US-MT/2024" in line]
    assert "29 (2023)" in handled
    assert "+12 (+41.4 %)" in handled
    [open_] = [line for line in lines if "connect_registered_users/ALL/2024" in line]
    assert "more than 18,000 (2023)" in open_
    assert "not certain" in open_
    assert "satisfied  12 + 26 + 3 = 41  (missing_child_cases_balance, US-MT 2024)" in lines
    assert not any("7 + 22 + 0 = 29" in line for line in lines)
    assert contents(package) == before
    figure = json.loads(extract(sheet, "--package", package, "--format", "json").stdout)
    assert figure["figures"][0]["before"] == {
        "period": 2023, "printed": "36.2 million", "difference": -6900000,
    }  # fmt: skip


def test_a_sheet_whose_rows_do_not_add_up_is_shown_and_not_entered(
    package: Path, tmp_path: Path
) -> None:
    before = contents(package)
    sheet = tmp_path / "sheet.txt"
    sheet.write_text(sheets.text_of(OREGON).replace("handled 41", "handled 42"), "utf-8")
    done = extract(sheet, "--into", package)
    assert done.exit_code == 1
    assert "violated   12 + 26 + 3 = 41, not 42" in done.stdout
    assert "nothing was entered" in done.stdout
    assert contents(package) == before


@pytest.mark.slow
def test_a_sheet_is_called_like_other_sheets_and_not_like_other_documents(package: Path) -> None:
    file = package / "resources" / "sources.csv"
    head, sheet = file.read_text("utf-8").splitlines()
    other = sheet.replace("ncmec-montana-2023", "ncmec-report-2023").replace(
        "Montana Data", "A report to Congress"
    )
    file.write_text("\n".join([head, sheet, other.replace("2c44", "3c44"), ""]), "utf-8")
    done = extract(OREGON, "--into", package)
    assert done.exit_code == 0, done.output
    assert {row["source"]: row["title"] for row in rows(package, "sources")} == {
        "ncmec-montana-2023": "Montana Data",
        "ncmec-report-2023": "A report to Congress",
        "ncmec-oregon-2021": "Oregon Data",
    }
