"""A Report as Markdown, for the summary of a job on GitHub."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance, gravity
from mtopendata.report.counts import VALID, report_counts
from mtopendata.report.locations import place
from mtopendata.report.printable import printable
from mtopendata.values.markdown import code, inline, table, unlinked

MAX_FINDINGS, MAX_LEDGER = 400_000, 100_000
"""Bytes of the table of findings, and of those of rules and checks: GitHub takes 1 MiB in all."""

FINDINGS = ("place", "severity", "code", "message", "what to do")
RULES = ("rule", "area", "period", "source", "state", "equation")
CHECKS = ("resource", "check", "kind", "engine", "tested", "failed")

Item = TypeVar("Item")


def render(report: Report) -> str:
    """For a page: the verdict, the findings, the rules with their equations, and the ledger."""
    return "\n\n".join(_page_parts(report)) + "\n"


def _page_parts(report: Report) -> Iterator[str]:
    verdict = VALID[0] if report.valid else VALID[1]
    yield f"### {code(printable(report.package))}: {verdict}"
    yield f"{inline(report_counts(report))}."
    hidden = report.unlisted.total()
    gravest_first = sorted(report.findings, key=gravity)
    if report.findings or hidden:
        yield from _limited_table(FINDINGS, gravest_first, _finding_cells, MAX_FINDINGS, hidden)
    if report.rules:
        yield "#### Rules"
        satisfied = [item for item in report.rules if item.state == "satisfied"]
        others = [item for item in report.rules if item.state != "satisfied"]
        yield from _limited_table(RULES, others, _instance_cells, MAX_LEDGER)
        if satisfied:
            yield f"<details>\n<summary>{len(satisfied):,} satisfied</summary>"
            yield from _limited_table(RULES, satisfied, _instance_cells, MAX_LEDGER)
            yield "</details>"
    yield "<details>\n<summary>The ledger: every check that ran</summary>"
    failed_first = sorted(report.checks, key=lambda check: not check.failed)
    yield from _limited_table(CHECKS, failed_first, _ledger_cells, MAX_LEDGER)
    yield "</details>"


def _limited_table(
    head: Sequence[str],
    items: Sequence[Item],
    row: Callable[[Item], Sequence[str]],
    room: int,
    hidden: int = 0,
) -> Iterator[str]:
    """As many items as there is room for, and how many more there are."""
    rows: list[Sequence[str]] = []
    for item in items:
        cells = row(item)
        room -= sum(len(cell.encode()) + 3 for cell in cells)
        if room < 0:
            break
        rows.append(cells)
    if rows:
        yield table(head, rows)
    if more := len(items) - len(rows) + hidden:
        yield f"… and {more:,} more"


def _finding_cells(finding: Finding) -> Sequence[str]:
    where = place(finding) if finding.column is None else f"{place(finding)}:{finding.column}"
    field = f" {_data_text(f'[{finding.field}]')}" if finding.field else ""
    return (
        code(printable(where)) + field,
        finding.severity,
        finding.code,
        _data_text(finding.message),
        _data_text(finding.hint),
    )


def _instance_cells(instance: RuleInstance) -> Sequence[str]:
    return (
        _data_text(instance.rule),
        _data_text(instance.area),
        _data_text(instance.period),
        _data_text(instance.source),
        instance.state,
        _data_text(instance.equation),
    )


def _ledger_cells(check: Check) -> Sequence[str]:
    return (
        _data_text(check.resource or "package"),
        _data_text(check.name),
        _data_text(check.kind),
        check.engine,
        f"{check.tested:,}",
        f"{check.failed:,}",
    )


def _data_text(value: object) -> str:
    return "" if value is None else unlinked(printable(str(value)))
