"""The command line: parse, call, render, exit."""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mtopendata import __version__
from mtopendata.commands.outputs import (
    Output,
    files_of,
    format_option,
    report_options,
    write_reports,
)
from mtopendata.package.files import MAX_BYTES
from mtopendata.values.errors import MtopendataError

if TYPE_CHECKING:
    from mtopendata.ledger.report import Report

FORMATS = ("text", "json", "github", "sarif", "junit", "markdown")
"""Of a validation's report; what `render` has, without importing it."""
PATIENCE = 2.0
"""Seconds of silence before a progress display appears."""


class _Group(click.Group):
    """Turns the program's own exception into one line and exit code 2, and an interruption into
    the code that shells know.
    """

    def invoke(self, ctx: click.Context) -> object:
        # What is ended from outside removes what it has begun, as what is interrupted.
        for name in ("SIGTERM", "SIGHUP"):
            if number := getattr(signal, name, None):
                with suppress(ValueError):  # not the main thread: its program decides
                    signal.signal(number, lambda number, _: sys.exit(128 + number))
        try:
            return super().invoke(ctx)
        except MtopendataError as error:
            _echo_error(error)
            ctx.exit(2)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            reason = error.strerror or str(error)
            _echo_error(MtopendataError(str(error.filename or "output"), reason, "try elsewhere"))
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(128 + signal.SIGINT)


def _echo_error(error: MtopendataError) -> None:
    click.echo(f"{click.style('error', fg='red', bold=True)} {error}", err=True)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="mtopendata")
@click.pass_context
def main(context: click.Context) -> None:
    """Open data that cannot be silently wrong.

    Publishes NCMEC's figures for Montana as a Data Package; validates any Data Package, builds its
    release archives, and verifies those; reads fact sheets, and traces figures back to them.
    Colours go to terminals only, and nowhere where NO_COLOR is set.
    """
    if os.environ.get("NO_COLOR"):
        context.color = False


_package = click.argument("package", type=click.Path(path_type=Path), required=False)
_format = format_option(("text", "json"))
_verbose = click.option("-v", "--verbose", is_flag=True, help="Print the whole ledger of checks.")
_strict = click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
_limit = click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Findings to list for each check; all are counted.",
)
_max_bytes = click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    default=MAX_BYTES,
    show_default=True,
    help="What an archive or a compressed file may expand to.",
)


@main.command()
@_package
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
@report_options(FORMATS)
@_verbose
@_strict
@_limit
@_max_bytes
def validate(
    package: Path | None, against: str | None, documents: tuple[str, ...], format_: str,
    outputs: tuple[Output, ...], verbose: bool, strict: bool, limit: int, max_bytes: int,
) -> None:  # fmt: skip
    """Validate a Data Package and print what was checked and found.

    PACKAGE is a folder, a datapackage.json or a .zip. Without it: ./datapackage.json, else the
    package that this program was released with. With --against, changed and withdrawn figures need
    a row in the table of revisions, and the version and the changelog must have kept up.

    Exit codes: 0 no errors, 1 errors found (or warnings, with --strict), 2 could not run.
    """
    from mtopendata.commands import validate as validation
    from mtopendata.reading.options import Options
    from mtopendata.report import RENDERERS

    with _Progress() as progress:
        options = Options(limit, max_bytes, progress.show)
        done = validation.validated(package, options, against, documents)
    report, read = done.report, done.package
    sources = (*files_of(report.package, read), *map(Path, documents))
    write_reports(outputs, RENDERERS, report, sources, verbose=verbose)
    click.echo(RENDERERS[format_](report, verbose=verbose), nl=False)
    sys.exit(int(not report.valid or (strict and report.warnings > 0)))


@main.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option(
    "--package",
    type=click.Path(path_type=Path),
    help="The package to compare, where it does not lie in this folder.",
)
@report_options(("text", "json", "markdown"))
@click.option("-v", "--verbose", is_flag=True, help="Print long cells whole.")
@_strict
@_limit
@_max_bytes
def diff(
    old: str | None, new: str | None, package: Path | None, format_: str,
    outputs: tuple[Output, ...], verbose: bool, strict: bool, limit: int, max_bytes: int,
) -> None:  # fmt: skip
    """Compare two versions of a Data Package: what changed, and is it explained?

    OLD and NEW are packages (a folder, a datapackage.json or a .zip) or git revisions, such as
    v1.0.0, HEAD~1 or last-release (the tag of the highest version that HEAD has). NEW is by default
    the package in this folder, or --package, and OLD its last release, else HEAD. A revision is
    looked up where that package lies. Rows are compared by their primary key; the order of rows has
    no meaning.

    Exit codes: 0 nothing changed or all is explained, 1 something is not (or doubtful, with
    --strict), 2 could not run.
    """
    from mtopendata.commands import diff as comparing
    from mtopendata.reading.options import Options
    from mtopendata.report import DIFF_RENDERERS

    with _Progress() as progress:
        options = Options(limit, max_bytes, progress.show)
        found = comparing.diff(old, new, options, package)
    sides = (found.old, found.new)
    sources = (file for side in sides for file in files_of(side.label, side.package))
    write_reports(outputs, DIFF_RENDERERS, found, sources, verbose=verbose)
    click.echo(DIFF_RENDERERS[format_](found, verbose=verbose), nl=False)
    sys.exit(int(not found.report.valid or (strict and found.report.warnings > 0)))


@main.command()
@_package
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist"),
    show_default=True,
    help="Folder for the release, and for nothing else.",
)
@click.option("--bagit", is_flag=True, help="Write a BagIt bag (RFC 8493) too.")
@click.option("--force", is_flag=True, help="Replace another release in the folder.")
@_format
@_verbose
@_strict
@_limit
@_max_bytes
def build(
    package: Path | None, out: Path, bagit: bool, force: bool, format_: str, verbose: bool,
    strict: bool, limit: int, max_bytes: int,
) -> None:  # fmt: skip
    """Validate a Data Package and write its release: zip, SQLite, Excel, Parquet, checksums.

    PACKAGE is a folder, a datapackage.json or a .zip. Without it: ./datapackage.json, else the
    package that this program was released with. The same package gives the same bytes anywhere; the
    release's date is SOURCE_DATE_EPOCH, or else the descriptor's `created`.

    Exit codes: 0 the release is there, 1 the package has errors (or warnings, with --strict) and
    nothing was written, 2 could not run.
    """
    from mtopendata.commands import build as building
    from mtopendata.reading.options import Options
    from mtopendata.report import BUILD_RENDERERS

    with _Progress() as progress:
        options = Options(limit, max_bytes, progress.show)
        built = building.build(
            package, out, bagit=bagit, force=force, strict=strict, options=options
        )
    click.echo(BUILD_RENDERERS[format_](built, verbose=verbose), nl=False)
    sys.exit(int(built.folder is None))


@main.command()
@click.argument(
    "archives", metavar="ARCHIVE...", type=click.Path(path_type=Path), nargs=-1, required=True
)
@click.option(
    "--rebuild",
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    help="Build the release again from this package, and compare the bytes.",
)
@_format
@_verbose
@_strict
@_limit
@_max_bytes
def verify(
    archives: tuple[Path, ...], rebuild: Path | None, format_: str, verbose: bool, strict: bool,
    limit: int, max_bytes: int,
) -> None:  # fmt: skip
    """Verify a release that was downloaded: checksums, members, bag, and the data themselves.

    ARCHIVE is a release's folder or its SHA256SUMS, or one of its files: a zip is verified down to
    its cells, any other file against the SHA256SUMS beside it.

    Exit codes: 0 it is what was released, 1 something is wrong (or doubtful, with --strict), 2
    could not run.
    """
    from mtopendata.commands import verify as verification
    from mtopendata.reading.options import Options
    from mtopendata.report import VERIFY_RENDERERS

    reports: list[Report] = []
    failed = False
    with _Progress() as progress:
        options = Options(limit, max_bytes, progress.show)
        for archive in archives:
            try:
                reports.append(verification.verify(archive, rebuild=rebuild, options=options))
            except MtopendataError as error:  # the others are verified all the same
                _echo_error(error)
                failed = True
    click.echo(VERIFY_RENDERERS[format_](reports, verbose=verbose), nl=False)
    wrong = any(not item.valid or (strict and item.warnings > 0) for item in reports)
    sys.exit(2 if failed else int(wrong))


_cued = click.option(
    "--package",
    type=click.Path(path_type=Path),
    help="The package, where it does not lie in this folder.",
)


@main.command()
@click.argument("sheet", required=False)
@_cued
@click.option(
    "--into",
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    help="Add the rows to this package, if nothing is uncertain, and validate it.",
)
@click.option(
    "--not-reported",
    metavar="FIGURE",
    multiple=True,
    help="A figure that the sheet leaves out: it is entered as not reported. As often as wanted.",
)
@click.option(
    "--code", metavar="CODE", help="Code of the new source, by default like those that are there."
)
@click.option(
    "--check",
    metavar="FIRST.csv SECOND.csv",
    nargs=2,
    type=click.Path(path_type=Path),
    help="Compare two transcriptions of one sheet instead of reading it.",
)
@format_option(("text", "csv", "json"))
@_verbose
@_max_bytes
def extract(
    sheet: str | None, package: Path | None, into: Path | None, not_reported: tuple[str, ...],
    code: str | None, check: tuple[Path, Path] | None, format_: str, verbose: bool,
    max_bytes: int,
) -> None:  # fmt: skip
    """Read the figures of a fact sheet, and enter them into a package.

    SHEET is a text, Markdown or PDF file, or - for standard input. A figure is the number beside
    the words of its cue, in the right section; the cues are a table of the package (by default the
    one in this folder, else the one that this program was released with). What is not certain is
    listed, and nothing is guessed: a figure that is not found or found twice, a number of unknown
    form, a share without its whole, a number that no cue claims. FIGURE is a measure, or such as
    measure/ALL.

    Exit codes: 0 all is certain (and the package valid), 1 something is not, or the transcriptions
    differ, 2 could not run.
    """
    from mtopendata.report import EXTRACTION_RENDERERS, TRANSCRIPTION_RENDERERS

    if check is not None:
        if sheet is not None or into is not None or format_ not in TRANSCRIPTION_RENDERERS:
            raise click.UsageError("--check takes two files, and --format text or json alone")
        from mtopendata.sheets.transcription import compare_transcriptions

        compared = compare_transcriptions(*check)
        click.echo(TRANSCRIPTION_RENDERERS[format_](compared), nl=False)
        sys.exit(int(bool(compared.differences)))
    if sheet is None:
        raise click.UsageError("name the SHEET to read, or - for standard input")
    if package is not None and into is not None:
        raise click.UsageError("--into names the package: leave out --package")
    from mtopendata.commands import extract as extracting
    from mtopendata.reading.options import Options

    with _Progress() as progress:
        options = Options(max_bytes=max_bytes, progress=progress.show)
        found = extracting.extract(
            sheet, package, into=into, not_reported=not_reported, code=code, options=options
        )
    click.echo(EXTRACTION_RENDERERS[format_](found, verbose=verbose), nl=False)
    if format_ == "csv":  # its rows are for a file, and problems for a person
        from mtopendata.report.sheets import problems

        click.echo("".join(f"{line}\n" for line in problems(found)), nl=False, err=True)
    sys.exit(int(not found.is_certain))


@main.command()
@click.argument("figure", required=False)
@click.option(
    "--source", "document", metavar="SHEET", required=True, help="The document of the figures."
)
@_cued
@_format
@_max_bytes
def trace(
    figure: str | None, document: str, package: Path | None, format_: str, max_bytes: int
) -> None:
    """Show where a document prints the figures of a package, and that they agree.

    SHEET is a text, Markdown or PDF file, or - for standard input. FIGURE is a measure, or such as
    measure/area/year; without it, all figures of the document are traced.

    Exit codes: 0 it is the document that was read, and all agree, 1 something differs or is not
    found, 2 could not run.
    """
    from mtopendata.commands import extract as extracting
    from mtopendata.reading.options import Options
    from mtopendata.report import TRACE_RENDERERS

    with _Progress() as progress:
        options = Options(max_bytes=max_bytes, progress=progress.show)
        found = extracting.trace(document, figure, package, options)
    click.echo(TRACE_RENDERERS[format_](found), nl=False)
    sys.exit(int(not found.holds))


@main.command()
@click.argument("figure")
@_cued
@_format
@_max_bytes
def show(figure: str, package: Path | None, format_: str, max_bytes: int) -> None:
    """Show all that a package says of one figure.

    Its value, bounds and printed text, definition and caveat, source, the rules in which it takes
    part and their state, and its revisions. FIGURE is a measure, or such as measure/area/year; all
    that it fits are shown.

    Exit codes: 0 the figure is there, and its package has no errors, 1 it has, 2 could not run.
    """
    from mtopendata.commands import show as story
    from mtopendata.reading.options import Options
    from mtopendata.report import STORY_RENDERERS

    with _Progress() as progress:
        options = Options(max_bytes=max_bytes, progress=progress.show)
        report, found = story.stories(figure, package, options)
    click.echo(STORY_RENDERERS[format_](found), nl=False)
    if not report.valid:
        what = f"has {report.errors} errors"
        _echo_error(MtopendataError(report.package, what, "see mtopendata validate"))
    sys.exit(int(not report.valid))


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
