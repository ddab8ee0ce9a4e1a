"""SARIF fits its published schema, reads back, and knows a finding again."""

import json
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import mtopendata
from mtopendata import __version__
from mtopendata.ledger.codes import CODES
from mtopendata.ledger.report import Finding, Report
from mtopendata.report.printable import printable
from mtopendata.report.validation.sarif import FINGERPRINT, HOMEPAGE
from mtopendata.report.validation.sarif import render as render_sarif
from tests.kit.packages import PACKAGES, ROOT
from tests.kit.referees import npm_package
from tests.kit.reports import nasty_report, sampled_reports


def multitool(name: str) -> Path:
    """A file of the reader that the authors of the format publish, with their schema in it."""
    return npm_package("@microsoft/sarif-multitool-linux") / name


def run(report: Report) -> dict[str, Any]:
    value = json.loads(render_sarif(report))
    assert value["version"] == "2.1.0"
    (found,) = value["runs"]
    return dict(found)


def fingerprints(report: Report) -> list[str]:
    return [result["partialFingerprints"][FINGERPRINT] for result in run(report)["results"]]


def test_every_report_fits_the_published_schema() -> None:
    import jsonschema

    schema = json.loads(multitool("sarif-2.1.0.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    for report in (Report("p"), nasty_report(), *sampled_reports()):
        validator.validate(json.loads(render_sarif(report)))


@pytest.mark.slow
def test_the_reader_of_the_formats_authors_reads_what_was_found(tmp_path: Path) -> None:
    program = multitool("Sarif.Multitool")
    joined = nasty_report()
    for report in sampled_reports():
        joined.include(report)
    joined.unlisted["warning"] = 2
    (tmp_path / "ours.sarif").write_text(render_sarif(joined), "utf-8")
    subprocess.run(
        [program, "rewrite", "ours.sarif", "--output", "theirs.sarif"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    ours = json.loads((tmp_path / "ours.sarif").read_text("utf-8"))["runs"][0]
    theirs = json.loads((tmp_path / "theirs.sarif").read_text("utf-8-sig"))["runs"][0]
    assert theirs.get("columnKind", "unicodeCodePoints") == ours["columnKind"]
    assert len(theirs["results"]) == len(joined.findings)
    for mine, other in zip(ours["results"], theirs["results"], strict=True):
        # They leave out what is said already, or by default.
        assert mine | other == mine
        assert mine.keys() - other.keys() <= {"level"}
    assert theirs["tool"] == ours["tool"]


def test_a_result_names_the_rule_the_place_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PACKAGES)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    found = run(mtopendata.validate("type-integer"))
    driver = found["tool"]["driver"]
    assert driver["semanticVersion"] == __version__
    assert driver["informationUri"] == HOMEPAGE
    assert (
        driver["informationUri"] == json.loads((ROOT / "datapackage.json").read_text())["homepage"]
    )
    (result,) = found["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "type"
    assert result["level"] == "error"
    assert result["message"]["text"].splitlines() == [
        "'1.5' is no integer", "write a whole number in digits, such as 1747",
    ]  # fmt: skip
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "type-integer/t.csv", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 1},
    }
    assert result["locations"][0]["logicalLocations"] == [
        {"name": "a", "fullyQualifiedName": "t.a"}
    ]


def test_rules_are_those_of_the_codes_that_were_found() -> None:
    for report in sampled_reports():
        found = run(report)
        rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
        assert set(rules) == {finding.code for finding in report.findings} <= set(CODES)
        assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in found["results"])


def test_a_name_of_a_file_is_percent_encoded() -> None:
    report = Report(str(PACKAGES / "type-integer"))
    names = ["a b#c?d%41.csv", "é/ü.csv", "c:x.csv", "a[1].csv"]
    for name in names:
        report.findings.append(Finding("type", "error", "m", "h", "r", name, 1))
    places = [r["locations"][0]["physicalLocation"] for r in run(report)["results"]]
    addresses = [place["artifactLocation"]["uri"] for place in places]
    assert all(address.isascii() and set(address).isdisjoint(" #?[]:") for address in addresses)
    assert [unquote(address).split("type-integer/")[1] for address in addresses] == names


def test_braces_and_brackets_of_data_are_no_placeholders_and_no_links() -> None:
    report = Report("p", [Finding("type", "error", "{0} [x](https://example.org)", "{}")])
    text = run(report)["results"][0]["message"]["text"]
    assert text == "{{0}} [x\\](https://example.org)\n{{}}"


def test_a_finding_that_moved_to_another_line_keeps_its_fingerprint() -> None:
    for report in (nasty_report(), *sampled_reports()):
        before = fingerprints(report)
        assert max(Counter(before).values(), default=1) == 1
        moved = [
            replace(finding, row=finding.row + 5 if finding.row else None, column=None)
            for finding in report.findings
        ]
        assert fingerprints(Report("elsewhere", moved)) == before


def test_equal_findings_have_different_fingerprints_and_rows_in_messages_do_not_matter() -> None:
    def key(row: int, other: int) -> Finding:
        message = f"the primary key (a) = (1) stands already in row {other}"
        return Finding("primary-key", "error", message, "h", "t", "t.csv", row, "a", "1")

    one, two = fingerprints(Report("p", [key(3, 2), key(4, 2)]))
    assert one != two
    assert fingerprints(Report("p", [key(9, 8), key(10, 8)])) == [one, two]
    assert fingerprints(Report("p", [replace(key(3, 2), cell="2")])) != [one]


def test_what_is_not_listed_is_a_notification() -> None:
    (quiet,) = run(Report("p"))["invocations"]
    assert quiet == {"executionSuccessful": True}
    (invocation,) = run(Report("p", unlisted=Counter({"error": 2, "warning": 1})))["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("… and 3 more findings")


def test_control_characters_are_shown_and_not_sent() -> None:
    for result in run(nasty_report())["results"]:
        assert all(line.isprintable() for line in result["message"]["text"].split("\n"))
        for logical in result["locations"][0].get("logicalLocations", []):
            assert printable(logical["name"]) == logical["name"]
