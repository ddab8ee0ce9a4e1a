"""`mtopendata bump`."""

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.options import format_option, max_bytes_option, package_option


@click.command(cls=Answering)
@click.argument("version", required=False)
@package_option
@format_option("bump")
@max_bytes_option
def command(asked: Asked, version: str | None, package: str | None) -> Answer:
    """Raise the version of a package in all that names it.

    Sets version and created in the descriptor, names there every source of the table of sources,
    writes the heading of the version into the changelog, and sets the citation, where there is a
    CITATION.cff. Without VERSION it is the lowest that the changes since the last release allow.
    What changed and why is for you to write in the changelog.

    Exit codes: 0 done, 2 could not run.
    """
    from mtopendata.commands.bump import bump

    return Answer("bump", bump(version, package, asked.options), 0)
