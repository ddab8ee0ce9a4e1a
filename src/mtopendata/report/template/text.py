"""A workbook to be filled in, for a person."""

import shlex
from typing import TYPE_CHECKING

import click

from mtopendata.report.printable import printable
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.commands.template import Template


def render(template: "Template") -> str:
    """What was written, and what to do next."""
    lines = [
        printable(f"sheet {sheet.name!r}: {plural(len(sheet.columns), 'column')}")
        for sheet in template.sheets
    ]
    lines += [
        printable(f"left out: {name}, which is no table with a schema")
        for name in template.left_out
    ]
    written = click.style("written", fg="green", bold=True)
    files = printable(f"{template.workbook} and {template.descriptor}")
    lines.append(f"{written}: {files} ({plural(len(template.sheets), 'table')})")
    command = f"mtopendata validate {shlex.quote(str(template.descriptor))}"
    lines.append(f"fill in the workbook, then check it: {printable(command)}")
    return "\n".join(lines) + "\n"
