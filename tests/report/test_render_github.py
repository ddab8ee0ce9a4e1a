"""Workflow commands are those that GitHub's own toolkit writes, and nothing else is one."""

import json
import random
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata.ledger.report import Finding, Report, gravity
from mtopendata.report.locations import locations
from mtopendata.report.printable import printable
from mtopendata.report.validation.github import COMMANDS, _command
from mtopendata.report.validation.github import render as render_github
from tests.kit.packages import PACKAGES
from tests.kit.referees import node, npm_package
from tests.kit.reports import NASTY, nasty_report, sampled_reports

TOOLKIT = """
const { pathToFileURL } = require("node:url");
const { readFileSync } = require("node:fs");
const folder = process.argv[1];
const main = JSON.parse(readFileSync(folder + "/package.json", "utf8"));
const file = main.exports?.["."]?.import ?? main.main;
import(pathToFileURL(folder + "/" + (file.default ?? file))).then((core) => {
  for (const [severity, message, properties] of JSON.parse(readFileSync(0, "utf8"))) {
    core[severity](message, properties);
  }
});
"""
_NAMES = {"file": "file", "title": "title", "line": "startLine", "col": "startColumn"}


def commands(cases: list[tuple[str, str, dict[str, Any]]]) -> str:
    """What GitHub's toolkit writes for these severities, messages and properties."""
    folder = npm_package("@actions/core")
    asked = [
        (severity, message, {_NAMES[key]: value for key, value in properties.items() if value})
        for severity, message, properties in cases
    ]
    done = subprocess.run(
        [node(), "--eval", TOOLKIT, folder],
        input=json.dumps(asked).encode(), capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode()


def annotated(report: Report) -> list[str]:
    """The lines of a report that GitHub's runner takes for commands, as it looks for them."""
    lines = re.split(r"\r\n|\r|\n", render_github(report))
    found = [line for line in lines if line.lstrip().startswith("::")]
    assert not [line for line in lines if "##[" in line and line not in found]
    return found


def expected(report: Report) -> list[tuple[str, str, dict[str, Any]]]:
    locate = locations(report)
    cases: list[tuple[str, str, dict[str, Any]]] = []
    for finding in sorted(report.findings, key=gravity):
        location = locate(finding)
        about = finding.field or finding.resource
        within = f"{printable(location.within)}: " if location.within else ""
        properties = {
            "title": printable(f"{finding.code}: {about}" if about else finding.code),
            "file": printable(location.file), "line": location.line, "col": location.column,
        }  # fmt: skip
        text = f"{within}{printable(finding.message)}\n{printable(finding.hint)}"
        cases.append((COMMANDS[finding.severity], text, properties))
    return cases


@pytest.mark.slow
def test_commands_are_byte_for_byte_those_of_the_toolkit() -> None:
    numbers = random.Random(0)  # noqa: S311
    raw = [text for text in NASTY if text.isprintable() or text.isascii()]
    cases: list[tuple[str, str, dict[str, Any]]] = [
        (severity, message, {"title": title, "file": file, "line": line, "col": line})
        for severity in ("error", "warning", "notice")
        for message in raw
        for title, file, line in [(numbers.choice(raw), numbers.choice(raw), numbers.randrange(3))]
    ]
    reports = [nasty_report(), *sampled_reports()]
    ours = [_command(severity, properties, text) for severity, text, properties in cases]
    ours += [line for report in reports for line in annotated(report)]
    cases += [case for report in reports for case in expected(report)]
    assert commands(cases) == "".join(f"{line}\n" for line in ours)


@pytest.mark.slow
def test_each_finding_is_one_command_and_no_text_forges_another() -> None:
    for report in (nasty_report(), *sampled_reports()):
        found = annotated(report)
        assert len(found) == len(report.findings)
        severities = [re.match(r"::(\w+) ", line) for line in found]
        counts = [match and match[1] for match in severities]
        assert counts == sorted(counts, key=lambda name: name != "error")
        assert all(line.isprintable() for line in render_github(report).splitlines())


def test_the_file_is_named_from_where_the_repository_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "repository" / "data, new"
    shutil.copytree(PACKAGES / "type-integer", folder)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path / "repository")
    report = mtopendata.validate("data, new")
    wanted = "::error title=type%3A a,file=data%2C new/t.csv,line=3,col=1::'1.5' is no integer%0A"
    assert render_github(report).startswith(wanted)
    assert render_github(mtopendata.validate(folder / "datapackage.json")).startswith(wanted)
    monkeypatch.chdir(folder)
    assert ",file=t.csv,line=3," in render_github(mtopendata.validate())
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "repository"))
    assert ",file=data%2C new/t.csv,line=3," in render_github(mtopendata.validate())
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert ",file=t.csv,line=3," in render_github(mtopendata.validate())
    monkeypatch.chdir(PACKAGES)
    assert f",file={folder.as_posix().replace(',', '%2C')}/t.csv," in render_github(
        mtopendata.validate(folder)
    )


def test_a_zip_is_annotated_itself_without_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for name in ("datapackage.json", "t.csv"):
            archive.write(PACKAGES / "type-integer" / name, name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    line = render_github(mtopendata.validate("p.zip")).splitlines()[0]
    assert line.startswith("::error title=type%3A a,file=p.zip::t.csv:3: '1.5' is no integer%0A")


def test_a_path_out_of_the_package_is_never_named_as_a_file() -> None:
    report = Report(str(PACKAGES / "type-integer"))
    for path in ("../../x.csv", "/etc/passwd", "https://example.org/x.csv", None):
        report.findings.append(Finding("type", "error", "m", "h", "r", path, 4))
    for line in annotated(report):
        assert "file=tests/packages/type-integer/datapackage.json::" in line or (
            ",file=packages/type-integer/datapackage.json::" in line
        )


def test_the_last_line_is_the_verdict_without_colours() -> None:
    report = mtopendata.validate(PACKAGES / "type-integer")
    report.unlisted["error"] = 3
    *_, hidden, verdict = render_github(report).splitlines()
    assert hidden.startswith("… and 3 more findings")
    assert ": not valid (1 table, 2 rows, " in verdict
    assert "\x1b" not in verdict
