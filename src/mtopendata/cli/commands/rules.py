"""`mtopendata rules`."""

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.errors import error_line
from mtopendata.cli.options import (
    format_option,
    max_bytes_option,
    package_argument,
    released_option,
    schema_option,
)
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural


@click.command(cls=Answering)
@package_argument
@released_option
@format_option("rules")
@max_bytes_option
@schema_option
def command(asked: Asked, package: str | None) -> Answer:
    """List the rules of a package, their states, and what they say of each other.

    Of each rule: what it says, in how many places it is satisfied, violated or undecided, and
    whether it contradicts other rules, follows from them, or has a term that can never matter.

    Exit codes: 0 the package has no errors, 1 it has, 2 could not run.
    """
    from mtopendata.commands.rules import rules

    listed = rules(package, asked.options)
    report = listed.report
    if report.valid:
        return Answer("rules", listed, 0)
    errors = f"has {plural(report.errors, 'error')}"
    error = MtopendataError(report.package, errors, "see mtopendata validate")
    return Answer("rules", listed, 1, afterword=error_line(error))
