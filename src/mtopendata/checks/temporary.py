"""Checks that still write into a report, as those that return what they found."""

from collections.abc import Callable
from typing import Any

from mtopendata.checks.kind import Kind
from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Report
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table


def adapted(check: Callable[..., Any], subject: Any) -> Found:
    report = Report("")
    check(subject, report, Options())
    yield from report.checks
    yield from report.findings
    yield Outcome("", "", None, None, failures=report.unlisted_errors)
    yield Outcome("", "", None, None, severity="warning", failures=report.unlisted_warnings)
    yield Outcome("", "", None, None, instances=[report.rules], undecided=report.undecided)


def check_constraints(table: Table) -> Found:
    if any(True for _ in table.fields()):
        from mtopendata.checks.constraints import check_schema

        yield from adapted(check_schema, table)


KIND = Kind(15, of_table=check_constraints)
