"""What a check returns, and the one place where it is recorded, counted and cut to the limit."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance, Severity


def _itself(finding: Finding) -> Finding:
    return finding


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the ledger: what a check tested, and what failed.

    `failed` are the faults in whatever form the check knows them, such as the indexes of rows, in
    the order in which they are to be listed; `say` words one, and is asked only for those that are
    listed. `failures` is their number where `failed` holds only the first of them. `tested` is
    None for faults beside a row of the ledger that another outcome of the same name has, such as
    the warnings of a check whose row counts its errors. `engine` is what evaluated the check, or
    `none` where nothing could. A rule tells of its places by `instances`, a sequence for each
    state, and of how many of them are `undecided`.
    """

    kind: str
    name: str
    resource: str | None
    tested: int | None
    failed: Sequence[Any] = ()
    say: Callable[[Any], Finding] = _itself
    severity: Severity = "error"
    engine: str = "polars"
    failures: int | None = None
    instances: Sequence[Iterable[RuleInstance]] = ()
    undecided: int = 0

    @property
    def failed_count(self) -> int:
        """How many of those tested failed, listed or not."""
        return len(self.failed) if self.failures is None else self.failures


Found = Iterable[Outcome | Finding]
"""What checks return: outcomes, and findings that no row of the ledger counts."""


def untested(kind: str, name: str, resource: str | None) -> Outcome:
    """The row of a check that could not run, which stands in the ledger all the same."""
    return Outcome(kind, name, resource, 0, engine="none")


def record(found: Found, report: Report, limit: int) -> None:
    """Enter outcomes into a report: a row of the ledger each, and up to `limit` findings."""
    for item in found:
        if isinstance(item, Finding):
            report.findings.append(item)
        else:
            _record(item, report, limit)


def _record(outcome: Outcome, report: Report, limit: int) -> None:
    failed = outcome.failed_count
    if outcome.tested is not None:
        report.checks.append(
            Check(
                outcome.name,
                outcome.kind,
                outcome.resource,
                outcome.engine,
                outcome.tested,
                failed,
            )
        )
    listed = [
        replace(outcome.say(fault), check=outcome.name, severity=outcome.severity)
        for fault in islice(outcome.failed, limit)
    ]
    report.findings.extend(listed)
    unlisted = max(0, failed - len(listed))
    if outcome.severity == "error":
        report.unlisted_errors += unlisted
    else:
        report.unlisted_warnings += unlisted
    report.undecided += outcome.undecided
    for state in outcome.instances:
        report.rules.extend(islice(state, limit))
