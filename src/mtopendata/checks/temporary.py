"""Checks that still write into a report, as those that return what they found."""

from collections.abc import Callable
from typing import Any

from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Report
from mtopendata.reading.options import Options


def adapted(check: Callable[..., Any], subject: Any) -> Found:
    report = Report("")
    check(subject, report, Options())
    yield from report.checks
    yield from report.findings
    yield Outcome("", "", None, None, failures=report.unlisted_errors)
    yield Outcome("", "", None, None, severity="warning", failures=report.unlisted_warnings)
    yield Outcome("", "", None, None, instances=[report.rules], undecided=report.undecided)
