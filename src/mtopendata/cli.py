"""The command line: parse, call, render, exit."""

import os
import sys
import time
from pathlib import Path

import click

from mtopendata import __version__
from mtopendata.errors import MtopendataError
from mtopendata.files import MAX_BYTES

FORMATS = ("text", "json")
PATIENCE = 2.0
"""Seconds of silence before a progress display appears."""


class _Group(click.Group):
    """Turns the program's own exception into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MtopendataError as error:
            click.echo(f"{click.style('error', fg='red', bold=True)} {error}", err=True)
            ctx.exit(2)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="mtopendata")
@click.pass_context
def main(context: click.Context) -> None:
    """Open data that cannot be silently wrong.

    Publishes NCMEC's figures for Montana as a Data Package, and validates any Data Package.
    Colours go to terminals only, and nowhere where NO_COLOR is set.
    """
    if os.environ.get("NO_COLOR"):
        context.color = False


@main.command()
@click.argument("package", type=click.Path(path_type=Path), required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to print the report.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print the whole ledger of checks.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Findings to list for each check; all are counted.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    default=MAX_BYTES,
    show_default=True,
    help="What an archive or a compressed file may expand to.",
)
def validate(
    package: Path | None, format_: str, verbose: bool, strict: bool, limit: int, max_bytes: int
) -> None:
    """Validate a Data Package and print what was checked and found.

    PACKAGE is a folder, a datapackage.json or a .zip. Without it: ./datapackage.json, else the
    package that this program was released with.

    Exit codes: 0 no errors, 1 errors found (or warnings, with --strict), 2 could not run.
    """
    from mtopendata import validation
    from mtopendata.render import RENDERERS
    from mtopendata.tables import Options

    with _Progress() as progress:
        options = Options(limit, max_bytes, progress.show)
        report = validation.validate(package, options)
    click.echo(RENDERERS[format_](report, verbose=verbose), nl=False)
    sys.exit(int(not report.valid or (strict and report.warnings > 0)))


class _Progress:
    """A line on a terminal's standard error, from two seconds on; nothing elsewhere."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._shown = False
        self._is_terminal = sys.stderr.isatty()

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)

    def show(self, resource: str, rows: int, read: int, size: int) -> None:
        if not self._is_terminal or time.monotonic() - self._start < PATIENCE:
            return
        self._shown = True
        share = f"{min(100, 100 * read // max(size, 1))}%"
        click.echo(f"\r\033[K{resource}: {share}, {rows:,} rows", nl=False, err=True)
