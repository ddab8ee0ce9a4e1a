"""A Report as text or JSON: a function each, in one dict."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import click

from mtopendata.package import DESCRIPTOR
from mtopendata.report import Check, Finding, Report, RuleInstance

COLOURS = {
    "error": "red", "violated": "red", "warning": "yellow", "undecided": "yellow",
    "satisfied": "green",
}  # fmt: skip


def render_text(report: Report, *, verbose: bool = False) -> str:
    """For a person: short when all is well, the whole ledger with `verbose`."""
    lines = [line for finding in report.findings for line in _finding(finding)]
    hidden = report.unlisted_errors + report.unlisted_warnings
    if hidden:
        lines.append(f"… and {hidden:,} more findings, counted below; list more with --limit")
    if lines:
        lines.append("")
    if verbose:
        lines += [*_ledger(report.checks), "", *_instances(report.rules), ""]
    elif report.rules:
        lines += [
            _instance(instance) for instance in report.rules if instance.state == "satisfied"
        ][:_SHOWN_RULES]
        lines += [
            _instance(instance) for instance in report.rules if instance.state == "undecided"
        ][:_SHOWN_RULES]
        lines.append("")
    lines.append(_summary(report))
    return "\n".join(lines) + "\n"


def render_json(report: Report, *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/report.md describes it. It is always whole."""
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"
    # Half a surrogate pair is no UTF-8; its escape is JSON.
    return text.encode(errors="backslashreplace").decode()


RENDERERS: Mapping[str, Callable[..., str]] = {"text": render_text, "json": render_json}

_SHOWN_RULES = 12


def _finding(finding: Finding) -> Iterator[str]:
    file = finding.path or finding.resource or "package"
    if file == DESCRIPTOR and finding.resource:
        file = f"{file} ({finding.resource})"
    place = file if finding.row is None else f"{file}:{finding.row}"
    if finding.field:
        place += f" [{finding.field}]"
    severity = click.style(finding.severity, fg=COLOURS[finding.severity], bold=True)
    yield f"{_printable(place)}: {severity} {finding.code}: {_printable(finding.message)}"
    yield f"    {_printable(finding.hint)}"


def _printable(text: str) -> str:
    """No control characters of the data's reach the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _ledger(checks: list[Check]) -> Iterator[str]:
    by_resource: dict[str | None, list[Check]] = {}
    for check in checks:
        by_resource.setdefault(check.resource, []).append(check)
    for resource, group in by_resource.items():
        yield click.style(_printable(resource or "package"), bold=True)
        for check in group:
            failed = f"{check.failed:,} failed"
            failed = click.style(failed, fg="red") if check.failed else failed
            yield (
                f"  {_printable(check.name)}: {check.tested:,} tested, {failed} "
                f"[{check.kind}, {check.engine}]"
            )


def _instance(instance: RuleInstance) -> str:
    place = " ".join(str(part) for part in (instance.area, instance.period) if part is not None)
    state = click.style(f"{instance.state:<9}", fg=COLOURS[instance.state])
    where = _printable(f"{instance.rule}, {place}")
    return f"{state}  {_printable(instance.equation)}  ({where})"


def _instances(instances: list[RuleInstance]) -> Iterator[str]:
    if instances:
        yield click.style("rules", bold=True)
    for instance in instances:
        yield "  " + _instance(instance)


def _summary(report: Report) -> str:
    verdict = (
        click.style("valid", fg="green", bold=True)
        if report.valid
        else click.style("not valid", fg="red", bold=True)
    )
    tables = len({check.resource for check in report.checks if check.kind == "text"})
    tested = sum(check.tested for check in report.checks)
    engines = Counter(check.engine for check in report.checks)
    cells = _plural(tested, "cell or row", "cells and rows")
    parts = [
        _plural(tables, "table"), _plural(report.rows, "row"),
        f"{_plural(len(report.checks), 'check')} of {cells}",
        _plural(report.errors, "error"), _plural(report.warnings, "warning"),
    ]  # fmt: skip
    if report.undecided:
        parts.append(f"{_plural(report.undecided, 'rule')} undecided")
    if engines["frictionless"]:
        parts.append(f"{_plural(engines['frictionless'], 'check')} by frictionless")
    return f"{_printable(report.package)}: {verdict} ({', '.join(parts)})"


def _plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
