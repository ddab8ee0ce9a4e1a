"""Figures are held against their document; one figure's whole story; two transcriptions."""

import csv
import json
import shutil
from contextlib import chdir
from pathlib import Path

import jsonschema
import pytest

import mtopendata
from tests.kit import sheets
from tests.kit.packages import MONTANA, ROOT, copy_own, replace_text
from tests.kit.program import run

OREGON = next(sheet for sheet in sheets.SHEETS if sheet.parent.name == "oregon-2021")


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with the sheet of Oregon."""
    folder = copy_own(tmp_path_factory.mktemp("entered") / "package")
    assert run("extract", OREGON, "--into", folder).exit_code == 0
    return folder


@pytest.fixture
def package(entered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(entered, tmp_path / "package"))


def change(package: Path, old: str, new: str, name: str = "figures") -> None:
    replace_text(package / "resources" / f"{name}.csv", old, new, once=True)


def altered(tmp_path: Path, old: str, new: str) -> Path:
    file = tmp_path / "altered.txt"
    text = sheets.text_of(OREGON)
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    return file


# Tracing


def test_each_figure_is_traced_to_its_line_and_column(entered: Path) -> None:
    done = run("trace", "--source", OREGON, "--package", entered)
    assert done.exit_code == 0
    assert done.stdout.count("agrees ") == 20
    assert f"{OREGON}:9:94  … pieces of paper. In 2021, [912] CyberTipline" in done.stdout
    assert "20 of 20 figures of ncmec-oregon-2021 as printed" in done.stdout


@pytest.mark.parametrize(
    ("name", "count"),
    [("missing_child_cases_handled", 1), ("survivors_families_supported", 2),
     ("survivors_families_supported:ALL", 1), ("survivors_families_supported/US-OR/2021", 1)],
)  # fmt: skip
def test_one_figure_is_traced_alone(entered: Path, name: str, count: int) -> None:
    done = run("trace", name, "--source", OREGON, "--package", entered)
    assert done.exit_code == 0
    assert done.stdout.count("agrees ") == count


def test_a_figure_that_the_document_prints_otherwise_differs(entered: Path, tmp_path: Path) -> None:
    other = altered(tmp_path, "27,733", "27,773")
    done = run("trace", "--source", other, "--package", entered, "--format", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert not found["is_recorded"]
    states = {figure["state"] for figure in found["figures"]}
    assert states == {"agrees", "differs"}
    [wrong] = [figure for figure in found["figures"] if figure["state"] == "differs"]
    assert wrong["name"] == "missing_child_cases_assisted/ALL/2021/ncmec-oregon-2021"
    assert (wrong["printed"], wrong["found"]["printed"]) == ("27,733", "27,773")
    done = run("trace", "missing_child_cases_assisted", "--source", other, "--package", entered)
    assert done.exit_code == 1
    assert "another document" in done.stdout


def test_a_figure_whose_value_is_not_the_printed_one_differs(package: Path) -> None:
    change(package, "27733,exact,27733,27733", "27734,exact,27734,27734")
    done = run("trace", "--source", OREGON, "--package", package)
    assert done.exit_code == 1
    assert "differs    missing_child_cases_assisted" in done.stdout
    assert "19 of 20 figures" in done.stdout


def test_periods_that_are_no_years_cannot_be_traced(package: Path) -> None:
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        for item in resource["schema"]["fields"]:
            if item["name"] == "period":
                item |= {"type": "string", "constraints": {}}
    (package / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    done = run("trace", "--source", OREGON, "--package", package)
    assert done.exit_code == 2
    assert "lacks tables figures, sources, measures or cues" in done.stderr


def test_a_figure_that_is_not_found_says_why(entered: Path, tmp_path: Path) -> None:
    other = altered(tmp_path, "27,733", "27.733")
    done = run("trace", "--source", other, "--package", entered)
    assert done.exit_code == 1
    assert "not found  missing_child_cases_assisted" in done.stdout
    assert "'27.733' is no known form" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "is no figure of the package; mtopendata show lists all figures"),
        (["missing_child_case"], "is no figure of the package; nearest: missing_child_cases_"),
        (["missing_child_cases_handled/US-MT"], "is no figure of the source 'ncmec-oregon-2021'"),
    ],
)
def test_a_figure_that_there_is_not_is_refused(
    entered: Path, arguments: list[str], message: str
) -> None:
    done = run("trace", *arguments, "--source", OREGON, "--package", entered)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_document_of_no_source_is_refused() -> None:
    done = run("trace", "--source", OREGON, "--package", MONTANA)
    assert done.exit_code == 2
    assert "is no document of a source" in done.stderr


# Validation


def test_the_ledger_tells_what_was_held_against_the_document(entered: Path) -> None:
    report = mtopendata.validate(entered, sources=[OREGON])
    assert report.findings == []
    checks = {check.name.partition(": ")[2]: check for check in report.checks
              if check.kind == "source"}  # fmt: skip
    tested = {name: check.tested for name, check in checks.items()}
    assert tested == {
        "SHA-256 is that of its source": 1, "figures as printed": 20,
        "every number is claimed": 32, "nothing is uncertain": 20,
    }  # fmt: skip


def test_a_figure_changed_consistently_is_found_against_its_document(package: Path) -> None:
    change(
        package, '27733,exact,27733,27733,case,"27,733"', '27773,exact,27773,27773,case,"27,773"'
    )
    assert mtopendata.validate(package).valid
    report = mtopendata.validate(package, sources=[OREGON])
    [finding] = report.findings
    assert (finding.code, finding.resource, finding.row) == ("source-figure", "figures", 27)
    assert (finding.field, finding.cell) == ("printed", "27,773")
    assert finding.column is not None
    assert f"{OREGON}:17:57 prints '27,733', not '27,773'" in finding.message


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("after dark", "after dark in 14 counties", "unclaimed"),
        ("In 2021, the team", "In 2020, the team", "no-period"),
        ("handled 41 cases that", "handled 41 cases from Oregon, and handled 40 cases that",
         "found-twice"),
    ],
)  # fmt: skip
def test_what_is_uncertain_in_a_document_is_an_error(
    entered: Path, tmp_path: Path, old: str, new: str, code: str
) -> None:
    report = mtopendata.validate(entered, sources=[altered(tmp_path, old, new)])
    codes = [finding.code for finding in report.findings]
    unknown = "source-unknown" if code == "no-period" else "source-hash"
    assert {unknown, code} <= set(codes)
    found = next(finding for finding in report.findings if finding.code == code)
    assert found.severity == "error"
    assert found.path == str(tmp_path / "altered.txt")
    assert found.row


def test_a_lost_row_is_found_against_its_document(package: Path) -> None:
    file = package / "resources" / "figures.csv"
    lines = file.read_text("utf-8").splitlines(True)
    kept = [line for line in lines if not line.startswith("connect_new_professionals,US-OR")]
    file.write_text("".join(kept), "utf-8")
    report = mtopendata.validate(package, sources=[OREGON])
    found = {finding.code: finding.message for finding in report.findings}
    assert found.keys() == {"not-covered", "source-figure"}
    assert "connect_new_professionals/US-OR/2021 is printed as '58'" in found["source-figure"]


def test_a_figure_entered_as_not_reported_must_not_be_printed(package: Path) -> None:
    file = package / "resources" / "figures.csv"
    table = list(csv.DictReader(file.open(encoding="utf-8", newline="")))
    for row in table:
        if row["measure"] == "missing_child_cases_other" and row["area"] == "US-OR":
            row |= dict.fromkeys(("value", "qualifier", "lower", "upper", "printed"), "")
            row["position"] = "absent 1"
    with file.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, table[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    assert mtopendata.validate(package).valid
    report = mtopendata.validate(package, sources=[OREGON])
    assert {finding.code for finding in report.findings} == {"source-figure", "not-left-out"}
    done = run("trace", "missing_child_cases_other", "--source", OREGON, "--package", package)
    assert "differs" in done.stdout


def test_a_document_that_no_source_knows_is_an_error() -> None:
    report = mtopendata.validate(MONTANA, sources=[OREGON])
    assert [finding.code for finding in report.findings] == ["source-unknown"]
    assert "US-OR for 2021" in report.findings[0].message


def test_a_package_without_sources_is_not_silently_taken_for_checked() -> None:
    folder = ROOT / "tests" / "packages" / "years-flow-leaps"
    report = mtopendata.validate(folder, sources=[OREGON])
    assert "not-checked" in [finding.code for finding in report.findings]
    [check] = [check for check in report.checks if check.kind == "source"]
    assert (check.engine, check.tested) == ("none", 0)


@pytest.mark.slow
def test_several_documents_are_held_against_in_one_run_and_in_every_format(
    package: Path, tmp_path: Path
) -> None:
    vermont = next(sheet for sheet in sheets.SHEETS if sheet.parent.name == "vermont-2030")
    assert run("extract", vermont, "--into", package).exit_code == 0
    other = package / "altered.txt"
    altered(tmp_path, "after dark", "after dark in 14 counties").rename(other)
    with chdir(package):
        done = run("validate", "--source", vermont, "--source", "altered.txt", "--format", "json",
                   "--output", "sarif=r.sarif", "--output", "junit=r.xml",
                   "--output", "markdown=r.md", "--output", "github=r.txt")  # fmt: skip
        assert done.exit_code == 1
        report = json.loads(done.stdout)
        schema = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
        jsonschema.validate(report, schema)
        assert {finding["code"] for finding in report["findings"]} == {"source-hash", "unclaimed"}
        annotations = Path("r.txt").read_text("utf-8")
        assert "file=altered.txt,line=36,col=63::no cue claims the number '14'" in annotations
        assert all(Path(name).stat().st_size for name in ("r.sarif", "r.xml", "r.md"))
        done = run("validate", "--source", "altered.txt", "--output", "json=altered.txt")
    assert done.exit_code == 2
    assert "is a file of the package" in done.stderr


def test_a_document_that_cannot_be_read_ends_the_validation(entered: Path) -> None:
    done = run("validate", entered, "--source", "nowhere.txt")
    assert done.exit_code == 2
    assert "nowhere.txt: cannot be read" in done.stderr


# Stories


def test_a_story_tells_all_that_the_package_says_of_a_figure() -> None:
    done = run("show", "missing_child_likely_trafficked_share", "--package", MONTANA)
    assert done.exit_code == 0
    for text in (
        "Share likely to be victims of child sex trafficking",
        "missing_child_likely_trafficked_share/ALL/2023/ncmec-montana-2023",
        "resources/figures.csv:9", "19 percent, rounded, within [18.5, 19.5]", "19%",
        "All of NCMEC's work", "Missing children", "flow", "by NCMEC's own analysis",
        "The source's wording fits two wholes.", "Montana Data", "SHA-256",
        "section 2, paragraph 1, number 3", "1.0.0",
    ):  # fmt: skip
        assert text in done.stdout, text


def test_a_story_has_the_rules_in_which_the_figure_takes_part_and_their_state() -> None:
    done = run("show", "cybertipline_reports/ALL", "--package", MONTANA, "--format", "json")
    [story] = json.loads(done.stdout)["figures"]
    assert {rule["rule"]: rule["state"] for rule in story["rules"]} == {
        "reports_to_law_enforcement_within_received": "satisfied",
        "trafficking_reports_within_cybertipline": "undecided",
    }
    assert story["rules"][0]["equation"] == "1747 ≤ [36150000, 36249999]"
    assert story["figure"]["value"] == 36200000
    assert story["figure"]["upper"] == 36249999
    assert story["source"]["recorded"] == "2026-11-22"
    assert story["revisions"] == []


def test_a_lagged_rule_is_told_of_both_its_years(package: Path) -> None:
    lines = (package / "resources" / "figures.csv").read_text("utf-8").splitlines()
    [row] = [line for line in lines if line.startswith("children_identified,ALL,2023")]
    cells = next(csv.reader([row]))
    later = [*cells[:2], "2024", "ncmec-montana-2024", "28000", "exact", "28000", "28000", "child",
             "28,000", "1", "paragraph 2, number 1", "1.0.0", ""]  # fmt: skip
    with (package / "resources" / "figures.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(later)
    with (package / "resources" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(
            "ncmec-montana-2024,Montana Data,NCMEC,2024,https://example.org/," + "0" * 64
            + ",1,Text,2026-11-25,NCMEC's\n"
        )  # fmt: skip
    for year in ("2023", "2024"):
        done = run("show", f"children_identified/{year}", "--package", package, "--format", "json")
        [story] = json.loads(done.stdout)["figures"]
        equations = [rule["equation"] for rule in story["rules"]]
        assert "27130 ≤ 28000" in equations, done.output


def test_a_revised_figure_tells_what_it_was(package: Path) -> None:
    change(
        package, '28886,exact,28886,28886,case,"28,886"', '28868,exact,28868,28868,case,"28,868"'
    )
    with (package / "resources" / "revisions.csv").open("a", encoding="utf-8") as file:
        file.write(
            'missing_child_cases_assisted,ALL,2023,ncmec-montana-2023,1.0.1,28886,exact,28886,'
            '28886,case,"28,886",2,"paragraph 1, number 1",1.0.0,,correction,Digits swapped.\n'
        )  # fmt: skip
    descriptor = package / "datapackage.json"
    descriptor.write_text(
        descriptor.read_text("utf-8").replace('"version": "1.0.0"', '"version": "1.0.1"'), "utf-8"
    )
    done = run("show", "missing_child_cases_assisted/2023", "--package", package)
    assert done.exit_code == 0, done.output
    assert "changed in 1.0.1, before: 28,886; correction: Digits swapped." in " ".join(
        done.stdout.split()
    )


def test_a_figure_that_is_not_reported_is_never_told_as_0(package: Path) -> None:
    row = "connect_new_professionals,US-OR,2021,ncmec-oregon-2021,"
    change(package, f"{row}58,exact,58,58,user,58,", f"{row},,,,user,,")
    done = run("show", "connect_new_professionals/US-OR", "--package", package)
    assert "not reported, which is not 0" in done.stdout


def test_a_story_of_a_broken_package_warns(package: Path) -> None:
    change(
        package, "US-OR,2021,ncmec-oregon-2021,41,exact", "US-OR,2021,ncmec-oregon-2021,42,exact"
    )
    done = run("show", "missing_child_cases_handled/US-OR", "--package", package)
    assert done.exit_code == 1
    assert "missing_child_cases_handled/US-OR/2021" in done.stdout
    assert "errors; see mtopendata validate" in done.stderr


# Transcriptions


def transcriptions(tmp_path: Path, first: str, second: str) -> tuple[Path, Path]:
    files = tmp_path / "first.csv", tmp_path / "second.csv"
    for file, text in zip(files, (first, second), strict=True):
        file.write_text(text, "utf-8")
    return files


def test_two_transcriptions_that_agree_have_no_difference(tmp_path: Path) -> None:
    files = transcriptions(
        tmp_path, "measure,area,printed\na,X,1\nb,X,2\n", "printed,measure,area\n2,b,X\n1,a,X\n"
    )
    done = run("extract", "--check", *files)
    assert done.exit_code == 0
    assert "2 figures in both, 3 columns: 0 differences" in done.stdout


def test_every_difference_of_two_transcriptions_is_listed(tmp_path: Path) -> None:
    first = 'measure,area,printed,value,note\na,X,"1,747",1747,n\nb,X,2,2,\nc,X,3,3,\n'
    second = "measure,area,printed,value\na,X,1747,1747\nb,X,3,2\nd,X,4,4\n"
    files = transcriptions(tmp_path, first, second)
    done = run("extract", "--check", *files, "--format", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    told = [(d["figure"], d["column"], d["first"], d["second"], d["lines"])
            for d in found["differences"]]  # fmt: skip
    assert told == [
        ("", "note", "", None, [1, 1]),
        ("a/X", "printed", "1,747", "1747", [2, 2]),
        ("b/X", "printed", "2", "3", [3, 3]),
        ("c/X", None, "3", None, [4, None]),
        ("d/X", None, None, "4", [None, 4]),
    ]
    text = run("extract", "--check", *files)
    assert text.exit_code == 1
    assert "5 differences" in text.stdout
    assert f"{files[0]}:2: '1,747'" in text.stdout


def test_the_entered_rows_agree_with_the_extracted_ones(entered: Path, tmp_path: Path) -> None:
    file = tmp_path / "extracted.csv"
    file.write_text(run("extract", OREGON, "--package", entered, "--format", "csv").stdout, "utf-8")
    done = run(
        "extract", "--check", file, entered / "resources" / "figures.csv", "--format", "json"
    )
    differences = json.loads(done.stdout)["differences"]
    assert len(differences) == 20  # of Montana
    assert {item["first"] for item in differences} == {None}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("measure,printed\n", "has no rows"),
        ("area,printed\nX,1\n", "has no column 'measure'"),
        ("measure,measure\na,b\n", "has the column 'measure' twice"),
        ("measure,printed\na\n", ":2: has 1 cell, and the header 2"),
        ('measure,printed\na,"1\n', "is no CSV"),
        ("measure,printed\na,1\na,2\n", ":3: has the figure a twice"),
        ("measure\n\udcff\n", "cannot be read"),
    ],
)
def test_a_transcription_that_cannot_be_compared_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("measure,printed\na,1\n", "utf-8")
    bad.write_bytes(text.encode("utf-8", "surrogateescape"))
    for files in ((good, bad), (bad, good)):
        done = run("extract", "--check", *files)
        assert done.exit_code == 2
        assert message in done.stderr
        assert "bad.csv" in done.stderr
