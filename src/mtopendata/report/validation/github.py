"""A Report as workflow commands, which GitHub shows as annotations at the lines they are about."""

from collections.abc import Mapping

import click

from mtopendata.ledger.report import Report, gravity
from mtopendata.report.counts import unlisted, verdict_line
from mtopendata.report.locations import locations
from mtopendata.report.printable import printable

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
"""The workflow command for each severity."""


def render(report: Report) -> str:
    """For the log of a GitHub workflow: a command for each finding, then the verdict.

    Errors come first: of each kind GitHub shows the first ten of a step.
    """
    locate = locations(report)
    lines = []
    for finding in sorted(report.findings, key=gravity):
        location = locate(finding)
        about = finding.field or finding.resource
        message = printable(finding.message)
        if location.within:
            message = f"{printable(location.within)}: {message}"
        properties = {
            "title": printable(f"{finding.code}: {about}" if about else finding.code),
            "file": printable(location.file),
            "line": location.line,
            "col": location.column,
        }
        text = f"{message}\n{printable(finding.hint)}"
        lines.append(_command(COMMANDS[finding.severity], properties, text))
    if hidden := unlisted(report):
        lines.append(hidden)
    lines.append(_no_command(click.unstyle(verdict_line(report))))
    return "\n".join(lines) + "\n"


def _command(name: str, properties: Mapping[str, object], message: str) -> str:
    known = ",".join(
        f"{key}={_command_escaped(str(value), ':,')}" for key, value in properties.items() if value
    )
    return f"::{name}{' ' if known else ''}{known}::{_command_escaped(message)}"


def _command_escaped(text: str, signs: str = "") -> str:
    for sign in "%\r\n" + signs:  # the sign of the escapes themselves comes first
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _no_command(line: str) -> str:
    """A line of the log in which nothing is a command: neither `::` nor the older `##[`."""
    return line.replace("::", r":\x3a").replace("##[", r"#\x23[")
