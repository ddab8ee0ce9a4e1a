"""`mtopendata diff`."""

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.options import (
    format_option,
    limit_option,
    max_bytes_option,
    output_option,
    released_option,
    schema_option,
    strict_option,
    threads_option,
)
from mtopendata.cli.outputs import files_of


@click.command(cls=Answering)
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option(
    "--package",
    metavar="PACKAGE",
    help="The package to compare, where it does not lie in this folder.",
)
@released_option
@format_option("comparison")
@output_option("comparison")
@click.option("-v", "--verbose", is_flag=True, help="Print long cells whole.")
@strict_option
@limit_option
@max_bytes_option
@schema_option
@threads_option
def command(asked: Asked, old: str | None, new: str | None, package: str | None) -> Answer:
    """Compare two versions of a Data Package: what changed, and is it explained?

    OLD and NEW are packages (a folder, a datapackage.json or a .zip) or git revisions, such as
    v1.0.0, HEAD~1 or last-release (the tag of the highest version that HEAD has). NEW is by default
    the package in this folder, or --package, and OLD its last release, else HEAD. A revision is
    looked up where that package lies. Rows are compared by their primary key; the order of rows has
    no meaning.

    A version with faults is compared as it is written. Where no version is declared, no explanation
    is asked for: validate --against OLD asks.

    Exit codes: 0 nothing changed or all is explained, 1 something is not (or doubtful, with
    --strict), 2 could not run.
    """
    from mtopendata.commands.diff import diff

    found = diff(old, new, asked.options, package)
    sides = (found.old, found.new)
    sources = (file for side in sides for file in files_of(side.label, side.package))
    return Answer("comparison", found, int(asked.is_wrong(found.report)), sources)
