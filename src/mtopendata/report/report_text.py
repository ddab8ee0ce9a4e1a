"""A Report's parts as lines for a person, coloured for a terminal."""

from collections.abc import Iterator

import click

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance
from mtopendata.package.model import DESCRIPTOR
from mtopendata.report.counts import unlisted
from mtopendata.report.printable import printable

COLOURS = {
    "error": "red", "violated": "red", "warning": "yellow", "undecided": "yellow",
    "satisfied": "green",
}  # fmt: skip


_SHOWN_RULES = 12


def findings(report: Report) -> Iterator[str]:
    """The lines of what was found, and a blank one behind them."""
    for finding in report.findings:
        yield from _finding(finding)
    if hidden := unlisted(report):
        yield hidden
    if report.findings or hidden:
        yield ""


def _finding(finding: Finding) -> Iterator[str]:
    file = finding.path or finding.resource or "package"
    if file == DESCRIPTOR and finding.resource:
        file = f"{file} ({finding.resource})"
    place = file if finding.row is None else f"{file}:{finding.row}"
    if finding.field:
        place += f" [{finding.field}]"
    severity = click.style(finding.severity, fg=COLOURS[finding.severity], bold=True)
    yield f"{printable(place)}: {severity} {finding.code}: {printable(finding.message)}"
    yield f"    {printable(finding.hint)}"


def _ledger(checks: list[Check]) -> Iterator[str]:
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


def _instance(instance: RuleInstance) -> str:
    place = " ".join(str(part) for part in (instance.area, instance.period) if part is not None)
    state = click.style(f"{instance.state:<9}", fg=COLOURS[instance.state])
    where = printable(f"{instance.rule}, {place}")
    return f"{state}  {printable(instance.equation)}  ({where})"


def _instances(instances: list[RuleInstance]) -> Iterator[str]:
    if instances:
        yield click.style("rules", bold=True)
    for instance in instances:
        yield "  " + _instance(instance)
