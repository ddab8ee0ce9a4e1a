"""What a build wrote, or why it wrote nothing, for a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mtopendata.report.counts import verdict_line
from mtopendata.report.printable import printable
from mtopendata.report.report_text import finding_lines, report_text
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.commands.build import Built


def render(built: "Built", *, verbose: bool = False) -> str:
    """What was written, with sizes in bytes and digests; or why nothing was."""
    report = built.report
    if built.folder is None:
        return report_text(report, verbose=verbose) + "nothing was written\n"
    if verbose:
        lines = [report_text(report, verbose=True).rstrip("\n")]
    else:
        lines = [*finding_lines(report), verdict_line(report)]
    lines += [f"{click.style('note', fg='yellow')} {printable(note)}" for note in built.notes]
    return "\n".join([*lines, *_file_lines(built)]) + "\n"


def _file_lines(built: "Built") -> Iterator[str]:
    width = max(len(f"{file.bytes:,}") for file in built.files)
    longest = max(len(file.path) for file in built.files)
    for file in built.files:
        yield f"  {file.path:<{longest}}  {file.bytes:>{width},}  {file.sha256}"
    done = click.style("unchanged" if built.unchanged else "written", fg="green", bold=True)
    size = sum(file.bytes for file in built.files)
    files, folder = plural(len(built.files), "file"), printable(str(built.folder))
    yield f"{done}: {files}, {size:,} bytes, in {folder}"
