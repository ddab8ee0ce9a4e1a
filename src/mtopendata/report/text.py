"""A Report, a build or a verification as text for a person, coloured for a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance
from mtopendata.package.model import DESCRIPTOR

if TYPE_CHECKING:
    from mtopendata.commands.build import Built

COLOURS = {
    "error": "red", "violated": "red", "warning": "yellow", "undecided": "yellow",
    "satisfied": "green",
}  # fmt: skip


VALID = ("valid", "not valid")
VERIFIED = ("verified", "not verified")


def render_text(report: Report, *, verbose: bool = False, verdicts: tuple[str, str] = VALID) -> str:
    """For a person: short when all is well, the whole ledger with `verbose`."""
    lines = list(findings(report))
    if verbose:
        lines += [*_ledger(report.checks), "", *_instances(report.rules), ""]
    elif report.rules:
        for state in ("satisfied", "undecided"):
            instances = [item for item in report.rules if item.state == state]
            lines += map(_instance, instances[:_SHOWN_RULES])
            if left := len(instances[_SHOWN_RULES:]):
                lines.append(f"… and {left:,} more {state}; --verbose lists them")
        lines.append("")
    lines.append(summary(report, verdicts))
    return "\n".join(lines) + "\n"


def render_build(built: "Built", *, verbose: bool = False) -> str:
    """What was written, with sizes in bytes and digests; or why nothing was."""
    if built.folder is None:
        return render_text(built.report, verbose=verbose) + "nothing was written\n"
    report = built.report
    if verbose:
        lines = [render_text(report, verbose=True).rstrip("\n")]
    else:
        lines = [*findings(report), summary(report)]
    lines += [f"{click.style('note', fg='yellow')} {printable(note)}" for note in built.notes]
    width = max(len(f"{file.bytes:,}") for file in built.files)
    longest = max(len(file.path) for file in built.files)
    lines += [
        f"  {file.path:<{longest}}  {file.bytes:>{width},}  {file.sha256}" for file in built.files
    ]
    done = "unchanged" if built.unchanged else "written"
    done = click.style(done, fg="green", bold=True)
    size = sum(file.bytes for file in built.files)
    lines.append(
        f"{done}: {plural(len(built.files), 'file')}, {size:,} bytes, in "
        f"{printable(str(built.folder))}"
    )
    return "\n".join(lines) + "\n"


def render_verification(reports: Sequence[Report], *, verbose: bool = False) -> str:
    """Each archive's report, one after the other."""
    texts = (render_text(item, verbose=verbose, verdicts=VERIFIED) for item in reports)
    return "\n".join(texts)


_SHOWN_RULES = 12


def findings(report: Report) -> Iterator[str]:
    """The lines of what was found, and a blank one behind them."""
    for finding in report.findings:
        yield from _finding(finding)
    if hidden := unlisted(report):
        yield hidden
    if report.findings or hidden:
        yield ""


def unlisted(report: Report) -> str:
    """A line on the findings that are not listed; none where all are."""
    hidden = report.unlisted_errors + report.unlisted_warnings
    return (
        f"… and {hidden:,} more findings, counted below; list more with --limit" if hidden else ""
    )


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


def printable(text: str) -> str:
    """No control characters of the data's reach the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


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


def summary(report: Report, verdicts: tuple[str, str] = VALID) -> str:
    """The verdict and what it rests on, in one line."""
    good, bad = verdicts
    verdict = (
        click.style(good, fg="green", bold=True)
        if report.valid
        else click.style(bad, fg="red", bold=True)
    )
    return f"{printable(report.package)}: {verdict} ({counts(report)})"


def counts(report: Report) -> str:
    """What was checked, and how much was found."""
    tables = len({check.resource for check in report.checks if check.kind == "text"})
    tested = sum(check.tested for check in report.checks)
    engines = Counter(check.engine for check in report.checks)
    cells = plural(tested, "cell or row", "cells and rows")
    parts = [
        plural(tables, "table"), plural(report.rows, "row"),
        f"{plural(len(report.checks), 'check')} of {cells}",
        plural(report.errors, "error"), plural(report.warnings, "warning"),
    ]  # fmt: skip
    if report.undecided:
        parts.append(f"{plural(report.undecided, 'rule')} undecided")
    if engines["frictionless"]:
        parts.append(f"{plural(engines['frictionless'], 'check')} by frictionless")
    return ", ".join(parts)


def plural(count: int, one: str, many: str | None = None) -> str:
    """A number and what it counts."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
