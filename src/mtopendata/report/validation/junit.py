"""A Report as JUnit XML, which most services for continuous integration show as tests."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance
from mtopendata.report.locations import place
from mtopendata.report.printable import printable

PACKAGE, RULES = "package", "places of rules"
COUNTED = (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped"))
"""Attributes of a suite, and the elements in it that they count."""


def render(report: Report) -> str:
    """For test reports: a suite for each resource, and in it a case for each check of the ledger
    and for each code of what no check found; then a suite of the rules, with a case for each place.

    A case fails where there is an error. What is only warned of stands in its output, and a rule
    that is undecided counts as skipped.
    """
    found, others = _by_check(report)
    suites: dict[str | None, list[ET.Element]] = defaultdict(list)
    for check, findings in zip(report.checks, found, strict=True):
        suites[check.resource].append(_check_case(check, findings, report))
    for (resource, code), findings in others.items():
        suites[resource].append(_findings_case(resource, code, findings))
    root = ET.Element("testsuites", name="mtopendata")
    for resource, cases in suites.items():
        suite = ET.SubElement(root, "testsuite", name=printable(resource or PACKAGE))
        suite.extend(cases)
    if report.rules:
        warned = {f.check for f in report.findings if f.check and f.severity != "error"}
        rules = ET.SubElement(root, "testsuite", name=RULES)
        rules.extend(_rule_case(instance, instance.rule in warned) for instance in report.rules)
    for suite in root:
        _set_counts(suite, COUNTED)
    _set_counts(root, COUNTED[:2])  # where Jenkins' schema has no skipped ones
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _set_counts(element: ET.Element, counted: Iterable[tuple[str, str]]) -> None:
    for name, tag in counted:
        element.set(name, str(sum(1 for _ in element.iter(tag))))
    element.set("errors", "0")
    element.set("time", "0")


def _by_check(
    report: Report,
) -> tuple[list[list[Finding]], dict[tuple[str | None, str], list[Finding]]]:
    """The findings of each check, and by resource and code those that no check found.

    Some checks find faults in another resource than the one that they stand under.
    """
    here: dict[tuple[str | None, str], int] = {}
    anywhere: dict[str, int] = {}
    for number, check in enumerate(report.checks):
        here.setdefault((check.resource, check.name), number)
        if check.failed:
            anywhere.setdefault(check.name, number)
    found: list[list[Finding]] = [[] for _ in report.checks]
    others: dict[tuple[str | None, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        name = finding.check or ""
        owner = here.get((finding.resource, name), anywhere.get(name))
        if owner is None:
            others[finding.resource, finding.code].append(finding)
        else:
            found[owner].append(finding)
    return found, others


def _check_case(check: Check, findings: Sequence[Finding], report: Report) -> ET.Element:
    case = _case(check.resource or PACKAGE, check.name)
    # With a limit of 0 none is listed, and nothing says that they were warnings.
    unlisted = bool(check.failed and not findings and report.unlisted["error"])
    if unlisted or any(finding.severity == "error" for finding in findings):
        ran = check.tested or check.failed
        message = f"{check.failed:,} of {check.tested:,} failed" if ran else "not tested"
        _add_findings(ET.SubElement(case, "failure", message=message, type=check.kind), findings)
        if more := max(0, check.failed - len(findings)):
            case[0].text = f"{case[0].text or ''}… and {more:,} more; list more with --limit\n"
    elif findings:
        _add_findings(ET.SubElement(case, "system-out"), findings)
    return case


def _findings_case(resource: str | None, code: str, findings: Sequence[Finding]) -> ET.Element:
    case = _case(resource or PACKAGE, code)
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        message = f"{errors:,} found"
        _add_findings(ET.SubElement(case, "failure", message=message, type=code), findings)
    else:
        _add_findings(ET.SubElement(case, "system-out"), findings)
    return case


def _rule_case(instance: RuleInstance, is_warning: bool) -> ET.Element:
    parts = (instance.area, instance.period, instance.source)
    where = " ".join(str(part) for part in parts if part is not None)
    case = _case(instance.rule, where or instance.rule)
    equation = printable(instance.equation)
    if instance.state == "undecided":
        ET.SubElement(case, "skipped", message=f"undecided: {equation}")
    elif instance.state == "violated" and not is_warning:
        ET.SubElement(case, "failure", message=equation, type="rule")
    else:
        ET.SubElement(case, "system-out").text = f"{instance.state}: {equation}"
    return case


def _case(classname: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=printable(classname), name=printable(name), time="0")


def _add_findings(element: ET.Element, findings: Sequence[Finding]) -> None:
    element.text = "".join(
        f"{printable(place(finding))}{f' [{printable(finding.field)}]' if finding.field else ''}: "
        f"{finding.severity} {finding.code}: {printable(finding.message)}\n"
        f"    {printable(finding.hint)}\n"
        for finding in findings
    )
