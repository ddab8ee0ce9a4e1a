"""`mtopendata extract`."""

from pathlib import Path

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.options import (
    format_option,
    max_bytes_option,
    package_option,
    released_option,
    verbose_option,
)
from mtopendata.report import formats


@click.command(cls=Answering)
@click.argument("sheet", required=False)
@package_option
@released_option
@click.option(
    "--into",
    metavar="PACKAGE",
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
    "--edition",
    is_flag=True,
    help="The sheet is a later edition of one that is there: it becomes a source of its own.",
)
@click.option(
    "--release",
    metavar="VERSION",
    help="The version that will publish the rows. With --into it is set in the descriptor, its "
    "date, sources and description, the changelog and the citation.",
)
@click.option(
    "--because",
    metavar="WHY",
    help="Why figures differ from what another source prints: it becomes their note.",
)
@click.option(
    "--check",
    metavar="FIRST.csv SECOND.csv",
    nargs=2,
    type=click.Path(path_type=Path),
    help="Compare two transcriptions of one sheet instead of reading it.",
)
@format_option("extraction")
@verbose_option
@max_bytes_option
def command(
    asked: Asked,
    sheet: str | None,
    package: str | None,
    into: str | None,
    not_reported: tuple[str, ...],
    code: str | None,
    edition: bool,
    release: str | None,
    because: str | None,
    check: tuple[Path, Path] | None,
) -> Answer:
    """Read the figures of a fact sheet, a report or a table, and enter them into a package.

    SHEET is a text, Markdown, PDF or CSV file, or - for standard input. A figure is the number
    beside the words of its cue, in the right section; the cues are a table of the package (by
    default the one in this folder). What is not certain is listed, and nothing is guessed: a figure
    that is not found or found twice, a number of unknown form, a share without its whole, a number
    that no cue claims. FIGURE is a measure, or such as measure/ALL.

    A document whose rows are a name and a number, such as reports by country, is read as a table:
    the rows must make the printed total, or none is given. Of a report with tables of years, a PDF,
    the figures are read that cues name. Slips of a document that leave no figure in doubt are told.

    Exit codes: 0 all is certain (and the package valid), 1 something is not, or the transcriptions
    differ, 2 could not run.
    """
    if check is not None:
        if sheet is not None or into is not None or asked.format_ not in formats("transcription"):
            raise click.UsageError("--check takes two files, and --format text or json alone")
        return _check_answer(*check)
    if sheet is None:
        raise click.UsageError("name the SHEET to read, or - for standard input")
    if package is not None and into is not None:
        raise click.UsageError("--into names the package: leave out --package and --released")
    from mtopendata.commands.extract import extract
    from mtopendata.report.sheet_words import problem_lines
    from mtopendata.sheets.tables.table import TableReading

    if code is not None and edition:
        raise click.UsageError("--edition gives the source its code: leave out --code")
    found = extract(
        sheet,
        package,
        into=into,
        not_reported=not_reported,
        code=code,
        edition=edition,
        release=release,
        because=because,
        options=asked.options,
    )
    kind, reading = (
        ("table", found) if isinstance(found, TableReading) else ("extraction", found.reading)
    )
    lines = problem_lines(found.problems, reading.document.name)
    # The rows of the CSV are for a file, and problems for a person.
    afterword = "".join(f"{line}\n" for line in lines) if asked.format_ == "csv" else ""
    return Answer(kind, found, int(not found.is_certain), afterword=afterword)


def _check_answer(first: Path, second: Path) -> Answer:
    """The answer to --check."""
    from mtopendata.sheets.transcription import compare_transcriptions

    comparison = compare_transcriptions(first, second)
    return Answer("transcription", comparison, int(bool(comparison.differences)))
