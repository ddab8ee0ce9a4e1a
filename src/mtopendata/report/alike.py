"""Findings of one kind together: what reports fold where there are many."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator

from mtopendata.ledger.report import Finding, Report

FOLDED_FROM, SHOWN_ALIKE = 10, 3
"""Findings of one kind from which on only some are shown in full, and how many."""


def of_one_kind(findings: Iterable[Finding]) -> Collection[list[Finding]]:
    """The findings of each kind, in the order of their first."""
    kinds: dict[Hashable, list[Finding]] = {}
    for found in findings:
        what = found.severity, found.code, found.check
        kinds.setdefault((*what, found.resource, found.path, found.field), []).append(found)
    return kinds.values()


def not_listed(report: Report) -> Counter[tuple[str | None, str | None]]:
    """How many faults each check found that are not listed, by its name and resource."""
    listed = Counter((found.check, found.resource) for found in report.findings)
    more: Counter[tuple[str | None, str | None]] = Counter()
    for check in report.checks:
        test = check.name, check.resource
        more[test] = max(0, check.failed - listed[test])
    return more


def runs(lines: Iterable[int]) -> Iterator[str]:
    """Line numbers that rise, those that follow each other together: `3–7`, `9`."""
    first = last = None
    for line in lines:
        if last is not None and line <= last + 1:
            last = line
            continue
        if last is not None:
            yield f"{first}" if first == last else f"{first}–{last}"
        first = last = line
    if last is not None:
        yield f"{first}" if first == last else f"{first}–{last}"
