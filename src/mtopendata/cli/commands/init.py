"""`mtopendata init`."""

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.options import format_option, max_bytes_option, threads_option


@click.command(cls=Answering)
@click.argument("names", metavar="[FILE]...", nargs=-1)
@click.option(
    "--out",
    metavar="FOLDER",
    help="Where the descriptor goes; by default the folder that has all files.",
)
@click.option(
    "--template",
    metavar="FILE.xlsx",
    help="The other way: write a workbook to be filled in, of the tables of a package.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; --format json shows the descriptor.")
@format_option("draft")
@max_bytes_option
@threads_option
def command(
    asked: Asked, names: tuple[str, ...], out: str | None, template: str | None, dry_run: bool
) -> Answer:
    """Write a first datapackage.json for tables that have none.

    FILE is a CSV or TSV file, also compressed (.gz, .bz2, .xz, .zip), or a folder of such, by
    default this one; or a workbook (.xlsx, .ods), of which each sheet with a table is described.
    Encoding, separators, types, missing values, keys and enumerations are guessed from a sample and
    proved on all rows, so that mtopendata validate finds nothing. What is not certain is listed,
    and never guessed: days that may be months stay text. Nothing is overwritten.

    With --template FILE is a package, by default the one here. FILE.xlsx gets a sheet for each
    table, with lists to choose from and checks of what is entered, and FILE.json beside it
    describes these sheets: mtopendata validate FILE.json checks the workbook that is filled in.

    Exit codes: 0 written (or only shown), 1 the tables have problems, and nothing was written, 2
    could not run.
    """
    if template is not None:
        return _template(asked, names, out, template, dry_run=dry_run)
    from mtopendata.commands.init import init

    drafted = init(names, asked.options, out=out, is_written=not dry_run)
    return Answer("draft", drafted, int(bool(drafted.problems)))


def _template(
    asked: Asked, names: tuple[str, ...], out: str | None, template: str, *, dry_run: bool
) -> Answer:
    if out is not None or dry_run:
        raise click.UsageError("--template goes with neither --out nor --dry-run")
    if len(names) > 1:
        raise click.UsageError("--template is of one package: name one, or none")
    from mtopendata.commands.template import template as write_template

    package = names[0] if names else None
    return Answer("template", write_template(template, package, asked.options), 0)
