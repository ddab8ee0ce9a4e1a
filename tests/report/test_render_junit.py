"""JUnit reports as a reader of JUnit reads them."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

import mtopendata
from mtopendata.ledger.report import Check, Finding, Report, RuleInstance
from mtopendata.reading.options import Options
from mtopendata.report.printable import printable
from mtopendata.report.validation.junit import RULES
from mtopendata.report.validation.junit import render as render_junit
from tests.kit.packages import PACKAGES
from tests.kit.reports import enter, nasty_report, sampled_reports

FINDING = Finding("type", "error", "m", "h")
REFEREES = Path(os.environ.get("MTOPENDATA_JUNIT", "junit"))


def suites(report: Report) -> dict[str, TestSuite]:
    return {suite.name: suite for suite in JUnitXml.fromstring(render_junit(report).encode())}


def cases(report: Report) -> list[TestCase]:
    return [case for suite in JUnitXml.fromstring(render_junit(report).encode()) for case in suite]


def is_failure(case: TestCase) -> bool:
    return any(isinstance(result, Failure) for result in case.result)


def test_every_report_fits_the_schemas_of_jenkins() -> None:
    from lxml import etree

    schemas = sorted(REFEREES.rglob("junit-10.xsd"))
    if not schemas:
        pytest.skip("the schemas of Jenkins are not found: see MTOPENDATA_JUNIT")
    for file in schemas:
        schema = etree.XMLSchema(etree.parse(file))
        for report in (Report("p"), nasty_report(), *sampled_reports()):
            schema.assertValid(etree.fromstring(render_junit(report).encode()))


def test_the_counts_are_those_that_a_reader_counts() -> None:
    for report in (nasty_report(), *sampled_reports()):
        read = JUnitXml.fromstring(render_junit(report).encode())
        claimed = [(suite.tests, suite.failures, suite.skipped) for suite in read]
        totals = (read.tests, read.failures)
        for suite in read:
            suite.update_statistics()  # type: ignore[no-untyped-call]
        assert claimed == [(suite.tests, suite.failures, suite.skipped) for suite in read]
        read.update_statistics()  # type: ignore[no-untyped-call]
        assert totals == (read.tests, read.failures)


def test_nothing_fails_exactly_where_the_package_is_valid() -> None:
    for report in (nasty_report(), *sampled_reports()):
        assert report.valid is not any(is_failure(case) for case in cases(report))


def test_each_check_of_the_ledger_is_a_case_and_each_finding_stands_in_one() -> None:
    for report in sampled_reports():
        read = cases(report)
        names = {(case.classname, case.name) for case in read}
        assert {(check.resource or "package", check.name) for check in report.checks} <= names
        texts = [case.system_out or "" for case in read]
        texts += [result.text or "" for case in read for result in case.result]
        for finding in report.findings:
            said = f"{finding.severity} {finding.code}: {printable(finding.message)}\n"
            assert sum(text.count(said) for text in texts) == sum(
                (other.severity, other.code, other.message)
                == (finding.severity, finding.code, finding.message)
                for other in report.findings
            )


def test_a_finding_that_no_check_made_is_a_case_named_by_its_code() -> None:
    report = Report("p")
    enter(report, Check("text", "text", "t", "polars", 3, 0))
    report.findings.append(Finding("hash", "error", "m", "h", "t"))
    report.findings.append(Finding("no-rows", "warning", "w", "h", "t"))
    _, error, warning = suites(report)["t"]
    assert (error.name, is_failure(error)) == ("hash", True)
    assert (warning.name, is_failure(warning)) == ("no-rows", False)
    assert "warning no-rows: w" in warning.system_out


def test_a_fault_in_another_resource_than_the_checks_stands_with_the_check() -> None:
    report = Report("p")
    enter(report, Check("r", "rule", "figures", "polars", 3, 1),
                  [Finding("rule-term", "error", "m", "h", "rule_terms")])  # fmt: skip
    (case,) = suites(report)["figures"]
    assert is_failure(case)


def test_a_check_that_only_warns_does_not_fail() -> None:
    report = mtopendata.validate(PACKAGES / "rule-balance-warning")
    assert report.valid
    assert report.warnings
    assert not any(is_failure(case) for case in cases(report))
    assert any("warning rule: " in (case.system_out or "") for case in cases(report))


def test_faults_beyond_the_limit_fail_their_check_and_are_counted() -> None:
    for limit in (0, 1):
        report = mtopendata.validate(PACKAGES / "constraint-two", Options(limit=limit))
        failed = [case for case in cases(report) if is_failure(case)]
        assert [case.name for case in failed] == [c.name for c in report.checks if c.failed]
    report = Report("p")
    enter(report, Check("c", "type", "t", "polars", 1000, 500), [FINDING])
    (case,) = suites(report)["t"]
    assert case.result[0].message == "500 of 1,000 failed"
    assert "… and 499 more" in case.result[0].text


def test_a_check_that_could_not_run_is_said_not_to_be_tested() -> None:
    report = Report("p")
    enter(
        report,
        Check("comparison", "comparison", "t", "none", 0, 0),
        [replace(FINDING, resource="t")],
    )
    (case,) = suites(report)["t"]
    assert [result.message for result in case.result] == ["not tested"]


def test_places_of_rules_pass_fail_or_are_skipped() -> None:
    report = Report("p")
    for state in ("satisfied", "violated", "undecided"):
        report.rules.append(RuleInstance("r", "US-MT", 2023, None, state, f"{state} & so"))
    read = list(suites(report)[RULES])
    assert [[type(result) for result in case.result] for case in read] == [[], [Failure], [Skipped]]
    assert {(case.classname, case.name) for case in read} == {("r", "US-MT 2023")}
    assert read[1].result[0].message == "violated & so"


def test_the_same_report_gives_the_same_bytes() -> None:
    report = mtopendata.validate(PACKAGES / "constraint-two")
    assert render_junit(report) == render_junit(mtopendata.validate(PACKAGES / "constraint-two"))
