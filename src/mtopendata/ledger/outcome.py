"""What a check returns, and the one place where it is recorded, counted and cut to the limit."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from mtopendata.ledger.repairs import ImpliedBounds, Repair
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
    failed: Collection[Any] = ()
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


Item = Outcome | Check | Finding | Repair | ImpliedBounds
Found = Iterable[Item]
"""What checks return: outcomes; rows of the ledger without faults; findings that no row counts; and
what follows from rules and figures together.
"""


def untested(kind: str, name: str, resource: str | None) -> Check:
    """The row of a check that could not run, which stands in the ledger all the same."""
    return Check(name, kind, resource, "none", 0, 0)


def failed(found: Found) -> bool:
    """Whether anything of it is an error."""
    for item in found:
        match item:
            case Check():
                is_wrong = item.failed > 0
            case Outcome():
                is_wrong = item.severity == "error" and item.failed_count > 0
            case Finding():
                is_wrong = item.severity == "error"
            case _:
                is_wrong = False
        if is_wrong:
            return True
    return False


def record(found: Found, report: Report, limit: int) -> None:
    """Enter what checks found into a report: a row of the ledger for each outcome, and up to
    `limit` findings.
    """
    for item in found:
        match item:
            case Finding():
                report.findings.append(item)
            case Check():
                report.checks.append(item)
            case Repair():
                report.repairs.append(item)
            case ImpliedBounds():
                report.implied.append(item)
            case Outcome():
                _record(item, report, limit)


def _record(outcome: Outcome, report: Report, limit: int) -> None:
    failures = outcome.failed_count
    if outcome.tested is not None:
        where = outcome.name, outcome.kind, outcome.resource, outcome.engine
        report.checks.append(Check(*where, outcome.tested, failures))
    listed = [
        replace(outcome.say(fault), check=outcome.name, severity=outcome.severity)
        for fault in islice(outcome.failed, limit)
    ]
    report.findings.extend(listed)
    if failures > len(listed):
        report.unlisted[outcome.severity] += failures - len(listed)
    report.undecided += outcome.undecided
    if outcome.undecided:
        report.undecided_of[outcome.name] += outcome.undecided
    for state in outcome.instances:
        report.rules.extend(islice(state, limit))
