"""Reports for the tests of renderings: of packages with faults, and of texts that try to escape."""

from collections.abc import Sequence
from functools import cache

from mtopendata.ledger.outcome import Outcome, record
from mtopendata.ledger.report import Check, Finding, Report, RuleInstance, Severity
from mtopendata.values.errors import MtopendataError
from tests.kit.packages import FOLDERS, PACKAGES, report_on

NASTY = (
    "", " ", "plain", "100%", "%25", "%0A", "a,b:c;d=e", "a::b", "::error::x", " ::error file=x::y",
    "##[add-mask]x", "\n::stop-commands::x", "a\r\n::error::b\rc", "\t\v\f\0\x07\x1b[31m\x7f\x85",
    "\u2028\u2029\u202e\ufeff\ufffe\uffff", "\ud800", "\udcff", "😀 é e\u0301", "<b>x</b> &amp; <",
    "]]>", "<!-- -->", "</details>", "</script>", "'\"`", "`` ` ```", "|", "a|b\\|c\\", "\\",
    "\\\\|", "[x](https://example.org)", "![x](y)", "[x][y]", "https://example.org",
    "www.example.org", "@someone", "a@example.org", "#1", "GH-1", "o/r#2", "$x$", "$$\nx\n$$",
    ":tada:", "*a* _b_ **c**", "~~a~~", "# a", "- a", "1. a", "> a", "---", "===", "    a",
    "{0} {{1}} {a", "{", "}", "](", "&lt;b&gt;", "<https://example.org>", "javascript:alert(1)",
    "x" * 300,
)  # fmt: skip
"""Texts that mean something in one of the forms, or that one of them cannot hold."""


def enter(
    report: Report, check: Check, findings: Sequence[Finding] = (), severity: Severity = "error"
) -> None:
    """Enter a row of the ledger as given, with those of its faults that are listed."""
    what = check.kind, check.name, check.resource, check.tested, findings
    outcome = Outcome(*what, severity=severity, engine=check.engine, failures=check.failed)
    record([outcome], report, len(findings))


def nasty_report() -> Report:
    """A report in which each of these texts stands wherever the data can put one."""
    report = Report("a folder/::error::|<b>")
    for number, text in enumerate(NASTY):
        name = f"{text}: type"
        found = Finding("type", "error", f"m{text}", f"{text}h", text, text, 7, text, text, 3)
        enter(report, Check(name, "type", text, "polars", 9, 1), [found])
        report.findings.append(Finding("bom", "warning", text, text, f"r{number}", f"p{text}"))
        report.rules.append(RuleInstance(text, text, 2023, text, "undecided", text))
    return report


@cache
def sampled_reports() -> tuple[Report, ...]:
    """Reports of every sixth package among those with faults, and of a few more."""
    names = (
        "rule-balance-warning",
        "good-rule-undecided",
        "rule-lagged",
        "path-parent",
        "text-mixed-line-ends",
    )
    chosen = [*FOLDERS[::6], *(PACKAGES / name for name in names)]
    reports = []
    for folder in chosen:
        try:
            reports.append(report_on(folder))
        except MtopendataError:  # no package at all
            continue
    return tuple(reports)
