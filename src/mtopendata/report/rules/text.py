"""The rules of a package, for a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mtopendata.report.printable import printable
from mtopendata.report.report_text import COLOURS
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.commands.rules import ListedRule, ListedRules, Remark


def render(listed: "ListedRules") -> str:
    """One rule after the other: its name, what it says, its states, and what is said of it."""
    lines = [line for rule in listed.rules for line in _lines_of_rule(rule)]
    lines += [_remark_line(remark) for remark in listed.remarks]
    count = plural(len(listed.rules), "rule")
    remarks = sum(len(rule.remarks) for rule in listed.rules) + len(listed.remarks)
    said = plural(remarks, "remark") if remarks else "nothing to remark"
    return "\n".join([*lines, "", f"{printable(listed.report.package)}: {count}, {said}"]) + "\n"


def _lines_of_rule(rule: "ListedRule") -> Iterator[str]:
    kind = click.style(rule.severity, fg=COLOURS[rule.severity])
    yield f"{click.style(printable(rule.rule), bold=True)} ({kind} where it is violated)"
    yield f"  {printable(rule.title)}"
    yield f"  {printable(rule.statement)}"
    states = {"satisfied": rule.satisfied, "violated": rule.violated, "undecided": rule.undecided}
    counts = ", ".join(
        click.style(f"{count:,} {state}", fg=COLOURS[state])
        for state, count in states.items()
        if count
    )
    yield f"  tested in {plural(rule.tested, 'place')}" + (f": {counts}" if counts else "")
    yield from map(_remark_line, rule.remarks)


def _remark_line(remark: "Remark") -> str:
    severity = click.style(remark.severity, fg=COLOURS[remark.severity], bold=True)
    return f"  {severity} {remark.code}: {printable(remark.message)}"
