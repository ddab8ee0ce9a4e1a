"""The hooks for pre-commit do what they say, in repositories of their own."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kit.git import ENVIRONMENT, commit, git, initialise
from tests.kit.packages import ROOT, copy_own, replace_text

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text("utf-8"))


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """A command in a repository, with a home of its own."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **ENVIRONMENT, "PRE_COMMIT_HOME": str(home),
             "PRE_COMMIT_COLOR": "never"},
    )  # fmt: skip


def pre_commit(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", "pre_commit", *command)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A repository with the package of this one, released as 1.0.0."""
    folder = copy_own(initialise(tmp_path / "data"), "CHANGELOG.md")
    commit(folder, "released", tag="v1.0.0")
    return folder


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """This repository as it stands, committed elsewhere."""
    folder = tmp_path / "hooks"
    for name in ("src", "resources"):
        shutil.copytree(ROOT / name, folder / name)
    for name in (
        ".pre-commit-hooks.yaml",
        "CHANGELOG.md",
        "pyproject.toml",
        "datapackage.json",
        "README.md",
        "LICENSE",
    ):
        shutil.copy(ROOT / name, folder)
    commit(initialise(folder), "as it stands")
    return folder


def test_the_manifest_is_right_by_pre_commit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", MANIFEST],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_pre_commit_installs_the_hooks_which_tell_a_valid_package_from_an_explained_one(
    data: Path, hooks: Path
) -> None:
    replace_text(
        data / "resources" / "figures.csv",
        '1747,exact,1747,1747,report,"1,747"',
        '1746,exact,1746,1746,report,"1,746"',
    )
    done = pre_commit(data, "try-repo", hooks, "--all-files", "--verbose")
    if "No matching distribution found" in done.stdout:
        pytest.skip("pip, which pre-commit calls, reaches no index of packages")
    assert done.returncode == 1, done.stdout + done.stderr
    first, second = done.stdout.split("explain every change of the Data Package")
    assert "validate the Data Package" in first
    assert "Passed" in first
    assert "datapackage.json: valid" in first
    assert "Failed" in second
    assert "exit code: 1" in second
    assert "reports_to_law_enforcement" in second


def test_the_examples_in_the_docs_name_hooks_that_there_are(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall("```yaml\n(.+?)\n```", text, re.DOTALL)]
    [config] = [block for block in blocks if "repos" in block]
    assert [hook["id"] for hook in config["repos"][0]["hooks"]] == [hook["id"] for hook in HOOKS]
    file = tmp_path / ".pre-commit-config.yaml"
    file.write_text(yaml.safe_dump(config), "utf-8")
    done = pre_commit(tmp_path, "validate-config", file)
    assert done.returncode == 0, done.stdout
    partial = [
        hook for block in blocks if isinstance(block, list) for hook in block if "id" in hook
    ]
    hooks = [hook for hook in partial if "uses" not in hook]
    assert {hook["id"] for hook in hooks} == {hook["id"] for hook in HOOKS}


@pytest.fixture
def installed(data: Path) -> Path:
    """The data's repository with the hooks in place, which run the program of the tests."""
    folder = str(Path(sys.executable).parent)
    local = [{**hook, "entry": f"{folder}/{hook['entry']}", "language": "system"} for hook in HOOKS]
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (data / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    git(data, "add", ".pre-commit-config.yaml")
    return data


@pytest.mark.slow
def test_a_good_package_passes_the_hooks(installed: Path) -> None:
    done = pre_commit(installed, "run")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_broken_package_does_not_get_committed(installed: Path) -> None:
    replace_text(installed / "resources" / "figures.csv", ",1747,", ",x,")
    git(installed, "add", "--all")
    done = pre_commit(installed, "run", "mtopendata")
    assert done.returncode == 1
    assert "resources/figures.csv:4" in done.stdout


@pytest.mark.slow
def test_a_commit_that_only_deletes_a_table_is_checked_too(installed: Path) -> None:
    commit(installed, "the hooks")
    git(installed, "rm", "--quiet", "resources/areas.csv")
    done = pre_commit(installed, "run", "mtopendata")
    assert done.returncode == 1
    assert "resources/areas.csv" in done.stdout


def moved(installed: Path, **arguments: list[str]) -> None:
    """Put the package into a folder, and give the hooks these arguments."""
    (installed / "sub").mkdir()
    for name in ("datapackage.json", "resources"):
        shutil.move(installed / name, installed / "sub" / name)
    config = installed / ".pre-commit-config.yaml"
    content = yaml.safe_load(config.read_text("utf-8"))
    for hook in content["repos"][0]["hooks"]:
        if hook["id"] in arguments:
            hook["args"] = arguments[hook["id"]]
    config.write_text(json.dumps(content), "utf-8")
    git(installed, "add", "--all")


@pytest.mark.slow
def test_the_arguments_of_a_hook_name_the_package(installed: Path) -> None:
    arguments = {"mtopendata": ["sub"], "mtopendata-diff": ["--package", "sub"]}
    git(installed, "tag", "--delete", "v1.0.0")
    moved(installed, **arguments)
    commit(installed, "moved")
    done = pre_commit(installed, "run", "--verbose")
    assert done.returncode == 0, done.stdout
    assert "sub: valid" in done.stdout
    assert "HEAD (1.0.0) → sub (1.0.0)" in done.stdout
    git(installed, "tag", "v1.0.0")
    assert "v1.0.0 → sub (1.0.0)" in pre_commit(installed, "run", "--verbose").stdout


@pytest.mark.slow
def test_where_no_package_is_the_hooks_fail(installed: Path) -> None:
    moved(installed)
    for hook in HOOKS:
        done = pre_commit(installed, "run", hook["id"])
        assert done.returncode == 1
        assert "exit code: 2" in done.stdout
        assert re.search(r"has no datapackage\.json|datapackage\.json: does not", done.stdout)
