"""What a build wrote, or why it wrote nothing, for a person."""

from typing import TYPE_CHECKING

import click

from mtopendata.report.counts import plural, summary
from mtopendata.report.printable import printable

if TYPE_CHECKING:
    from mtopendata.commands.build import Built
from mtopendata.report.report_text import findings
from mtopendata.report.validation.text import render_text


def render_build(built: "Built", *, verbose: bool = False) -> str:
    """What was written, with sizes in bytes and digests; or why nothing was."""
    if built.folder is None:
        return render_text(built.report, verbose=verbose) + "nothing was written\n"
    report = built.report
    if verbose:
        lines = [render_text(report, verbose=True).rstrip("\n")]
    else:
        lines = [*findings(report), summary(report)]
    lines += [f"{click.style('note', fg='yellow')} {printable(note)}" for note in built.notes]
    width = max(len(f"{file.bytes:,}") for file in built.files)
    longest = max(len(file.path) for file in built.files)
    lines += [
        f"  {file.path:<{longest}}  {file.bytes:>{width},}  {file.sha256}" for file in built.files
    ]
    done = "unchanged" if built.unchanged else "written"
    done = click.style(done, fg="green", bold=True)
    size = sum(file.bytes for file in built.files)
    lines.append(
        f"{done}: {plural(len(built.files), 'file')}, {size:,} bytes, in "
        f"{printable(str(built.folder))}"
    )
    return "\n".join(lines) + "\n"
