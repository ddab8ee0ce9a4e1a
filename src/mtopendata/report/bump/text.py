"""What raising a version wrote, for a person."""

from typing import TYPE_CHECKING

import click

from mtopendata.report.printable import printable

if TYPE_CHECKING:
    from mtopendata.commands.bump import Bumped


def render(bumped: "Bumped", *, verbose: bool = False) -> str:
    """A line for each file, and one for the version."""
    del verbose
    written = click.style("written", fg="green", bold=True)
    lines = [f"{written} {printable(name)}" for name in bumped.files]
    verb = "is" if bumped.files else "was already"
    lines.append(f"the version {verb} {printable(bumped.version)}, of {bumped.day}")
    if bumped.files:
        lines.append("say in the changelog what changed and why; then: mtopendata validate")
    return "\n".join(lines) + "\n"
