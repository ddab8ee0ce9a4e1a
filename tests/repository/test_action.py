"""The action does what it says: its steps run here one after the other, as a runner runs them.

GitHub itself is played by a repository on disk and by a `gh` that keeps comments in a file.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

import mtopendata
from tests.kit.git import commit, git, initialise
from tests.kit.packages import ROOT, copy_own, replace_text

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
BASE, CHECK, COMMENT = "Find the base", "Validate and compare", "Comment on the pull request"
NOBODY = "0" * 40
MARKER = "<!-- mtopendata: . -->"
BOT = "github-actions[bot]"

GH = f"""#!{sys.executable}
import argparse, json, os, pathlib, sys
import jq

parser = argparse.ArgumentParser()
parser.add_argument("api", choices=["api"])
parser.add_argument("place")
parser.add_argument("--method", default="GET")
parser.add_argument("--jq", default=".")
parser.add_argument("--paginate", action="store_true")
parser.add_argument("--silent", action="store_true")
parser.add_argument("-f", dest="text")
parser.add_argument("-F", dest="field")
call = parser.parse_args()
assert os.environ["GH_TOKEN"]
store = pathlib.Path(os.environ["GH_STORE"])
comments = json.loads(store.read_text("utf-8"))
place = call.place.split("?")[0]
thread = "repos/owner/data/issues/7/comments"
answer = None
if place == "graphql":
    assert call.text == "query={{ viewer {{ login }} }}"
    answer = {{"data": {{"viewer": {{"login": "{BOT}"}}}}}}
elif call.method == "GET" and place == thread:
    assert call.paginate
    answer = comments
elif os.environ.get("GH_READ_ONLY"):
    sys.exit("gh: Resource not accessible by integration (HTTP 403)")
else:
    assert call.field.startswith("body=@")
    body = pathlib.Path(call.field[6:]).read_text("utf-8")
    if len(body) > 65536:
        sys.exit("gh: Body is too long (maximum is 65536 characters) (HTTP 422)")
    if call.method == "POST" and place == thread:
        comments.append({{"id": len(comments) + 1, "user": {{"login": "{BOT}"}}, "body": body}})
    else:
        assert call.method == "PATCH"
        comment, = [c for c in comments if place == f"repos/owner/data/issues/comments/{{c['id']}}"]
        comment["body"] = body
    store.write_text(json.dumps(comments), "utf-8")
if answer is not None and not call.silent:
    for found in jq.compile(call.jq).input_value(answer):
        print(found if isinstance(found, str) else json.dumps(found))
"""


def value(expression: str, context: Mapping[str, Any]) -> str:
    """An expression of GitHub's as far as the action uses them: paths and `||`."""
    for path in expression.split(" || "):
        found: Any = context
        for name in path.split("."):
            found = found.get(name, "") if isinstance(found, Mapping) else ""
        if found:
            return str(found)
    return ""


def expand(text: str, context: Mapping[str, Any]) -> str:
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda match: value(match[1], context), text)


def holds(condition: str, context: Mapping[str, Any]) -> bool:
    """A condition as far as the action uses them: `&&`, and `==` with a text."""
    for term in condition.split(" && "):
        left, _, right = term.partition(" == ")
        found = value(left, context)
        if not (found == right.strip("'") if right else found):
            return False
    return True


@dataclass
class Run:
    """What a run of the action, or of some of its steps, left behind."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Runner:
    """A job on a pull request of `owner/data`, in a checkout of one commit."""

    folder: Path
    workspace: Path
    env: dict[str, str]

    def comments(self) -> list[str]:
        found = json.loads((self.folder / "comments.json").read_text("utf-8"))
        return [comment["body"] for comment in found if comment["user"]["login"] == BOT]

    def run(
        self,
        event: Mapping[str, Any],
        name: str = "pull_request",
        only: Iterable[str] = (),
        outputs: Mapping[str, dict[str, str]] | None = None,
        **inputs: str,
    ) -> Run:
        """Run the steps, or `only` some, in their order until one fails."""
        run = Run(outputs={"python": {"python-path": sys.executable}})
        run.outputs |= {"install": {"python": sys.executable}, **(outputs or {})}
        context: dict[str, Any] = {"github": {"event": event, "token": "t"}}
        context["inputs"] = {
            key: expand(str(item["default"]), context) for key, item in ACTION["inputs"].items()
        } | inputs
        for step in STEPS:
            if "uses" in step or step.get("id") == "install" or (only and step["name"] not in only):
                continue
            context["steps"] = {key: {"outputs": item} for key, item in run.outputs.items()}
            if "if" in step and not holds(step["if"], context):
                continue
            files = {key: self.folder / key for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
            for file in files.values():
                file.write_text("", "utf-8")
            script = self.folder / "step.sh"
            script.write_text(step["run"], "utf-8")
            env = {key: expand(str(text), context) for key, text in step.get("env", {}).items()}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
                cwd=self.workspace, capture_output=True, text=True, check=False,
                env={"GITHUB_EVENT_NAME": name, **self.env, **env}
                | {key: str(file) for key, file in files.items()},
            )  # fmt: skip
            run.log += done.stdout + done.stderr
            run.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
            lines = files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
            if "id" in step:
                run.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)
            run.code = done.returncode
            if run.code:
                break
        return run


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with the package of this one, released as 1.0.0 on main."""
    folder = initialise(tmp_path / "origin")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub does
    copy_own(folder, "CHANGELOG.md")
    commit(folder, "released", tag="v1.0.0")
    return folder


@pytest.fixture
def runner(tmp_path: Path, origin: Path) -> Runner:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text(GH, "utf-8")
    (programs / "gh").chmod(0o755)
    (tmp_path / "comments.json").write_text("[]", "utf-8")
    temporary = tmp_path / "runner temp"
    temporary.mkdir()
    workspace = tmp_path / "work space"
    workspace.mkdir()
    git(workspace, "init", "--quiet")
    git(workspace, "remote", "add", "origin", origin.as_uri())
    env = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path),
        "RUNNER_TEMP": str(temporary), "RUNNER_OS": "Linux", "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_WORKSPACE": str(workspace), "GITHUB_REPOSITORY": "owner/data",
        "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "1",
        "GH_STORE": str(tmp_path / "comments.json"), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    return Runner(tmp_path, workspace, env)


def check_out(runner: Runner, revision: str) -> None:
    """One commit, as actions/checkout fetches it."""
    git(runner.workspace, "fetch", "--quiet", "--depth=1", "--no-tags", "origin", revision)
    git(runner.workspace, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    runner.env["GITHUB_SHA"] = git(runner.workspace, "rev-parse", "HEAD")


def pull_request(runner: Runner, origin: Path) -> dict[str, Any]:
    """Offer the files in the folder of `origin` as the pull request 7, merged into main."""
    base = git(origin, "rev-parse", "main")
    git(origin, "checkout", "--quiet", "-B", "change")
    commit(origin, "change")
    return {"pull_request": {"number": 7, "base": {"sha": base}}} | merged(runner, origin)


def merged(runner: Runner, origin: Path) -> dict[str, Any]:
    """Check out what the pull request's merge into main would be."""
    git(origin, "checkout", "--quiet", "--detach", "main")
    git(origin, "merge", "--quiet", "--no-ff", "--message", "parent 0", "change")
    check_out(runner, git(origin, "rev-parse", "HEAD"))
    git(origin, "checkout", "--quiet", "main")
    return {}


def explained_change(origin: Path) -> None:
    """A better description, the version that it asks for, and its line in the changelog."""
    version = json.loads((origin / "datapackage.json").read_text("utf-8"))["version"]
    major, minor, patch = version.split(".")
    fresh = f"{major}.{minor}.{int(patch) + 1}"
    mtopendata.bump(fresh, origin)
    replace_text(origin / "resources" / "areas.csv", "Montana", "State of Montana")


def unexplained_change(origin: Path) -> None:
    """A figure is one less, in every column that says it."""
    replace_text(
        origin / "resources" / "figures.csv",
        '1747,exact,1747,1747,report,"1,747"',
        '1746,exact,1746,1746,report,"1,746"',
    )


@pytest.mark.slow
def test_a_pull_request_has_one_comment_which_is_kept_up_to_date(
    runner: Runner, origin: Path
) -> None:
    explained_change(origin)
    event = pull_request(runner, origin)
    run = runner.run(event)
    assert run.code == 0, run.log
    [first] = runner.comments()
    assert first.startswith(f"{MARKER}\n")
    assert "State of Montana" in first
    assert "<summary>" in run.summary
    assert "<summary>" not in first
    assert set(first.splitlines()[1:-1]) <= set(run.summary.splitlines())

    unexplained_change(origin)
    run = runner.run(pull_request(runner, origin))
    assert run.code == 1
    assert re.search(r"^::error .*file=resources/figures\.csv,line=4,", run.log, re.MULTILINE)
    [second] = runner.comments()
    assert ": valid: 9 tables" in first
    assert ": not valid: 9 tables" in second
    [row] = re.findall("```csv\n(.+)\n```", second)
    assert row.startswith("cybertipline_reports_to_law_enforcement,US-MT,2023,")
    for page in (second, run.summary):
        assert page.count(row) == 1
        assert page.count("no revision says why") == 1
        assert page.index("#### Figures that changed") < page.index(": not valid: 9 tables")
    assert "satisfied" not in second
    assert "satisfied" in run.summary
    found = run.outputs["check"]
    assert found["exit-code"] == "1"
    assert json.loads(Path(found["json"]).read_text("utf-8"))["valid"] is False
    assert json.loads(Path(found["sarif"]).read_text("utf-8"))["version"] == "2.1.0"
    assert "<testsuites" in Path(found["junit"]).read_text("utf-8")
    assert ">Not valid</h1>" in Path(found["html"]).read_text("utf-8")


@pytest.mark.slow
def test_a_pull_request_that_changes_no_data_gets_no_comment(runner: Runner, origin: Path) -> None:
    (origin / "README.md").write_text("hello", "utf-8")
    run = runner.run(pull_request(runner, origin))
    assert run.code == 0, run.log
    assert run.summary
    assert runner.comments() == []


@pytest.mark.slow
def test_findings_of_the_package_alone_come_after_those_of_the_changes(
    runner: Runner, origin: Path
) -> None:
    unexplained_change(origin)
    replace_text(origin / "resources" / "areas.csv", "US-MT,", "US-MT,US-MT ")
    event = pull_request(runner, origin)
    run = runner.run(event)
    assert run.code == 1
    [comment] = runner.comments()
    for page in (comment, run.summary):
        assert page.count("no revision says why") == 1
        changes, alone = page.split("### `.`: not valid")
        assert "no revision says why" in changes
        assert "| error |" in alone
    assert run.summary.count("The ledger") == 1


@pytest.mark.slow
def test_a_package_that_the_pull_request_adds_is_compared_with_nothing(
    runner: Runner, origin: Path
) -> None:
    copy_own(origin / "more")
    run = runner.run(pull_request(runner, origin), package="more")
    assert run.code == 0, run.log
    [comment] = runner.comments()
    assert comment.startswith("<!-- mtopendata: more -->\n")
    assert "the package is new" in comment


def test_what_cannot_be_checked_is_said_plainly(runner: Runner, origin: Path) -> None:
    run = runner.run(pull_request(runner, origin), package="absent")
    assert run.code == 2
    assert "Traceback" not in run.log
    assert "::error title=Check a Data Package::error absent: does not exist; " in run.log
    assert "    error absent: does not exist; " in run.summary
    assert run.summary.splitlines()[:3] == runner.comments()[0].splitlines()[1:4]
    run = runner.run({}, only=[CHECK], strict="yes")
    assert run.code == 2
    assert "strict: yes: neither true nor false" in run.log


def test_the_examples_in_the_docs_are_right(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    blocks = re.findall("```yaml\n(.+?)\n```", text, re.DOTALL)
    file = tmp_path / "workflow.yml"
    file.write_text(blocks[0], "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
         file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    used = [*yaml.safe_load(blocks[0])["jobs"]["data"]["steps"], *yaml.safe_load(blocks[1])]
    ours = [step for step in used if step["uses"].startswith("OWNER/mtopendata@")]
    assert len(ours) == 2
    assert {name for step in ours for name in step.get("with", {})} <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.data\.outputs\.([\w-]+)", text)) <= set(ACTION["outputs"])


@pytest.mark.slow
def test_the_page_is_kept_under_the_name_of_its_package(runner: Runner, origin: Path) -> None:
    copy_own(origin / "some: more")
    run = runner.run(pull_request(runner, origin), package="some: more/datapackage.json")
    assert run.code == 0, run.log
    [step] = [step for step in STEPS if step.get("id") == "page"]
    assert step["continue-on-error"] is True
    context = {"steps": {"check": {"outputs": run.outputs["check"]}}}
    kept = {key: expand(str(text), context) for key, text in step["with"].items()}
    assert kept["name"] == "report-some--more-datapackage.json"
    assert Path(kept["path"]).read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    "address", ["", "https://github.com/owner/data/actions/runs/1/artifacts/2"]
)
def test_the_comment_has_a_link_to_the_page_where_it_was_kept(runner: Runner, address: str) -> None:
    comment_on(runner, "text", page=address)
    [comment] = runner.comments()
    assert ("[The report as a page](" in comment) is bool(address)
    assert f"]({address})" in comment or not address


def comment_on(runner: Runner, text: str, news: str = "true", page: str = "") -> Run:
    """The comment's step alone."""
    file = runner.folder / "comment.md"
    file.write_text(text, "utf-8")
    check = {"comment": str(file), "news": news, "exit-code": "0"}
    event = {"pull_request": {"number": 7}}
    outputs = {"check": check, "page": {"artifact-url": page}}
    return runner.run(event, only=[COMMENT], outputs=outputs)


def test_a_token_that_may_only_read_is_told_and_fails_nothing(runner: Runner) -> None:
    runner.env["GH_READ_ONLY"] = "1"
    run = comment_on(runner, "text")
    assert run.code == 0
    assert "::notice title=No comment::" in run.log
    assert runner.comments() == []


def test_a_comment_of_another_user_with_the_same_marker_is_left_alone(runner: Runner) -> None:
    theirs = {"id": 1, "user": {"login": "other"}, "body": f"{MARKER}\ntheirs"}
    (runner.folder / "comments.json").write_text(json.dumps([theirs]), "utf-8")
    for text in ("one", "two"):
        assert comment_on(runner, text).code == 0
    assert [comment.splitlines()[:2] for comment in runner.comments()] == [[MARKER, "two"]]
    assert theirs in json.loads((runner.folder / "comments.json").read_text("utf-8"))


def test_each_package_has_a_comment_of_its_own(runner: Runner) -> None:
    other = {"id": 1, "user": {"login": BOT}, "body": "<!-- mtopendata: other -->\n"}
    (runner.folder / "comments.json").write_text(json.dumps([other]), "utf-8")
    comment_on(runner, "text")
    assert len(runner.comments()) == 2


def test_a_comment_is_brought_up_to_date_where_there_is_no_news_any_more(runner: Runner) -> None:
    comment_on(runner, "news")
    comment_on(runner, "none", news="false")
    assert [comment.splitlines()[:2] for comment in runner.comments()] == [[MARKER, "none"]]


def test_a_comment_that_is_too_long_is_cut_between_lines_and_says_so(runner: Runner) -> None:
    lines = [f"{number} ≤ {'é' * 50}" for number in range(2000)]
    run = comment_on(runner, "\n".join(lines))
    assert "No comment" not in run.log
    [comment] = runner.comments()
    marker, note, _, *kept, _, last = comment.splitlines()
    assert marker == MARKER
    assert "only the beginning" in note
    assert "https://github.com/owner/data/actions/runs/1" in last
    assert kept == lines[: len(kept)]
    assert 50_000 < len(comment.encode()) < 65_536


def test_no_comment_is_written_where_none_is_wanted(runner: Runner) -> None:
    check = {"check": {"comment": "absent", "news": "true"}}
    event = {"pull_request": {"number": 7}}
    run = runner.run(event, only=[COMMENT], outputs=check, comment="false")
    assert (run.code, run.log) == (0, "")


def base(
    runner: Runner, event: Mapping[str, Any], name: str, against: str = "", package: str = "."
) -> Run:
    """The base's step alone."""
    return runner.run(event, name, only=[BASE], against=against, package=package)


def test_the_base_of_a_pull_request_is_the_one_that_it_was_merged_with(
    runner: Runner, origin: Path
) -> None:
    explained_change(origin)
    event = pull_request(runner, origin)
    moved = commit(origin, "main goes on after the event")
    merged(runner, origin)
    found = base(runner, event, "pull_request").outputs["base"]
    assert moved.startswith(found["against"])

    check_out(runner, git(origin, "rev-parse", "change"))
    runner.env["GITHUB_SHA"] = moved
    found = base(runner, event, "pull_request").outputs["base"]
    assert event["pull_request"]["base"]["sha"].startswith(found["against"])


def test_a_push_is_compared_with_the_commit_before(runner: Runner, origin: Path) -> None:
    before = git(origin, "rev-parse", "main")
    commit(origin, "first")
    check_out(runner, commit(origin, "second"))
    found = base(runner, {"before": before}, "push").outputs["base"]
    assert found == {"against": before[:12], "note": ""}


@pytest.mark.parametrize("before", ["", NOBODY])
def test_where_no_commit_is_before_there_is_nothing_to_compare_with(
    runner: Runner, origin: Path, before: str
) -> None:
    check_out(runner, git(origin, "rev-parse", "main"))
    run = base(runner, {"before": before}, "push")
    assert run.outputs["base"]["against"] == ""
    assert "no commit before" in run.outputs["base"]["note"]


@pytest.mark.parametrize("revision", ["v1.0.0", "main", "origin/main", "HEAD"])
def test_a_revision_is_fetched_where_the_checkout_does_not_have_it(
    runner: Runner, origin: Path, revision: str
) -> None:
    released = git(origin, "rev-parse", "main")
    explained_change(origin)
    pull_request(runner, origin)
    run = base(runner, {"before": NOBODY}, "push", against=revision)
    expected = git(runner.workspace, "rev-parse", "HEAD") if revision == "HEAD" else released
    assert run.outputs["base"]["against"] == expected[:12]
    git(runner.workspace, "cat-file", "-e", f"{expected}:resources/figures.csv")


def test_another_package_is_compared_with_as_it_is(runner: Runner, origin: Path) -> None:
    check_out(runner, git(origin, "rev-parse", "main"))
    other = str(ROOT / "datapackage.json")
    assert base(runner, {}, "push", against=other).outputs["base"]["against"] == other


def test_none_compares_with_nothing(runner: Runner, origin: Path) -> None:
    check_out(runner, git(origin, "rev-parse", "main"))
    run = base(runner, {"before": git(origin, "rev-parse", "main")}, "push", against="none")
    assert run.outputs["base"] == {"against": "", "note": ""}


@pytest.mark.parametrize(
    "revision", ["v9.9.9", "HEAD~1", "--upload-pack=touch evil", "$(touch evil)"]
)
def test_a_revision_that_cannot_be_had_is_said_plainly(
    runner: Runner, origin: Path, revision: str
) -> None:
    check_out(runner, git(origin, "rev-parse", "main"))
    run = base(runner, {}, "push", against=revision)
    assert run.code == 2
    assert f"::error title=Nothing to compare with::The revision {revision} is not" in run.log
    assert not list(runner.folder.rglob("evil"))


def test_a_broken_base_of_a_subfolder_is_found_by_the_path_of_the_descriptor(
    runner: Runner, origin: Path
) -> None:
    (origin / "sub" / "data").mkdir(parents=True)
    for name in ("datapackage.json", "resources"):
        shutil.move(origin / name, origin / "sub" / "data" / name)
    before = commit(origin, "moved")
    check_out(runner, before)
    for package in ("sub/data", "sub/data/datapackage.json", "sub/data/"):
        found = base(runner, {"before": before}, "push", package=package).outputs["base"]
        assert found["against"] == before[:12]
    found = base(runner, {"before": before}, "push", package="sub").outputs["base"]
    assert "the package is new" in found["note"]
