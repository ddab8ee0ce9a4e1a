"""A Report as text for a person, coloured for a terminal; whole or in parts."""

from collections.abc import Iterable, Iterator

import click

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance
from mtopendata.package.model import DESCRIPTOR
from mtopendata.report.counts import VALID, unlisted, verdict_line
from mtopendata.report.printable import printable

COLOURS = {
    "error": "red",
    "violated": "red",
    "warning": "yellow",
    "undecided": "yellow",
    "satisfied": "green",
}
SHOWN_INSTANCES = 12
"""Places of rules that are shown of each state without --verbose."""


def report_text(report: Report, *, verbose: bool = False, verdicts: tuple[str, str] = VALID) -> str:
    """Short when all is well, the whole ledger with `verbose`."""
    lines = list(finding_lines(report))
    if verbose:
        lines += [*_ledger_lines(report.checks), "", *_all_instances(report.rules), ""]
    elif report.rules:
        lines += [*_some_instances(report.rules), ""]
    lines.append(verdict_line(report, verdicts))
    return "\n".join(lines) + "\n"


def finding_lines(report: Report) -> Iterator[str]:
    """The lines of what was found, and a blank one behind them."""
    for finding in report.findings:
        place = _place_in_words(finding)
        severity = click.style(finding.severity, fg=COLOURS[finding.severity], bold=True)
        yield f"{printable(place)}: {severity} {finding.code}: {printable(finding.message)}"
        yield f"    {printable(finding.hint)}"
    if hidden := unlisted(report):
        yield hidden
    if report.findings or hidden:
        yield ""


def _place_in_words(finding: Finding) -> str:
    file = finding.path or finding.resource or "package"
    if file == DESCRIPTOR and finding.resource:
        file = f"{file} ({finding.resource})"
    place = file if finding.row is None else f"{file}:{finding.row}"
    return f"{place} [{finding.field}]" if finding.field else place


def _ledger_lines(checks: Iterable[Check]) -> Iterator[str]:
    by_resource: dict[str | None, list[Check]] = {}
    for check in checks:
        by_resource.setdefault(check.resource, []).append(check)
    for resource, group in by_resource.items():
        yield click.style(printable(resource or "package"), bold=True)
        for check in group:
            failed = f"{check.failed:,} failed"
            failed = click.style(failed, fg="red") if check.failed else failed
            yield (
                f"  {printable(check.name)}: {check.tested:,} tested, {failed} "
                f"[{check.kind}, {check.engine}]"
            )


def _all_instances(instances: Iterable[RuleInstance]) -> Iterator[str]:
    lines = [f"  {_instance_line(instance)}" for instance in instances]
    if lines:
        yield click.style("rules", bold=True)
    yield from lines


def _some_instances(instances: Iterable[RuleInstance]) -> Iterator[str]:
    """The first that hold and that are undecided; those that are violated are findings."""
    for state in ("satisfied", "undecided"):
        found = [instance for instance in instances if instance.state == state]
        yield from map(_instance_line, found[:SHOWN_INSTANCES])
        if left := len(found[SHOWN_INSTANCES:]):
            yield f"… and {left:,} more {state}; --verbose lists them"


def _instance_line(instance: RuleInstance) -> str:
    place = " ".join(str(part) for part in (instance.area, instance.period) if part is not None)
    state = click.style(f"{instance.state:<9}", fg=COLOURS[instance.state])
    where = printable(f"{instance.rule}, {place}")
    return f"{state}  {printable(instance.equation)}  ({where})"
