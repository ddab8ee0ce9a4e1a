"""`mtopendata verify`."""

from typing import TYPE_CHECKING

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.errors import echo_error
from mtopendata.cli.options import (
    format_option,
    limit_option,
    max_bytes_option,
    schema_option,
    strict_option,
    verbose_option,
)
from mtopendata.values.errors import MtopendataError

if TYPE_CHECKING:
    from mtopendata.ledger.report import Report


@click.command(cls=Answering)
@click.argument("archives", metavar="ARCHIVE...", nargs=-1, required=True)
@click.option(
    "--rebuild",
    metavar="PACKAGE",
    help="Build the release again from this package, and compare the bytes.",
)
@format_option("verification")
@verbose_option
@strict_option
@limit_option
@max_bytes_option
@schema_option
def command(asked: Asked, archives: tuple[str, ...], rebuild: str | None) -> Answer:
    """Verify a release that was downloaded: checksums, members, bag, and the data themselves.

    ARCHIVE is a release's folder or its SHA256SUMS, or one of its files: a zip is verified down to
    its cells, any other file against the SHA256SUMS beside it.

    Exit codes: 0 it is what was released, 1 something is wrong (or doubtful, with --strict), 2
    could not run.
    """
    from mtopendata.commands.verify import verify

    reports: list[Report] = []
    failed = False
    for archive in archives:
        try:
            reports.append(verify(archive, rebuild=rebuild, options=asked.options))
        except MtopendataError as error:  # the others are verified all the same
            echo_error(error)
            failed = True
    wrong = any(asked.is_wrong(report) for report in reports)
    return Answer("verification", reports, 2 if failed else int(wrong))
