"""`mtopendata page`."""

from pathlib import Path

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.options import (
    format_option,
    max_bytes_option,
    package_argument,
    released_option,
    schema_option,
    threads_option,
)


@click.command(cls=Answering)
@package_argument
@released_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file to write; by default NAME-VERSION.html in this folder.",
)
@click.option("--figure", metavar="NAME", help="Only the drawing of this figure, as SVG.")
@click.option("--force", is_flag=True, help="Write a page of a package with errors, which says so.")
@format_option("page")
@max_bytes_option
@schema_option
@threads_option
def command(
    asked: Asked, package: str | None, out: Path | None, figure: str | None, force: bool
) -> Answer:
    """Validate a Data Package and write a page to look at: one HTML file that loads nothing.

    Of figures: each as it is printed, its interval as a drawing, definition and caveat, rules,
    history, source, and how to cite it. Of any package: the data dictionary, the keys between its
    tables, the first rows and a summary of each column, and every check that ran.

    PACKAGE is a folder, a datapackage.json or a .zip. Without it: ./datapackage.json. A page that
    this program has made is replaced; no other file is.

    Exit codes: 0 the file is there, and the package has no errors, 1 it has, and without --force
    nothing was written, 2 could not run.
    """
    from mtopendata.commands.page import page

    paged = page(package, out, figure=figure, force=force, options=asked.options)
    return Answer("page", paged, int(not paged.report.valid))
