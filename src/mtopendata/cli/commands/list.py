"""`mtopendata list`."""

import re

import click

from mtopendata.cli.answer import Answer, Answering, Asked
from mtopendata.cli.errors import error_line
from mtopendata.cli.options import format_option, max_bytes_option, package_option, released_option
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


def _years(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> list[int]:
    """The years of `2023` and `2019-2023`."""
    found: list[int] = []
    for text in values:
        match = _YEARS.fullmatch(text)
        if match is None:
            raise click.BadParameter(f"{text!r} is no year; write 2023, or 2019-2023")
        first, last = int(match[1]), int(match[2] or match[1])
        found += range(first, last + 1)
    return found


@click.command(cls=Answering)
@click.argument("words", nargs=-1)
@click.option(
    "--area", "areas", multiple=True, metavar="AREA",
    help="Only figures of this area: a code such as US-MT or MT, or a name; as often as wanted.",
)  # fmt: skip
@click.option(
    "--year", "years", multiple=True, metavar="YEAR", callback=_years,
    help="Only figures of this year, or of such as 2019-2023; as often as wanted.",
)  # fmt: skip
@click.option(
    "--source", "sources", multiple=True, metavar="CODE",
    help="Only figures of this source; as often as wanted.",
)  # fmt: skip
@click.option(
    "--one-source", is_flag=True,
    help="Where several sources have a figure, only that of the source that comes first.",
)  # fmt: skip
@package_option
@released_option
@format_option("found")
@max_bytes_option
def command(
    asked: Asked,
    words: tuple[str, ...],
    areas: tuple[str, ...],
    years: list[int],
    sources: tuple[str, ...],
    one_source: bool,
    package: str | None,
) -> Answer:
    """List figures by their words, area, year and source, as a table, CSV or JSON.

    WORDS are of titles, codes, programmes, areas or years, such as: missing children MT. A figure
    is listed that has them all; without words all are.

    Exit codes: 0 the figures are listed, and the package has no errors, 1 it has, 2 could not run.
    """
    from mtopendata.commands.list import list_figures

    found = list_figures(
        " ".join(words) if words else None,
        package,
        asked.options,
        areas=areas,
        years=years,
        sources=sources,
        one_source=one_source,
    )
    if found.report.valid:
        return Answer("found", found, 0)
    errors = f"has {plural(found.report.errors, 'error')}"
    error = MtopendataError(found.report.package, errors, "see mtopendata validate")
    return Answer("found", found, 1, afterword=error_line(error))
