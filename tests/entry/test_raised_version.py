"""One step sets a version in all that names it, and what is not of that version is refused."""

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import mtopendata
from tests.kit import sheets
from tests.kit.git import commit, git, initialise
from tests.kit.packages import contents, copy_own, replace_text
from tests.kit.program import run

OREGON = next(sheet for sheet in sheets.SHEETS if sheet.parent.name == "oregon-2021")
TODAY = datetime.now(UTC).date().isoformat()


def next_sheet(folder: Path, state: str = "Montana", year: str = "2024") -> Path:
    """The sheet of invented numbers, as of another state and year. Its running total has grown."""
    text = sheets.text_of(OREGON).replace("Oregon", state).replace("2021", year)
    file = folder / f"{state}-{year}.txt"
    file.write_text(text.replace("19,100", "31,000"), "utf-8")
    return file


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package of 1.0.0 with its changelog and its citation, released in git."""
    folder = copy_own(initialise(tmp_path / "package"), "CHANGELOG.md", "CITATION.cff")
    commit(folder, tag="v1.0.0")
    return folder


def descriptor_of(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((package / "datapackage.json").read_text("utf-8"))
    return found


def figures_of(package: Path) -> list[dict[str, str]]:
    with (package / "resources" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_a_sheet_is_entered_and_released_in_one_step(package: Path, tmp_path: Path) -> None:
    done = run("extract", next_sheet(tmp_path), "--into", package, "--release", "1.1.0")
    assert done.exit_code == 0, done.stdout
    descriptor = descriptor_of(package)
    assert (descriptor["version"], descriptor["created"]) == ("1.1.0", f"{TODAY}T00:00:00Z")
    assert [source["title"][-4:] for source in descriptor["sources"]] == ["2023", "2024"]
    assert descriptor["sources"][1]["title"].endswith("Montana Data, fact sheet for 2024")
    assert "fact sheet for 2024." in descriptor["description"].split("\n\n")[-1]
    changelog = (package / "CHANGELOG.md").read_text("utf-8")
    assert (
        f"## [1.1.0] - {TODAY}\n\n### Data\n\n- 20 figures of `ncmec-montana-2024`\n" in changelog
    )
    cited = yaml.safe_load((package / "CITATION.cff").read_text("utf-8"))
    assert (cited["version"], cited["date-released"]) == ("1.1.0", TODAY)
    assert "fact sheet for 2024" in cited["message"]
    assert {row["since"] for row in figures_of(package)} == {"1.0.0", "1.1.0"}
    done = run("validate", package, "--against", "v1.0.0", "--strict", folder=package)
    assert done.exit_code == 0, done.stdout
    built = mtopendata.build(package, tmp_path / "release")
    assert built.folder is not None, built.report.findings
    assert mtopendata.verify(built.folder, rebuild=package).valid


@pytest.mark.slow
def test_a_second_state_is_entered_and_named_as_well(package: Path, tmp_path: Path) -> None:
    released = "--into", package, "--release", "1.1.0"
    assert run("extract", next_sheet(tmp_path), *released).exit_code == 0
    sheet = next_sheet(tmp_path, "Wyoming", "2022")
    replace_text(sheet, "31,000", "25,000")
    done = run("extract", sheet, *released)
    assert done.exit_code == 0, done.stdout
    titles = [source["title"] for source in descriptor_of(package)["sources"]]
    assert titles[2].endswith("Wyoming Data, fact sheet for 2022")
    changelog = (package / "CHANGELOG.md").read_text("utf-8")
    assert changelog.count("## [1.1.0]") == 1
    assert "- 20 figures of `ncmec-wyoming-2022`\n- 20 figures of `ncmec-montana-2024`" in changelog
    report = mtopendata.validate(package, against="v1.0.0")
    assert report.findings == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arrange", "since"),
    [
        (lambda _: None, "1.1.0"),
        (lambda folder: git(folder, "tag", "--delete", "v1.0.0"), "1.1.0"),
        (lambda folder: (folder / ".git").rename(folder.parent / "elsewhere"), "1.0.0"),
    ],
    ids=["with a tag", "without a tag", "outside of git"],
)
def test_extract_and_diff_mean_the_same_version_by_released(
    package: Path, tmp_path: Path, arrange: Callable[[Path], object], since: str
) -> None:
    arrange(package)
    sheet = next_sheet(tmp_path)
    printed = run("extract", sheet, "--format", "csv", folder=package).stdout
    assert {row["since"] for row in csv.DictReader(printed.splitlines())} == {since}
    run("extract", sheet, "--into", package)
    assert {row["since"] for row in figures_of(package)} == {"1.0.0", since}
    if since == "1.1.0":
        assert run("bump", folder=package).exit_code == 0
        done = run("diff", folder=package)
        assert done.exit_code == 0, done.stdout
        assert descriptor_of(package)["version"] == "1.1.0"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("abc", "is no version; write such as 1.1.0"),
        ("1.1", "is no version"),
        ("", "is no version"),
        ("0.9.0", "is lower than 1.0.0, which the package has"),
        ("1.0.0", "too low after 1.0.0, which is published"),
        ("1.0.1", "the changes ask for a minor step; give 1.1.0 or a later one"),
    ],
)
def test_a_release_that_is_none_or_too_low_is_refused_before_anything_is_written(
    package: Path, tmp_path: Path, version: str, message: str
) -> None:
    before = contents(package)
    done = run("extract", next_sheet(tmp_path), "--into", package, "--release", version)
    assert done.exit_code == 2
    assert message in done.stderr
    assert contents(package) == before


@pytest.mark.slow
def test_a_bump_takes_the_step_that_the_changes_ask_for(package: Path) -> None:
    replace_text(package / "resources" / "measures.csv", "A report", "Any report")
    done = run("bump", folder=package)
    assert done.exit_code == 0, done.stderr
    assert "the version is 1.0.1" in done.stdout
    assert run("validate", "--against", "last-release", folder=package).exit_code == 0
    again = run("bump", "1.0.1", "--format", "json", folder=package)
    assert json.loads(again.stdout) == {"version": "1.0.1", "day": TODAY, "files": []}


def test_what_stood_under_unreleased_stands_under_the_version(package: Path) -> None:
    replace_text(
        package / "CHANGELOG.md",
        "## [1.0.0]",
        "## [Unreleased]\n\n### Code\n\n- New.\n\n## [1.0.0]",
    )
    assert run("bump", "1.1.0", folder=package).exit_code == 0
    headings = re.findall("^#+ .*", (package / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[1:5] == [
        "## [Unreleased]", f"## [1.1.0] - {TODAY}", "### Code", "## [1.0.0] - 2026-11-22",
    ]  # fmt: skip


def test_every_other_byte_of_the_descriptor_stays(package: Path) -> None:
    before = (package / "datapackage.json").read_text("utf-8").splitlines()
    assert run("bump", "1.0.1", folder=package).exit_code == 0
    after = (package / "datapackage.json").read_text("utf-8").splitlines()
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert [line.split('"')[1] for _, line in changed] == ["version", "created"]


STALE: dict[str, tuple[Callable[[Path], object], str]] = {
    "date": (
        lambda p: replace_text(p / "datapackage.json", f"{TODAY}T", "2026-11-22T"),
        "datapackage.json: error stale: 'created' is 2026-11-22",
    ),
    "citation's version": (
        lambda p: replace_text(p / "CITATION.cff", "1.1.0", "1.0.0"),
        "CITATION.cff: error stale: version is 1.0.0, where the descriptor has 1.1.0",
    ),
    "citation's sources": (
        lambda p: replace_text(p / "CITATION.cff", "fact sheet for 2024", "fact sheet for 2022"),
        "CITATION.cff: error stale: the citation lacks the source ncmec-montana-2024",
    ),
    "description": (
        lambda p: replace_text(p / "datapackage.json", "sheet for 2024.\"", "sheet for 2022.\""),
        "datapackage.json: error stale: the description lacks the source ncmec-montana-2024",
    ),
    "sources": (
        lambda p: replace_text(p / "datapackage.json", '"version": "2024"', '"version": "2022"'),
        "datapackage.json: error stale: the sources lack the source ncmec-montana-2024",
    ),
    "changelog": (
        lambda p: replace_text(p / "CHANGELOG.md", "## [1.1.0]", "## [1.2.0]"),
        "CHANGELOG.md: error changelog: no heading has the version 1.1.0",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", STALE)
def test_a_raised_version_with_something_stale_is_refused(
    package: Path, tmp_path: Path, what: str
) -> None:
    break_, message = STALE[what]
    sheet = next_sheet(tmp_path)
    assert run("extract", sheet, "--into", package, "--release", "1.1.0").exit_code == 0
    break_(package)
    if what == "sources":
        replace_text(package / "datapackage.json", 'Data, fact sheet for 2024",', 'Data 2022",')
    done = run("validate", "--against", "v1.0.0", folder=package)
    assert done.exit_code == 1
    assert message in done.stdout
    done = run("build", "--out", tmp_path / "release", folder=package)
    assert done.exit_code == 1
    assert message in done.stdout
    assert not (tmp_path / "release").exists()


@pytest.mark.slow
def test_a_package_that_names_no_source_is_asked_for_none(tmp_path: Path) -> None:
    package = copy_own(tmp_path / "package")
    descriptor = descriptor_of(package)
    descriptor |= {"description": "Some figures.", "version": "1.1.0"}
    del descriptor["sources"], descriptor["created"]
    (package / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    built = mtopendata.build(package, tmp_path / "release")
    assert built.report.valid, built.report.findings


def test_a_version_of_a_package_in_yaml_is_raised_by_hand(tmp_path: Path) -> None:
    (tmp_path / "datapackage.yaml").write_text(
        'name: p\nversion: "1.0.0"\nresources: [{name: t, data: [{a: 1}]}]\n', "utf-8"
    )
    before = contents(tmp_path)
    done = run("bump", "1.1.0", folder=tmp_path)
    assert done.exit_code == 2
    assert "is YAML, in which nothing is edited" in done.stderr
    assert contents(tmp_path) == before


@pytest.mark.slow
def test_a_sheet_is_entered_beside_a_descriptor_in_yaml(package: Path, tmp_path: Path) -> None:
    descriptor = descriptor_of(package)
    (package / "datapackage.json").unlink()
    (package / "datapackage.yaml").write_text(yaml.safe_dump(descriptor), "utf-8")
    done = run("extract", next_sheet(tmp_path), "--into", package)
    assert len(figures_of(package)) == 40
    assert done.exit_code == 1
    assert "set 'version' of the package to 1.1.0" in done.stdout


def test_without_git_a_bump_asks_for_the_version(tmp_path: Path) -> None:
    package = copy_own(tmp_path / "package")
    done = run("bump", folder=package)
    assert done.exit_code == 2
    assert "nothing is published in git from which it would follow" in done.stderr
    assert run("bump", "1.0.1", folder=package).exit_code == 0


def test_if_one_file_cannot_be_written_none_is_raised(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(package)
    replace = Path.replace

    def failing(self: Path, target: Any) -> Path:
        if self.name == "new" and Path(target).name == "CITATION.cff":
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    done = run("bump", "1.0.1", folder=package)
    assert done.exit_code == 2
    monkeypatch.undo()
    assert contents(package) == before
