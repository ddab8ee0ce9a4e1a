"""`mtopendata show`."""

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.errors import error_line
from mtopendata.cli.options import format_option, max_bytes_option, package_option, released_option
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural


@click.command(cls=Answering)
@click.argument("words", metavar="[FIGURE]", nargs=-1)
@package_option
@released_option
@format_option("figure")
@max_bytes_option
def command(asked: Asked, words: tuple[str, ...], package: str | None) -> Answer:
    """Show all that a package says of one figure, or list its figures.

    Of one figure: its value, bounds and printed text, definition and caveat, source, the rules in
    which it takes part and their state, its revisions, a sentence to quote, and how to cite it.

    FIGURE is a measure, or such as measure/area/year, or a title: all that it fits are shown. Or it
    is words of titles, codes, programmes, areas or years, such as: missing children MT. One figure
    that has them all is shown, several are listed; without FIGURE all are.

    Exit codes: 0 the figure is there, and its package has no errors, 1 it has, 2 could not run.
    """
    from mtopendata.commands.show import show

    shown = show(" ".join(words) if words else None, package, asked.options)
    report = shown.report
    kind, found = ("figure", shown.stories) if shown.stories else ("figures", shown.listed)
    if report.valid:
        return Answer(kind, found, 0)
    errors = f"has {plural(report.errors, 'error')}"
    error = MtopendataError(report.package, errors, "see mtopendata validate")
    return Answer(kind, found, 1, afterword=error_line(error))
