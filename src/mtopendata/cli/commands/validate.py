"""`mtopendata validate`."""

import shlex
from pathlib import Path

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.options import (
    cache_option,
    engine_option,
    format_option,
    limit_option,
    max_bytes_option,
    output_option,
    package_argument,
    released_option,
    remote_option,
    schema_option,
    strict_option,
    threads_option,
    verbose_option,
)
from mtopendata.cli.outputs import files_of
from mtopendata.engines.engine import with_engine


@click.command(cls=Answering)
@package_argument
@released_option
@click.option(
    "--against",
    metavar="OLD",
    help="Ask that all changes be explained since OLD, a package, a git revision or last-release.",
)
@click.option(
    "--source",
    "documents",
    metavar="SHEET",
    multiple=True,
    help="Ask that the figures be those which this document prints; as often as wanted.",
)
@click.option(
    "--implied",
    is_flag=True,
    help="Print what rules and the other figures leave of figures that are not exact.",
)
@format_option("validation")
@output_option("validation")
@verbose_option
@strict_option
@limit_option
@max_bytes_option
@schema_option
@threads_option
@engine_option
@remote_option
@cache_option
def command(
    asked: Asked,
    package: str | None,
    against: str | None,
    documents: tuple[str, ...],
    implied: bool,
    engine: str,
    remote: str | None,
) -> Answer:
    """Validate a Data Package and print what was checked and found.

    PACKAGE is a folder, a datapackage.json or a .zip. Without it: ./datapackage.json. With
    --against, changed and withdrawn figures need a row in the table of revisions, and the version
    and the changelog must have kept up.

    Exit codes: 0 no errors, 1 errors found (or warnings, with --strict), 2 could not run.
    """
    from mtopendata.commands.validate import validated

    with with_engine(asked.options, engine, remote) as options:
        done = validated(package, options, against, documents, is_kept=False, implied=implied)
    sources = (*files_of(done.report.package, done.package), *map(Path, documents))
    wrong = int(asked.is_wrong(done.report))
    afterword = ""
    if against is None and asked.format_ == "text":
        afterword = _on_the_last_release(done.read.label, package)
    if (cache := asked.options.cache) and cache.trouble:
        afterword += f"{cache.trouble}; the run went on without it\n"
    return Answer("validation", done.report, wrong, sources, afterword)


def _on_the_last_release(place: str, package: str | None) -> str:
    """That nothing was compared with the last release, where there is one, and how to do it."""
    from mtopendata.changes.vintages import release_of
    from mtopendata.report.printable import printable

    tag = release_of(Path(place))
    if tag is None:
        return ""
    named = "" if package is None else f" {shlex.quote(package)}"
    command = f"mtopendata validate{named} --against last-release"
    return f"nothing was compared with the last release, {printable(tag)}: {command}\n"
