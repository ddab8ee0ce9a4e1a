"""A maintainer's year: release, silent change, correction, next sheet, next schema; in git."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import mtopendata
from tests.kit.git import commit, initialise
from tests.kit.packages import copy_own
from tests.kit.program import run

Rows = list[dict[str, str]]


class Repository:
    """A git repository with a copy of the published package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        copy_own(initialise(folder))
        (folder / "CHANGELOG.md").write_text("# Changelog\n\n## [1.0.0] - 2026-11-22\n", "utf-8")
        self.release("1.0.0")

    def release(self, version: str) -> None:
        commit(self.folder, version, tag=f"v{version}")

    def run(self, *arguments: str) -> Result:
        return run(*arguments, folder=self.folder)

    def edit(self, resource: str, change: Callable[[Rows], Rows]) -> None:
        file = self.folder / "resources" / f"{resource}.csv"
        rows = list(csv.DictReader(file.open(encoding="utf-8", newline="")))
        header = file.read_text("utf-8").split("\n", 1)[0].split(",")
        text = io.StringIO()
        writer = csv.DictWriter(text, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(rows))
        file.write_text(text.getvalue(), "utf-8", newline="\n")

    def describe(self, change: Callable[[dict[str, Any]], None]) -> None:
        file = self.folder / "datapackage.json"
        descriptor = json.loads(file.read_text("utf-8"))
        change(descriptor)
        file.write_text(json.dumps(descriptor), "utf-8")

    def set_version(self, version: str) -> None:
        assert self.run("bump", version).exit_code == 0

    def figures(self, as_of: str | None = None) -> list[tuple[Any, ...]]:
        return sorted(mtopendata.load(self.folder, as_of=as_of)["figures"].rows(), key=str)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def reword(rows: Rows) -> Rows:
    """Another total of supported survivors and families, as if a digit had been misread."""
    for row in rows:
        if row["measure"] == "survivors_families_supported" and row["area"] == "ALL":
            row |= dict.fromkeys(("value", "lower", "upper"), "5795") | {"printed": "5,795"}
    return rows


def with_next_year(rows: Rows) -> Rows:
    """The same sheet once more, as of a year later."""
    year, source = "2024", "ncmec-montana-2024"
    return rows + [row | {"period": year, "source": source, "since": "1.1.0"} for row in rows]


def with_next_source(rows: Rows) -> Rows:
    other = {"source": "ncmec-montana-2024", "year": "2024", "sha256": "0" * 64}
    return rows + [row | other for row in rows]


def without_position(descriptor: dict[str, Any]) -> None:
    figures, revisions = (
        next(item for item in descriptor["resources"] if item["name"] == name)["schema"]
        for name in ("figures", "revisions")
    )
    del figures["uniqueKeys"]
    figures["fields"] = [item for item in figures["fields"] if item["name"] != "position"]
    revisions["fields"] = [
        item for item in revisions["fields"] if item["name"] != "previous_position"
    ]


def without(*names: str) -> Callable[[Rows], Rows]:
    return lambda rows: [{k: v for k, v in row.items() if k not in names} for row in rows]


@pytest.mark.slow
def test_nothing_reaches_readers_unexplained(repository: Repository) -> None:
    published = {"1.0.0": repository.figures()}
    done = repository.run("diff")
    assert done.exit_code == 0, done.stdout
    assert "v1.0.0 → datapackage.json (1.0.0)" in done.stdout
    assert "unchanged" in done.stdout

    # A figure is changed silently: valid by itself, and an error against what was published.
    repository.edit("figures", reword)
    assert repository.run("validate", "--strict").exit_code == 0
    done = repository.run(
        "validate", "--against", "v1.0.0", "--format", "github", "--output", "json=report.json"
    )
    assert done.exit_code == 1
    [annotation, *_] = done.stdout.splitlines()
    assert annotation.startswith("::error ")
    assert "file=resources/figures.csv,line=15,col=58::the figure is not what 1.0.0" in annotation
    findings = json.loads((repository.folder / "report.json").read_text("utf-8"))["findings"]
    assert [finding["code"] for finding in findings] == ["unexplained", "version-step"]
    assert "set 'version' to 1.0.1" in findings[1]["hint"]
    (repository.folder / "report.json").unlink()
    done = repository.run("diff", "--format", "json")
    assert done.exit_code == 1
    [row] = json.loads(done.stdout)["revisions_to_add"]
    assert row in findings[0]["hint"]

    # With the row, its reason, the version and the changelog it is explained.
    with (repository.folder / "resources" / "revisions.csv").open("a", encoding="utf-8") as file:
        file.write(row.removesuffix(",,") + ",correction,The sheet has 5 795: digits swapped.\n")
    done = repository.run("validate", "--against", "v1.0.0")
    assert done.exit_code == 1
    assert "version-step" in done.stdout
    repository.describe(lambda descriptor: descriptor.update(version="1.0.1"))
    done = repository.run("validate", "--against", "v1.0.0")
    assert done.exit_code == 1
    assert "add a heading '## [1.0.1]'" in done.stdout
    assert "'created' is 2026-11-22, as in version 1.0.0" in done.stdout
    repository.set_version("1.0.1")
    done = repository.run("validate", "--strict", "--against", "v1.0.0")
    assert done.exit_code == 0, done.stdout
    done = repository.run("diff", "--format", "markdown")
    assert done.exit_code == 0, done.stdout
    assert "+36 (+0.6 %), more than rounding explains" in done.stdout
    assert "correction: The sheet has 5 795: digits swapped." in done.stdout
    repository.release("1.0.1")
    published["1.0.1"] = repository.figures()

    # The next year's sheet is new data: a minor step.
    repository.edit("sources", with_next_source)
    repository.edit("figures", with_next_year)
    refused = repository.run("bump", "1.0.2")
    assert refused.exit_code == 2
    assert "the changes ask for a minor step; give 1.1.0 or a later one" in refused.stderr
    repository.describe(lambda descriptor: descriptor.update(version="1.0.2"))
    done = repository.run("diff")
    assert done.exit_code == 1
    assert "minor step, to 1.1.0 or later; the version 1.0.2 does not take it" in done.stdout
    repository.set_version("1.1.0")
    done = repository.run("validate", "--strict", "--against", "v1.0.1")
    assert done.exit_code == 0, done.stdout
    repository.release("1.1.0")
    published["1.1.0"] = repository.figures()

    # A column that is gone breaks what readers have written: a major step.
    for version, step in published.items():
        assert repository.figures(version) == step
    repository.describe(without_position)
    repository.edit("figures", without("position"))
    repository.edit("revisions", without("previous_position"))
    done = repository.run("diff", "v1.1.0")
    assert done.exit_code == 1
    assert "major" in done.stdout
    assert "set 'version' to 2.0.0 or a later one" in done.stdout
