"""A Report as Markdown, for the summary of a job on GitHub."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance
from mtopendata.report.counts import VALID, counts
from mtopendata.report.locations import place
from mtopendata.report.printable import printable
from mtopendata.values.markdown import code, inline, table, unlinked

MAX_FINDINGS, MAX_LEDGER = 400_000, 100_000
"""Bytes of the table of findings, and of those of rules and checks: GitHub takes 1 MiB in all."""

FINDINGS = ("place", "severity", "code", "message", "what to do")
RULES = ("rule", "area", "period", "source", "state", "equation")
CHECKS = ("resource", "check", "kind", "engine", "tested", "failed")

Item = TypeVar("Item")


def render_markdown(report: Report, *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a page: the verdict, the findings, the rules with their equations, and the ledger."""
    return "\n\n".join(_parts(report)) + "\n"


def _parts(report: Report) -> Iterator[str]:
    verdict = VALID[0] if report.valid else VALID[1]
    yield f"### {code(printable(report.package))}: {verdict}"
    yield f"{inline(counts(report))}."
    hidden = report.unlisted_errors + report.unlisted_warnings
    errors_first = sorted(report.findings, key=lambda finding: finding.severity != "error")
    if report.findings or hidden:
        yield from _table(FINDINGS, errors_first, _finding, MAX_FINDINGS, hidden)
    if report.rules:
        yield "#### Rules"
        satisfied = [item for item in report.rules if item.state == "satisfied"]
        others = [item for item in report.rules if item.state != "satisfied"]
        yield from _table(RULES, others, _rule, MAX_LEDGER)
        if satisfied:
            yield f"<details>\n<summary>{len(satisfied):,} satisfied</summary>"
            yield from _table(RULES, satisfied, _rule, MAX_LEDGER)
            yield "</details>"
    yield "<details>\n<summary>The ledger: every check that ran</summary>"
    failed_first = sorted(report.checks, key=lambda check: not check.failed)
    yield from _table(CHECKS, failed_first, _check, MAX_LEDGER)
    yield "</details>"


def _table(
    head: Sequence[str], items: Sequence[Item], row: Callable[[Item], Sequence[str]], room: int,
    hidden: int = 0,
) -> Iterator[str]:  # fmt: skip
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


def _finding(finding: Finding) -> Sequence[str]:
    where = place(finding) if finding.column is None else f"{place(finding)}:{finding.column}"
    field = f" {_text(f'[{finding.field}]')}" if finding.field else ""
    return (
        code(printable(where)) + field, finding.severity, finding.code, _text(finding.message),
        _text(finding.hint),
    )  # fmt: skip


def _rule(instance: RuleInstance) -> Sequence[str]:
    return (
        _text(instance.rule), _text(instance.area), _text(instance.period), _text(instance.source),
        instance.state, _text(instance.equation),
    )  # fmt: skip


def _check(check: Check) -> Sequence[str]:
    return (
        _text(check.resource or "package"), _text(check.name), _text(check.kind), check.engine,
        f"{check.tested:,}", f"{check.failed:,}",
    )  # fmt: skip


def _text(value: object) -> str:
    return "" if value is None else unlinked(printable(str(value)))
