"""Two versions of a package: which they are, what differs, and what readers are told."""

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import mtopendata
from mtopendata.cli import main
from mtopendata.comparison import Comparison
from mtopendata.render import DIFF_RENDERERS
from mtopendata.render.changes_markdown import MAX_CHARACTERS
from mtopendata.tables import Options
from mtopendata.versions import Step
from vintages import FIELDS, figure, revision, write_vintage

ROOT = Path(__file__).parents[1]
SCHEMA, REPORT = (
    json.loads((ROOT / "docs" / f"{name}.schema.json").read_text("utf-8"))
    for name in ("diff", "report")
)
A, B = figure("a", 2023, 29), figure("b", 2023, 7)
A30 = figure("a", 2023, 30)


def cli(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


def git(folder: Path, *command: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=0")
    done = subprocess.run(
        ["git", *identity, *command], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, tag: str | None = None) -> str:
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")
    if tag:
        git(folder, "tag", tag)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the package in it as version 1.0.0, and that as the working directory."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    write_vintage(tmp_path, "1.0.0", [A, B])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_table(folder: Path, csv: str, version: str = "1.0.0", **properties: Any) -> Path:
    """A package of one table, t.csv."""
    folder.mkdir(exist_ok=True)
    (folder / "t.csv").write_text(csv, "utf-8")
    names = csv.split("\n", 1)[0].split(",")
    schema: dict[str, Any] = {"fields": [{"name": name, "type": "string"} for name in names]}
    schema["primaryKey"] = names[0]
    resource = {"name": "t", "path": "t.csv", "schema": schema | properties.pop("schema", {})}
    descriptor = {"name": "p", "version": version, "resources": [resource], **properties}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    (folder / "CHANGELOG.md").write_text(f"## {version}\n", "utf-8")
    return folder


def codes(comparison: Comparison) -> list[str]:
    return [finding.code for finding in comparison.report.findings]


# Which versions


def test_the_last_release_is_compared_with_the_working_tree(repository: Path) -> None:
    commit(repository, "v1.0.0")
    write_vintage(repository, "1.9.0", [A, B])
    commit(repository, "v1.9.0")
    write_vintage(repository, "1.10.0", [A, B, figure("c", 2023, 1, "1.10.0")])
    commit(repository, "v1.10.0")
    write_vintage(repository, "2.0.0-rc.1", [A])
    commit(repository, "v2.0.0-rc.1")
    git(repository, "tag", "nightly")
    found = mtopendata.diff()
    assert (found.old.label, str(found.old.version)) == ("v1.10.0", "1.10.0")
    assert (found.new.label, str(found.new.version)) == ("datapackage.json", "2.0.0-rc.1")
    assert [row.kind for row in found.tables[0].rows] == ["withdrawn", "withdrawn"]
    assert mtopendata.diff("last-release").old.label == "v1.10.0"


def test_a_last_release_that_is_named_is_not_replaced_by_head(repository: Path) -> None:
    commit(repository, "nightly")
    done = cli("last-release")
    assert done.exit_code == 2
    assert "no tag such as v1.0.0" in done.stderr


def test_a_release_of_another_branch_is_not_the_last_one(repository: Path) -> None:
    commit(repository, "v1.0.0")
    git(repository, "checkout", "--quiet", "-b", "other")
    commit(repository, "v9.0.0")
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
    assert "not-compared" in codes(mtopendata.diff("HEAD"))


def test_a_revision_is_read_as_it_is_stored(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.csv text eol=crlf ident filter=evil\n", "utf-8")
    commit(repository)
    git(repository, "config", "filter.evil.smudge", "touch evil; sed s/29/28/g")
    found = mtopendata.diff("HEAD")
    assert not found.changed
    assert found.old.report.findings == []
    assert not (repository / "evil").exists()


# What differs


def test_descriptor_rows_and_files_give_the_step_together(tmp_path: Path) -> None:
    old = write_table(tmp_path / "old", "k,v\na,1\n")
    for csv, properties, step in (
        ("k,v\na,1\n", {}, Step.NONE),
        ("k,v\na,2\n", {}, Step.PATCH),
        ("k,v\na,1\n", {"title": "T"}, Step.PATCH),
        ("k,v\na,1\nb,2\n", {"title": "T"}, Step.MINOR),
        ("k,w\na,1\n", {}, Step.MAJOR),
        ("k\na\n", {}, Step.MAJOR),
    ):
        found = mtopendata.diff(old, write_table(tmp_path / "new", csv, **properties))
        assert found.step is step
        assert codes(found) == ([] if step is Step.NONE else ["version-step"])
        assert found.changed is (step is not Step.NONE)


def test_a_renamed_field_is_compared_under_its_new_name(tmp_path: Path) -> None:
    old = write_table(tmp_path / "old", "k,v\na,1\nb,2\n")
    found = mtopendata.diff(old, write_table(tmp_path / "new", "k,w\na,1\nb,3\n", "2.0.0"))
    assert [change.kind for change in found.descriptor] == ["field-renamed"]
    [row] = found.tables[0].rows
    assert [(cell.field, cell.before, cell.after) for cell in row.cells] == [("w", "2", "3")]
    found = mtopendata.diff(old, write_table(tmp_path / "new", "j,v\na,1\nb,2\n", "2.0.0"))
    assert not any(found.tables)


def test_another_primary_key_is_compared_row_by_row(tmp_path: Path) -> None:
    old = write_table(tmp_path / "old", "k,v\na,1\nb,2\n")
    new = write_table(
        tmp_path / "new", "k,v\na,1\nb,3\n", "2.0.0", schema={"primaryKey": ["k", "v"]}
    )
    [table] = mtopendata.diff(old, new).tables
    assert (table.key, table.added, table.withdrawn) == ((), 1, 1)


def test_a_row_that_others_refer_to_is_a_major_step_to_withdraw(tmp_path: Path) -> None:
    key = {"fields": "v", "reference": {"resource": "", "fields": "k"}}
    old = write_table(tmp_path / "old", "k,v\na,\nb,\n", schema={"foreignKeys": [key]})
    new = write_table(tmp_path / "new", "k,v\na,\n", schema={"foreignKeys": [key]})
    assert mtopendata.diff(old, new).step is Step.MINOR  # its own rows are no other table
    for folder, rows in ((old, "a\nb\n"), (new, "a\n")):
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        (folder / "codes.csv").write_text(f"c\n{rows}", "utf-8")
        schema = {"fields": [{"name": "c", "type": "string"}], "primaryKey": "c"}
        descriptor["resources"].append({"name": "codes", "path": "codes.csv", "schema": schema})
        descriptor["resources"][0]["schema"]["foreignKeys"] = [
            {"fields": "v", "reference": {"resource": "codes", "fields": "c"}}
        ]
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    assert mtopendata.diff(old, new).step is Step.MAJOR


def test_another_file_of_a_resource_without_rows_is_a_patch(tmp_path: Path) -> None:
    for name, data in (("old", b"1"), ("same", b"1"), ("new", b"2")):
        folder = write_table(tmp_path / name, "k\na\n")
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        descriptor["resources"].append({"name": "image", "path": "image.png"})
        (folder / "image.png").write_bytes(data)
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    assert not mtopendata.diff(tmp_path / "old", tmp_path / "same").changed
    found = mtopendata.diff(tmp_path / "old", tmp_path / "new")
    assert (found.files, found.step) == (["image"], Step.PATCH)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("k,v\na,1\n", "k,v\na,1\na,2\n"),  # a key that stands twice
        ("k,v\na,1\n,2\n", "k,v\na,1\n"),
        ("k,v\na,1\n", "k,v\na,1,2\n"),
        ("k,v\na,1\n", "v,k\na,1\n"),
    ],
)
def test_a_table_that_cannot_be_compared_is_not_taken_for_unchanged(
    old: str, new: str, tmp_path: Path
) -> None:
    schema = {"fields": [{"name": "k", "type": "string"}, {"name": "v", "type": "string"}]}
    before = write_table(tmp_path / "old", old, schema=schema | {"primaryKey": "k"})
    after = write_table(tmp_path / "new", new, schema=schema | {"primaryKey": "k"})
    found = mtopendata.diff(before, after)
    assert codes(found) == ["not-compared"]
    assert found.tables == []
    assert cli(before, after).exit_code == 1


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


@pytest.mark.parametrize(
    ("before", "after", "difference", "percent", "beyond"),
    [
        ({"value": 29}, {"value": 30}, "1", "3.448276", True),
        ({"value": 0}, {"value": 3}, "3", None, True),
        ({"value": 29}, {"value": 0}, "-29", "-100", True),
        ({"value": 29}, {"value": None}, None, None, None),
        # Within what the printed texts leave open, and beyond it.
        (
            {"value": 20, "qualifier": "rounded", "lower": 15, "upper": 24},
            {"value": 24}, "4", "20", False,
        ),
        (
            {"value": 20, "qualifier": "rounded", "lower": 15, "upper": 24},
            {"value": 25}, "5", "25", True,
        ),
        (
            {"value": 20, "qualifier": "more_than", "lower": 21, "upper": None},
            {"value": 30}, "10", "50", False,
        ),
        (
            {"value": 20, "qualifier": "more_than", "lower": 21, "upper": None},
            {"value": 10}, "-10", "-50", True,
        ),
        (
            {"value": 20, "qualifier": "about", "lower": None, "upper": None},
            {"value": 30}, "10", "50", None,
        ),
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
    before = write_table(tmp_path / "old", "k,v\na,1\n", old)
    after = write_table(tmp_path / "new", "k,v\na,2\n", new)
    assert codes(mtopendata.diff(before, after)) == expected


def test_an_unchanged_package_may_have_any_later_version_but_no_earlier_one(
    tmp_path: Path,
) -> None:
    old = write_table(tmp_path / "old", "k\na\n", "1.0.0")
    for version, expected in (("1.0.0", []), ("3.0.0", []), ("0.1.0", ["version-step"])):
        found = mtopendata.diff(old, write_table(tmp_path / "new", "k\na\n", version))
        assert codes(found) == expected


def test_a_package_without_a_changelog_is_warned(tmp_path: Path) -> None:
    old = write_table(tmp_path / "old", "k,v\na,1\n")
    new = write_table(tmp_path / "new", "k,v\na,2\n", "1.0.1")
    (new / "CHANGELOG.md").write_text("## 1.0.0\n", "utf-8")
    assert codes(mtopendata.diff(old, new)) == ["changelog"]
    assert cli(old, new).exit_code == 1
    (new / "CHANGELOG.md").unlink()
    assert codes(mtopendata.diff(old, new)) == ["changelog"]
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
    assert codes(mtopendata.diff("HEAD~1", "HEAD")) == []
    assert codes(mtopendata.diff("HEAD~1")) == ["changelog"]


# What people and programs are told


@pytest.fixture
def changed(tmp_path: Path) -> Comparison:
    """A comparison with something in each of its parts."""
    nasty = {"note": "<b>*x*</b> | `y`\n::error::z\x1b[31m", "since": "1.0.1"}
    old = write_vintage(tmp_path / "old", "1.0.0", [A, B, figure("gone", 2023, 1)], title="T")
    rows = [A30, {**B, "note": "n"}, {**figure("new", 2023, 3), **nasty}]
    new = write_vintage(
        tmp_path / "new", "1.0.1", rows, [revision(A, "1.0.1", note="*Seen* by <i>us</i>.")],
        title="<script>", fields={**FIELDS, "more": "string"},
    )  # fmt: skip
    return mtopendata.diff(old, new)


def test_the_json_fits_its_published_schema(changed: Comparison, tmp_path: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    known = Registry().with_resource("report.schema.json", DRAFT202012.create_resource(REPORT))
    validator = Draft202012Validator(SCHEMA, registry=known)
    unchanged = mtopendata.diff(tmp_path / "old", tmp_path / "old")
    for comparison in (changed, unchanged, mtopendata.diff(ROOT, tmp_path / "new")):
        validator.validate(json.loads(DIFF_RENDERERS["json"](comparison)))
    found = json.loads(DIFF_RENDERERS["json"](changed))
    assert found["explained"] is False
    assert found["step"] == "major"
    assert found["next_version"] == "2.0.0"


def test_the_text_has_no_control_characters_of_the_data(changed: Comparison) -> None:
    text = DIFF_RENDERERS["text"](changed, verbose=True)
    assert "\x1b[31mz" not in text
    assert all(not line.startswith("::") for line in text.splitlines())
    assert "value 29 → 30, +1 (+3.4 %), more than rounding explains" in text
    assert "correction: *Seen* by <i>us</i>." in text


def test_the_markdown_shows_data_as_text(changed: Comparison) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(DIFF_RENDERERS["markdown"](changed))
    inline = [child for token in tokens for child in token.children or []]
    assert {token.type for token in inline} <= {
        "text",
        "code_inline",
        "softbreak",
        "em_open",
        "em_close",
    }
    emphasised = [
        inline[n + 1].content for n, token in enumerate(inline) if token.type == "em_open"
    ]
    assert set(emphasised) <= {"none", "not reported"}
    blocks = {token.content for token in tokens if token.type == "html_block"}
    assert blocks <= {"</details>\n", "<details><summary>"}
    cells = ["".join(c.content for c in t.children or []) for t in tokens if t.type == "inline"]
    assert "correction: *Seen* by <i>us</i>." in cells
    fences = [token for token in tokens if token.type == "fence"]
    assert [fence.info for fence in fences] == ["csv"]
    assert fences[0].content.splitlines() == changed.rows_to_add


def test_the_markdown_fits_into_a_comment_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    note = "x" * 500
    rows = [figure("a", year, year, note=note) for year in range(1000, 2000)]
    old = write_vintage(tmp_path / "old", "1.0.0", rows)
    new = write_vintage(tmp_path / "new", "1.0.0", [{**row, "note": "y" * 500} for row in rows])
    comparison = mtopendata.diff(old, new, Options(limit=1000))
    text = DIFF_RENDERERS["markdown"](comparison)
    assert len(text) <= MAX_CHARACTERS
    assert "more" in text
    assert "1,000 changed" in text


def test_the_same_comparison_is_written_in_several_forms(tmp_path: Path) -> None:
    old = write_vintage(tmp_path / "old", "1.0.0", [A])
    new = write_vintage(tmp_path / "new", "1.0.1", [A30])
    outputs = [f"--output={name}={tmp_path / name}" for name in DIFF_RENDERERS]
    done = cli(old, new, *outputs)
    assert done.exit_code == 1
    assert (tmp_path / "text").read_text("utf-8") == done.stdout
    assert json.loads((tmp_path / "json").read_text("utf-8"))["explained"] is False
    assert "#### What is missing" in (tmp_path / "markdown").read_text("utf-8")
