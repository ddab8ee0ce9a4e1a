"""A Report as text for a person, coloured for a terminal; whole or in parts."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance
from mtopendata.package.model import DESCRIPTOR, is_yaml
from mtopendata.report.alike import FOLDED_FROM, SHOWN_ALIKE, not_listed, of_one_kind, runs
from mtopendata.report.counts import VALID, unlisted, verdict_line
from mtopendata.report.printable import printable
from mtopendata.report.rule_text import implied_lines, repair_lines
from mtopendata.values.plurals import plural

COLOURS = {
    "error": "red",
    "violated": "red",
    "warning": "yellow",
    "note": "cyan",
    "undecided": "yellow",
    "satisfied": "green",
}
SHOWN_RUNS = 8
"""Runs of lines that are named where many findings are alike."""
SHOWN_INSTANCES = 12
"""Places of rules that are shown of each state without --verbose."""


def report_text(report: Report, *, verbose: bool = False, verdicts: tuple[str, str] = VALID) -> str:
    """Short when all is well, the whole ledger with `verbose`."""
    lines = list(finding_lines(report, verbose=verbose))
    lines += [*repair_lines(report.repairs, verbose=verbose), *implied_lines(report.implied)]
    if verbose:
        lines += [*_ledger_lines(report.checks), "", *_all_instances(report.rules), ""]
    elif report.rules:
        lines += [*_some_instances(report.rules), ""]
    lines.append(verdict_line(report, verdicts))
    return "\n".join(lines) + "\n"


def finding_lines(report: Report, *, verbose: bool = False) -> Iterator[str]:
    """The lines of what was found, and a blank one behind them. Notes are counted in the verdict,
    and stand here with `verbose`.
    """
    shown = [found for found in report.findings if verbose or found.severity != "note"]
    more = not_listed(report)
    for alike in of_one_kind(shown):
        is_all = not more[alike[0].check, alike[0].resource]
        yield from _lines_of_alike(alike, is_all=is_all)
    hidden = unlisted(report)
    if hidden:
        yield hidden
    if shown or hidden:
        yield ""


def _lines_of_alike(findings: Sequence[Finding], *, is_all: bool) -> Iterator[str]:
    """The first of these findings in full, and in which lines the others are; `is_all`: there are
    no others of the kind that are not listed.
    """
    rows = [found.row for found in findings]
    is_folded = None not in rows and len(findings) >= FOLDED_FROM
    shown = findings[:SHOWN_ALIKE] if is_folded else findings
    for number, found in enumerate(shown, 1):
        severity = click.style(found.severity, fg=COLOURS[found.severity], bold=True)
        place = printable(_place_in_words(found))
        yield f"{place}: {severity} {found.code}: {printable(found.message)}"
        if found.excerpt is not None:
            at = "" if found.column is None else f", character {found.column}"
            yield f"    line {found.row}{at}: {printable(found.excerpt.line)}"
        if number == len(shown) or found.hint != shown[number].hint:
            yield f"    {printable(found.hint)}"
    if is_folded:
        others = [found.row for found in findings[SHOWN_ALIKE:] if found.row is not None]
        count = plural(len(others), "more such line", "more such lines")
        further = "" if is_all else ", and more that are not listed"
        yield f"    … and {count}: {_first_runs(others)}{further}"


def _first_runs(lines: Iterable[int]) -> str:
    """Line numbers, as `3–7, 9`, up to some runs of them."""
    words = list(runs(lines))
    return ", ".join([*words[:SHOWN_RUNS], "…"] if len(words) > SHOWN_RUNS else words)


def _place_in_words(finding: Finding) -> str:
    file = finding.path or finding.resource or "package"
    if finding.resource and (file == DESCRIPTOR or is_yaml(Path(file))):
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
    lines = [f"  {instance_line(instance)}" for instance in instances]
    if lines:
        yield click.style("rules", bold=True)
    yield from lines


def _some_instances(instances: Iterable[RuleInstance]) -> Iterator[str]:
    """The first that hold and that are undecided; those that are violated are findings."""
    for state in ("satisfied", "undecided"):
        found = [instance for instance in instances if instance.state == state]
        yield from map(instance_line, found[:SHOWN_INSTANCES])
        if left := len(found[SHOWN_INSTANCES:]):
            yield f"… and {left:,} more {state}; --verbose lists them"


def instance_line(instance: RuleInstance) -> str:
    """A rule in one place: its state, its arithmetic, and where."""
    place = " ".join(str(part) for part in (instance.area, instance.period) if part is not None)
    state = click.style(f"{instance.state:<9}", fg=COLOURS[instance.state])
    where = printable(f"{instance.rule}, {place}")
    return f"{state}  {printable(instance.equation)}  ({where})"
