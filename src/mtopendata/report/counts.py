"""How much was checked and found, in words, and the verdict on it."""

from collections import Counter

import click

from mtopendata.ledger.report import Report
from mtopendata.report.printable import printable
from mtopendata.values.plurals import plural

VALID = ("valid", "not valid")
VERIFIED = ("verified", "not verified")


def verdict_line(report: Report, verdicts: tuple[str, str] = VALID) -> str:
    """The verdict and what it rests on, in one line."""
    good, bad = verdicts
    verdict, colour = (good, "green") if report.valid else (bad, "red")
    styled = click.style(verdict, fg=colour, bold=True)
    return f"{printable(report.package)}: {styled} ({report_counts(report)})"


def report_counts(report: Report) -> str:
    """What was checked, and how much was found."""
    engines = Counter(check.engine for check in report.checks)
    parts = [tested_words(report), found_words(report)]
    if engines["frictionless"]:
        parts.append(f"{plural(engines['frictionless'], 'check')} by frictionless")
    return ", ".join(parts)


def tested_words(report: Report) -> str:
    """How much was checked."""
    tables = len({check.resource for check in report.checks if check.kind == "text"})
    tested = sum(check.tested for check in report.checks)
    cells = plural(tested, "cell or row", "cells and rows")
    checks = f"{plural(len(report.checks), 'check')} of {cells}"
    return ", ".join([plural(tables, "table"), plural(report.rows, "row"), checks])


def found_words(report: Report) -> str:
    """How much was found, and how often a rule is undecided."""
    parts = [plural(report.errors, "error"), plural(report.warnings, "warning")]
    if report.notes:
        parts.append(plural(report.notes, "note"))
    if report.undecided:
        parts.append(f"{plural(report.undecided, 'rule')} undecided")
    return ", ".join(parts)


def unlisted(report: Report) -> str:
    """A line on the findings that are not listed; none where all are."""
    hidden = report.unlisted.total()
    if not hidden:
        return ""
    return f"… and {plural(hidden, 'more finding')}, counted below; list more with --limit"
