"""Two versions of a package: which they are, what differs, and what readers are told."""

import gzip
import json
import os
import shutil
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata.ledger.outcome import record
from mtopendata.ledger.report import Report
from mtopendata.values.versions import Step
from tests.kit.git import commit, git, initialise
from tests.kit.packages import ROOT, codes, schema_of, write_package
from tests.kit.program import run
from tests.kit.vintages import figure, revision, write_vintage

A, B = figure("a", 2023, 29), figure("b", 2023, 7)
A30 = figure("a", 2023, 30)


cli = partial(run, "diff")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the package in it as version 1.0.0, and that as the working directory."""
    initialise(tmp_path)
    write_vintage(tmp_path, "1.0.0", [A, B])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_version(folder: Path, csv: str, version: str = "1.0.0", **properties: Any) -> Path:
    """A package of one table, t.csv, and a changelog with its version."""
    names = csv.split("\n", 1)[0].split(",")
    declared = {**schema_of(*names), "primaryKey": names[0], **properties.pop("schema", {})}
    resource = {"name": "t", "path": "t.csv", "schema": declared}
    descriptor = {"name": "p", "version": version, "resources": [resource], **properties}
    return write_package(folder, descriptor, {"t.csv": csv, "CHANGELOG.md": f"## {version}\n"})


# Which versions


def test_the_last_release_is_compared_with_the_working_tree(repository: Path) -> None:
    commit(repository, tag="v1.0.0")
    write_vintage(repository, "1.9.0", [A, B])
    commit(repository, tag="v1.9.0")
    write_vintage(repository, "1.10.0", [A, B, figure("c", 2023, 1, "1.10.0")])
    commit(repository, tag="v1.10.0")
    write_vintage(repository, "2.0.0-rc.1", [A])
    commit(repository, tag="v2.0.0-rc.1")
    git(repository, "tag", "nightly")
    found = mtopendata.diff()
    assert (found.old.label, str(found.old.version)) == ("v1.10.0", "1.10.0")
    assert (found.new.label, str(found.new.version)) == ("datapackage.json", "2.0.0-rc.1")
    assert [row.kind for row in found.tables[0].rows] == ["withdrawn", "withdrawn"]
    assert mtopendata.diff("last-release").old.label == "v1.10.0"


def test_a_last_release_that_is_named_is_not_replaced_by_head(repository: Path) -> None:
    commit(repository, tag="nightly")
    done = cli("last-release")
    assert done.exit_code == 2
    assert "no tag such as v1.0.0" in done.stderr


def test_a_release_of_another_branch_is_not_the_last_one(repository: Path) -> None:
    commit(repository, tag="v1.0.0")
    git(repository, "checkout", "--quiet", "-b", "other")
    commit(repository, tag="v9.0.0")
    git(repository, "checkout", "--quiet", "main")
    assert mtopendata.diff().old.label == "v1.0.0"


def test_without_a_release_head_is_compared_with_the_working_tree(repository: Path) -> None:
    commit(repository)
    write_vintage(repository, "1.0.0", [A30, B])
    assert cli().exit_code == 1
    found = mtopendata.diff()
    assert found.old.label == "HEAD"
    assert found.tables[0].changed == 1


def test_two_revisions_can_be_compared_from_a_subfolder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_vintage(repository / "data", "1.0.0", [A])
    first = commit(repository)
    write_vintage(package, "1.0.1", [A30], [revision(A, "1.0.1")])
    commit(repository)
    write_vintage(package, "7.0.0", [])
    monkeypatch.chdir(package)
    for old, new in (("HEAD~1", "HEAD"), (first[:10], "main")):
        found = mtopendata.diff(old, new)
        assert (str(found.old.version), str(found.new.version)) == ("1.0.0", "1.0.1")
        assert found.report.findings == []
    monkeypatch.chdir("/")
    assert mtopendata.diff("HEAD", package).old.label == "HEAD"
    assert str(mtopendata.diff("HEAD", package / "datapackage.json").old.version) == "1.0.1"


def test_a_folder_a_descriptor_and_a_zip_are_the_same_package(tmp_path: Path) -> None:
    folder = write_vintage(tmp_path / "p", "1.0.0", [A, B])
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    for old in (folder, folder / "datapackage.json", tmp_path / "p.zip"):
        for new in (folder, tmp_path / "p.zip"):
            done = cli(old, new)
            assert (done.exit_code, done.stderr) == (0, "")


def test_what_exists_as_a_file_is_no_revision(repository: Path) -> None:
    commit(repository)
    git(repository, "branch", "data")
    write_vintage(repository / "data", "3.0.0", [A, B])
    assert str(mtopendata.diff("data").old.version) == "3.0.0"
    assert str(mtopendata.diff("refs/heads/data").old.version) == "1.0.0"


@pytest.mark.parametrize("revision", ["nothing", "v9", "HEAD~7", "", "HEAD:", "a b", "HEAD\0"])
def test_what_is_neither_a_package_nor_a_revision_could_not_run(
    revision: str, repository: Path
) -> None:
    commit(repository)
    done = cli(revision)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_a_revision_that_looks_like_an_option_is_never_given_to_git(repository: Path) -> None:
    commit(repository)
    marker = repository / "marker"
    done = cli("--", f"--output={marker}")
    assert done.exit_code == 2
    assert "no git revision" in done.stderr
    assert not marker.exists()


def test_a_folder_called_as_a_tag_is_not_the_last_release(repository: Path) -> None:
    commit(repository, tag="v1.0.0")
    write_vintage(repository, "1.0.0", [A30, B])
    for name in ("v1.0.0", "HEAD"):
        write_vintage(repository / name, "1.0.0", [A30, B])
    assert mtopendata.diff().tables[0].changed == 1
    assert mtopendata.diff("last-release").tables[0].changed == 1
    git(repository, "tag", "--delete", "v1.0.0")
    assert mtopendata.diff().tables[0].changed == 1
    assert not mtopendata.diff("v1.0.0").changed


def test_a_folder_without_a_package_is_never_replaced_by_another(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository)
    (repository / "empty").mkdir()
    monkeypatch.chdir(repository / "empty")
    for arguments in ([], ["HEAD"]):
        done = cli(*arguments)
        assert done.exit_code == 2
        assert "empty: has no datapackage.json, but the folder above has; name " in done.stderr
    done = cli("HEAD", "HEAD")
    assert done.exit_code == 2
    assert "HEAD: has no empty/datapackage.json" in done.stderr
    assert cli("HEAD", "--package", "..").exit_code == 0
    assert cli("--package", "..").exit_code == 0
    assert cli("HEAD", "HEAD", "--package", "..").exit_code == 0


def test_the_variables_of_a_git_hook_lead_to_no_other_package(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_vintage(repository / "sub", "1.0.0", [A])
    first = commit(repository)
    write_vintage(package, "1.0.0", [A30])
    second = commit(repository)
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    assert mtopendata.diff(first, package).tables[0].changed == 1
    monkeypatch.delenv("GIT_DIR")
    git(repository, "replace", first, second)
    assert mtopendata.diff(first, package).tables[0].changed == 1


def test_outside_of_a_repository_a_version_must_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_vintage(tmp_path / "p", "1.0.0", [A]))
    done = cli()
    assert done.exit_code == 2
    assert "is in no git repository" in done.stderr
    assert cli("v1.0.0").exit_code == 2


def test_git_that_is_not_installed_is_no_traceback(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository)
    monkeypatch.setenv("PATH", str(repository))
    assert cli("HEAD").exit_code == 2
    assert cli(repository, repository).exit_code == 0


def test_a_revision_without_the_package_is_named(repository: Path) -> None:
    write_vintage(repository / "data", "1.0.0", [A])
    git(repository, "add", "CHANGELOG.md")
    git(repository, "commit", "--quiet", "--message", "x")
    done = cli("HEAD")
    assert done.exit_code == 2
    assert "HEAD: has no datapackage.json" in done.stderr
    assert "HEAD: has no data/datapackage.json" in cli("HEAD", "data").stderr


def test_a_broken_descriptor_of_a_revision_is_named_by_the_revision(repository: Path) -> None:
    (repository / "datapackage.json").write_text("{", "utf-8")
    commit(repository)
    done = cli("HEAD", write_vintage(repository, "1.0.0", [A]))
    assert done.exit_code == 2
    assert done.stderr.startswith("error HEAD:datapackage.json: is not JSON")


def test_only_the_files_of_the_package_are_taken_from_a_revision(repository: Path) -> None:
    (repository / "other.bin").write_bytes(b"x" * 100_000)
    (repository / "link").symlink_to("/etc/passwd")
    commit(repository)
    assert cli("HEAD", "--max-bytes", "10000").exit_code == 0
    done = cli("HEAD", "--max-bytes", "100")
    assert done.exit_code == 2
    assert "--max-bytes" in done.stderr


def test_a_link_in_a_revision_is_not_followed(repository: Path) -> None:
    (repository / "figures.csv").unlink()
    (repository / "figures.csv").symlink_to("/etc/passwd")
    commit(repository)
    (repository / "figures.csv").unlink()
    write_vintage(repository, "1.0.0", [A, B])
    assert "not-compared" in codes(mtopendata.diff("HEAD").report)


def test_a_revision_is_read_as_it_is_stored(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.csv text eol=crlf ident filter=evil\n", "utf-8")
    commit(repository)
    git(repository, "config", "filter.evil.smudge", "touch evil; sed s/29/28/g")
    found = mtopendata.diff("HEAD")
    assert not found.changed
    read = Report("old")
    for resource in found.old.resources:
        record(resource.found, read, 100)
    assert read.findings == []
    assert not (repository / "evil").exists()


def test_a_validation_that_compares_nothing_says_so_where_there_is_a_release(
    repository: Path,
) -> None:
    assert "release" not in run("validate").stderr
    commit(repository, tag="v1.0.0")
    other = write_vintage(repository / "a b", "1.0.0", [A])  # which no release has
    words = "nothing was compared with the last release, v1.0.0: mtopendata validate"
    assert run("validate").stderr.splitlines()[-1] == f"{words} --against last-release"
    assert "release" not in run("validate", other).stderr
    commit(repository, tag="v1.1.0")
    last = run("validate", "a b").stderr.splitlines()[-1]
    assert last == f"{words.replace('v1.0', 'v1.1')} 'a b' --against last-release"
    for options in (["--against", "last-release"], ["--format", "json"]):
        assert "nothing was compared" not in run("validate", *options).stderr


# What differs


def test_descriptor_rows_and_files_give_the_step_together(tmp_path: Path) -> None:
    old = write_version(tmp_path / "old", "k,v\na,1\n")
    for csv, properties, step in (
        ("k,v\na,1\n", {}, Step.NONE),
        ("k,v\na,2\n", {}, Step.PATCH),
        ("k,v\na,1\n", {"title": "T"}, Step.PATCH),
        ("k,v\na,1\nb,2\n", {"title": "T"}, Step.MINOR),
        ("k,w\na,1\n", {}, Step.MAJOR),
        ("k\na\n", {}, Step.MAJOR),
    ):
        found = mtopendata.diff(old, write_version(tmp_path / "new", csv, **properties))
        assert found.step is step
        assert codes(found.report) == ([] if step is Step.NONE else ["version-step"])
        assert found.changed is (step is not Step.NONE)


def test_a_renamed_field_is_compared_under_its_new_name(tmp_path: Path) -> None:
    old = write_version(tmp_path / "old", "k,v\na,1\nb,2\n")
    found = mtopendata.diff(old, write_version(tmp_path / "new", "k,w\na,1\nb,3\n", "2.0.0"))
    assert [change.kind for change in found.descriptor] == ["field-renamed"]
    [row] = found.tables[0].rows
    assert [(cell.field, cell.before, cell.after) for cell in row.cells] == [("w", "2", "3")]
    found = mtopendata.diff(old, write_version(tmp_path / "new", "j,v\na,1\nb,2\n", "2.0.0"))
    assert not any(found.tables)


def test_another_primary_key_is_compared_row_by_row(tmp_path: Path) -> None:
    old = write_version(tmp_path / "old", "k,v\na,1\nb,2\n")
    new = write_version(
        tmp_path / "new", "k,v\na,1\nb,3\n", "2.0.0", schema={"primaryKey": ["k", "v"]}
    )
    [table] = mtopendata.diff(old, new).tables
    assert (table.key, table.added, table.withdrawn) == ((), 1, 1)


def test_a_row_that_others_refer_to_is_a_major_step_to_withdraw(tmp_path: Path) -> None:
    key = {"fields": "v", "reference": {"resource": "", "fields": "k"}}
    old = write_version(tmp_path / "old", "k,v\na,\nb,\n", schema={"foreignKeys": [key]})
    new = write_version(tmp_path / "new", "k,v\na,\n", schema={"foreignKeys": [key]})
    assert mtopendata.diff(old, new).step is Step.MINOR  # its own rows are no other table
    for folder, rows in ((old, "a\nb\nc\n"), (new, "a\nc\n")):
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        (folder / "codes.csv").write_text(f"c\n{rows}", "utf-8")
        schema = {"fields": [{"name": "c", "type": "string"}], "primaryKey": "c"}
        descriptor["resources"].append({"name": "codes", "path": "codes.csv", "schema": schema})
        descriptor["resources"][0]["schema"]["foreignKeys"] = [
            {"fields": "v", "reference": {"resource": "codes", "fields": "c"}}
        ]
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    assert mtopendata.diff(old, new).step is Step.MINOR  # no row refers to it
    (old / "t.csv").write_text("k,v\na,b\nb,\n", "utf-8")
    assert mtopendata.diff(old, new).step is Step.MAJOR


def test_another_file_of_a_resource_without_rows_is_a_patch(tmp_path: Path) -> None:
    for name, data in (("old", b"1"), ("same", b"1"), ("new", b"2")):
        folder = write_version(tmp_path / name, "k\na\n")
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        descriptor["resources"].append({"name": "image", "path": "image.png"})
        (folder / "image.png").write_bytes(data)
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    assert not mtopendata.diff(tmp_path / "old", tmp_path / "same").changed
    found = mtopendata.diff(tmp_path / "old", tmp_path / "new")
    assert (found.files, found.step) == (["image"], Step.PATCH)


def test_inline_data_are_compared(tmp_path: Path) -> None:
    for name, value in (("old", 1), ("same", 1), ("new", 2)):
        folder = write_version(tmp_path / name, "k\na\n")
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        descriptor["resources"].append({"name": "inline", "data": {"a": [value]}})
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    assert not mtopendata.diff(tmp_path / "old", tmp_path / "same").changed
    assert mtopendata.diff(tmp_path / "old", tmp_path / "new").files == ["inline"]


def test_a_column_without_a_schema_that_is_gone_is_a_major_step(tmp_path: Path) -> None:
    for name, csv in (("old", "k,v\na,1\n"), ("new", "k,w\na,1\n")):
        folder = write_version(tmp_path / name, csv)
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        del descriptor["resources"][0]["schema"]
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    found = mtopendata.diff(tmp_path / "old", tmp_path / "new")
    assert [change.kind for change in found.descriptor] == ["field-removed", "field-added"]
    assert found.step is Step.MAJOR


def test_two_resources_of_one_name_are_not_compared(tmp_path: Path) -> None:
    for name in ("old", "new"):
        folder = write_version(tmp_path / name, "k\na\n")
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        descriptor["resources"] *= 2
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    report = mtopendata.diff(tmp_path / "old", tmp_path / "new").report
    assert codes(report).count("not-compared") == 2


def test_fields_may_be_called_as_patterns_of_polars(tmp_path: Path) -> None:
    old = write_version(tmp_path / "old", "*,^v.*$,v1\na,1,2\n")
    new = write_version(tmp_path / "new", "*,^v.*$,v1\na,1,3\nb,1,1\n", "1.1.0")
    [table] = mtopendata.diff(old, new).tables
    assert (table.cells, table.added) == ({"v1": 1}, 1)
    for folder in (old, new):
        text = (folder / "datapackage.json").read_text("utf-8")
        (folder / "datapackage.json").write_text(text.replace('"primaryKey"', '"x"'), "utf-8")
    [table] = mtopendata.diff(old, new).tables
    assert (table.added, table.withdrawn) == (2, 1)


def test_a_table_that_is_merely_called_revisions_is_no_log(tmp_path: Path) -> None:
    for name, csv in (("old", "k\na\n"), ("new", "k\na\nb\n")):
        folder = write_version(tmp_path / name, csv)
        text = (folder / "datapackage.json").read_text("utf-8")
        (folder / "datapackage.json").write_text(text.replace('"name": "t"', '"name": "revisions"'))
    assert mtopendata.diff(tmp_path / "old", tmp_path / "new").step is Step.MINOR


def test_rules_are_compared_by_what_they_say(tmp_path: Path) -> None:
    old = ROOT / "tests" / "packages" / "good-rule-balance"
    new = shutil.copytree(old, tmp_path / "new")
    terms = (new / "rule_terms.csv").read_text("utf-8")
    (new / "rule_terms.csv").write_text(terms.replace("r,1,b", "r,2,b") + "s,-1,a\n", "utf-8")
    rules = (new / "rules.csv").read_text("utf-8").splitlines()
    rules.append(rules[1].replace("r,=", "s,<=", 1))
    (new / "rules.csv").write_text("\n".join(rules) + "\n", "utf-8")
    found = mtopendata.diff(old, new).rules
    assert [(rule.kind, rule.rule, rule.before, rule.after) for rule in found] == [
        ("changed", "r", "a + b = c (error)", "a + 2 × b = c (error)"),
        ("added", "s", None, "0 ≤ a (error)"),
    ]


ROUNDED = {
    "value": 1_200_000, "qualifier": "rounded", "lower": 1_150_000, "upper": 1_249_999,
    "printed": "1.2 million",
}  # fmt: skip
ABOUT = {"value": 20, "qualifier": "about", "lower": None, "upper": None, "printed": "about 20"}
MORE = {
    "value": 20, "qualifier": "more_than", "lower": 21, "upper": None, "printed": "more than 20",
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "difference", "percent", "beyond"),
    [
        ({"value": 29}, {"value": 30}, "1", "3.448276", True),
        ({"value": 0}, {"value": 3}, "3", None, True),
        ({"value": 29}, {"value": 0}, "-29", "-100", True),
        ({"value": 29}, {"value": None}, None, None, None),
        # Within what the printed texts leave open, and beyond it.
        (ROUNDED, {"value": 1_240_000}, "40000", "3.333333", False),
        (ROUNDED, {"value": 1_250_000}, "50000", "4.166667", True),
        (MORE, {"value": 30}, "10", "50", False),
        (MORE, {"value": 10}, "-10", "-50", True),
        (ABOUT, {"value": 30}, "10", "50", None),
        # A row that contradicts itself leaves nothing open.
        (MORE, {"value": 30, "printed": "31"}, "10", "50", None),
        ({**ROUNDED, "upper": 2_000_000}, {"value": 1_250_000}, "50000", "4.166667", None),
    ],
)  # fmt: skip
def test_a_difference_is_held_against_what_rounding_explains(
    before: dict[str, Any], after: dict[str, Any], difference: str | None, percent: str | None,
    beyond: bool | None, tmp_path: Path,
) -> None:  # fmt: skip
    value = before["value"]
    old = write_vintage(tmp_path / "old", "1.0.0", [{**figure("a", 2023, value), **before}])
    value = after["value"]
    new = write_vintage(tmp_path / "new", "1.0.1", [{**figure("a", 2023, value), **after}])
    [table] = mtopendata.diff(old, new).to_dict()["tables"]
    [row] = table["rows"]
    assert (row["difference"], row["percent"], row["beyond_rounding"]) == (
        difference, percent, beyond,
    )  # fmt: skip


def test_a_row_that_contradicts_itself_explains_no_change(tmp_path: Path) -> None:
    old = write_vintage(tmp_path / "old", "1.0.0", [A, B])
    rows = [{**A30, "upper": 40}, B]
    new = write_vintage(tmp_path / "new", "1.0.1", rows, [revision(A, "1.0.1")])
    found = mtopendata.diff(old, new)
    assert [figure.wrong for figure in found.figures] == [("new",)]
    assert set(codes(found.report)) == {"bounds", "printed"}
    done = cli(old, new)
    assert done.exit_code == 1
    assert "value 29 → 30, +1 (+3.4 %), but the new row has errors" in done.stdout


# Version and changelog


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1.0.0", "1.0.1", []),
        ("1.0.0", "1.0.0", ["version-step"]),
        ("1.0.0", "0.9.0", ["version-step"]),
        ("1.0.0", "two", ["version-step"]),
        ("1.0.0", "", ["version-step"]),
        ("2023", "1.0.0", []),
        ("2023", "2024", ["version-step"]),
    ],
)
def test_a_changed_package_has_a_version_that_tells_it_from_the_earlier_one(
    old: str, new: str, expected: list[str], tmp_path: Path
) -> None:
    before = write_version(tmp_path / "old", "k,v\na,1\n", old)
    after = write_version(tmp_path / "new", "k,v\na,2\n", new)
    assert codes(mtopendata.diff(before, after).report) == expected


def test_an_unchanged_package_may_have_any_later_version_but_no_earlier_one(
    tmp_path: Path,
) -> None:
    old = write_version(tmp_path / "old", "k\na\n", "1.0.0")
    for version, expected in (("1.0.0", []), ("3.0.0", []), ("0.1.0", ["version-step"])):
        found = mtopendata.diff(old, write_version(tmp_path / "new", "k\na\n", version))
        assert codes(found.report) == expected


def test_of_packages_without_a_version_nothing_is_asked(tmp_path: Path) -> None:
    for name, csv in (("old", "k,v\na,1\nb,1\n"), ("new", "k,v\na,2\n")):
        folder = write_version(tmp_path / name, csv)
        text = (folder / "datapackage.json").read_text("utf-8")
        (folder / "datapackage.json").write_text(text.replace('"version": "1.0.0", ', ""))
        (folder / "CHANGELOG.md").unlink()
    old, new = tmp_path / "old", tmp_path / "new"
    done = cli(old, new)
    assert done.exit_code == 0
    assert "1 changed, 1 withdrawn" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert ": changed (the changes need a minor step, but no version is declared;" in last
    assert not mtopendata.diff(old, new).is_judged
    report = mtopendata.validate(new, against=old)
    assert [item.code for item in report.findings if item.check] == ["version-step"]


def test_of_figures_without_a_version_nothing_is_asked(tmp_path: Path) -> None:
    old = write_vintage(tmp_path / "old", None, [A, B], None, changelog=None)
    new = write_vintage(tmp_path / "new", None, [A30, B], None, changelog=None)
    found = mtopendata.diff(old, new)
    assert [figure.difference for figure in found.figures] == [1]
    assert codes(found.report) == []
    assert "not-compared" in codes(mtopendata.validate(new, against=old))


def test_a_package_without_a_changelog_is_warned(tmp_path: Path) -> None:
    old = write_version(tmp_path / "old", "k,v\na,1\n")
    new = write_version(tmp_path / "new", "k,v\na,2\n", "1.0.1")
    (new / "CHANGELOG.md").write_text("## 1.0.0\n", "utf-8")
    assert codes(mtopendata.diff(old, new).report) == ["changelog"]
    assert cli(old, new).exit_code == 1
    (new / "CHANGELOG.md").unlink()
    assert codes(mtopendata.diff(old, new).report) == ["changelog"]
    assert cli(old, new).exit_code == 1  # there was one
    (old / "CHANGELOG.md").unlink()
    assert codes(mtopendata.diff(old, new).report) == ["changelog"]
    assert cli(old, new).exit_code == 0
    assert cli(old, new, "--strict").exit_code == 1


def test_a_revision_has_the_changelog_of_its_time(repository: Path) -> None:
    package = write_vintage(repository / "data", "1.0.0", [A], changelog=None)
    commit(repository)
    write_vintage(package, "1.0.1", [A30], [revision(A, "1.0.1")], changelog=None)
    (repository / "CHANGELOG.md").write_text("## 1.0.1\n", "utf-8")
    commit(repository)
    (repository / "CHANGELOG.md").unlink()
    os.chdir(package)
    assert codes(mtopendata.diff("HEAD~1", "HEAD").report) == []
    assert codes(mtopendata.diff("HEAD~1").report) == ["changelog"]


# What publishers do to a table without changing its rows

ROWS = "id,name,v\n1,Zoë,1.50\n2,b,2\n"
RECORDS = [{"id": 1, "name": "Zoë", "v": 1.5}, {"id": 2, "name": "b", "v": 2}]
SAME: dict[str, tuple[str, str | bytes, dict[str, Any], dict[str, str]]] = {
    "line ends": ("t.csv", ROWS.replace("\n", "\r\n"), {}, {}),
    "order of rows": ("t.csv", "id,name,v\n2,b,2\n1,Zoë,1.50\n", {}, {}),
    "encoding": ("t.csv", ROWS.encode("latin-1"), {"encoding": "latin-1"}, {}),
    "byte order mark": ("t.csv", b"\xef\xbb\xbf" + ROWS.encode(), {}, {}),
    "delimiter": ("t.csv", ROWS.replace(",", ";"), {"dialect": {"delimiter": ";"}}, {}),
    "compression": ("t.csv.gz", gzip.compress(ROWS.encode()), {}, {}),
    "format": ("t.json", json.dumps(RECORDS), {}, {}),
    "spelling of numbers": ("t.csv", ROWS.replace("2,b,2", "2,b,2.0"), {}, {}),
    "numbers as text": ("t.csv", ROWS, {}, {"v": "string"}),
    "keys as text": ("t.csv", ROWS, {}, {"id": "string"}),
    "whole numbers": ("t.csv", ROWS, {}, {"id": "number"}),
}


@pytest.mark.parametrize("kind", SAME)
@pytest.mark.parametrize("way", [1, -1])
def test_a_table_that_is_stored_otherwise_has_the_same_rows(
    kind: str, way: int, tmp_path: Path
) -> None:
    path, content, how, types = SAME[kind]
    usual = {"id": "integer", "name": "string", "v": "number"}
    for name, file, data, properties, given in (
        ("old", "t.csv", ROWS, {}, usual), ("new", path, content, how, usual | types),
    ):  # fmt: skip
        fields = [{"name": field, "type": type_} for field, type_ in given.items()]
        schema = {"fields": fields, "primaryKey": "id"}
        resource = {"name": "t", "path": file, "schema": schema, **properties}
        write_package(tmp_path / name, {"name": "p", "resources": [resource]}, {file: data})
    old, new = [tmp_path / name for name in ("old", "new")][::way]
    [table] = mtopendata.diff(old, new).tables
    assert not table
    assert table.key == ("id",)
