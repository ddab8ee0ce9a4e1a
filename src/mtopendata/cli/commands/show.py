"""`mtopendata show`."""

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.errors import error_line
from mtopendata.cli.options import format_option, max_bytes_option, package_option, released_option
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural


@click.command(cls=Answering)
@click.argument("figure")
@package_option
@released_option
@format_option("figure")
@max_bytes_option
def command(asked: Asked, figure: str, package: str | None) -> Answer:
    """Show all that a package says of one figure.

    Its value, bounds and printed text, definition and caveat, source, the rules in which it takes
    part and their state, and its revisions. FIGURE is a measure, or such as measure/area/year; all
    that it fits are shown.

    Exit codes: 0 the figure is there, and its package has no errors, 1 it has, 2 could not run.
    """
    from mtopendata.commands.show import stories

    report, found = stories(figure, package, asked.options)
    if report.valid:
        return Answer("figure", found, 0)
    errors = f"has {plural(report.errors, 'error')}"
    error = MtopendataError(report.package, errors, "see mtopendata validate")
    return Answer("figure", found, 1, afterword=error_line(error))
