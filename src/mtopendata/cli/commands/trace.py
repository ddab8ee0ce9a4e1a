"""`mtopendata trace`."""

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.options import format_option, max_bytes_option, package_option, released_option


@click.command(cls=Answering)
@click.argument("figure", required=False)
@click.option(
    "--source", "document", metavar="SHEET", required=True, help="The document of the figures."
)
@package_option
@released_option
@format_option("tracing")
@max_bytes_option
def command(asked: Asked, figure: str | None, document: str, package: str | None) -> Answer:
    """Show where a document prints the figures of a package, and that they agree.

    SHEET is a text, Markdown or PDF file, or - for standard input. FIGURE is a measure, its
    title, or such as measure/area/year; without it, all figures of the document are traced.

    Exit codes: 0 it is the document that was read, and all agree, 1 something differs or is not
    found, 2 could not run.
    """
    from mtopendata.commands.trace import trace

    found = trace(document, figure, package, asked.options)
    return Answer("tracing", found, int(not found.holds))
