"""What became of a page, for a person."""

from typing import TYPE_CHECKING

import click

from mtopendata.report.counts import verdict_line
from mtopendata.report.printable import printable
from mtopendata.report.report_text import finding_lines

if TYPE_CHECKING:
    from mtopendata.commands.page import Paged

FINDINGS = 10
"""Lines on what is wrong, of which mtopendata validate prints all."""


def render(paged: "Paged") -> str:
    """The verdict, and the file with its size; or the first findings, and why there is none."""
    report = paged.report
    lines = list(finding_lines(report))
    shown = lines[:FINDINGS]
    if len(lines) > len(shown):
        shown.append("… mtopendata validate prints the rest")
    shown.append(verdict_line(report))
    if paged.file is None:
        shown.append("nothing was written; --force writes a page that says so")
    else:
        done = click.style("written", fg="green", bold=True)
        shown.append(f"{done}: {paged.bytes:,} bytes, {printable(str(paged.file))}")
    return "\n".join(shown) + "\n"
