"""`mtopendata build`."""

from pathlib import Path

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.options import (
    format_option,
    limit_option,
    max_bytes_option,
    package_argument,
    released_option,
    schema_option,
    strict_option,
    threads_option,
    verbose_option,
)


@click.command(cls=Answering)
@package_argument
@released_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist"),
    show_default=True,
    help="Folder for the release, and for nothing else.",
)
@click.option("--bagit", is_flag=True, help="Write a BagIt bag (RFC 8493) too.")
@click.option("--force", is_flag=True, help="Replace another release in the folder.")
@format_option("build")
@verbose_option
@strict_option
@limit_option
@max_bytes_option
@schema_option
@threads_option
def command(asked: Asked, package: str | None, out: Path, bagit: bool, force: bool) -> Answer:
    """Validate a Data Package and write its release: zip, SQLite, Excel, Parquet, checksums.

    PACKAGE is a folder, a datapackage.json or a .zip. Without it: ./datapackage.json. The
    same package gives the same bytes anywhere; the release's date is SOURCE_DATE_EPOCH, or else the
    descriptor's `created`.

    Exit codes: 0 the release is there, 1 the package has errors (or warnings, with --strict) and
    nothing was written, 2 could not run.
    """
    from mtopendata.commands.build import build

    options = asked.options
    built = build(package, out, bagit=bagit, force=force, strict=asked.strict, options=options)
    return Answer("build", built, int(built.folder is None))
