"""The command line: parse, call, render, exit. Each file of commands/ is one of its commands."""

import os
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click

from mtopendata import __version__
from mtopendata.cli.errors import Program


@click.group(
    cls=Program,
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


for _module in iter_modules([str(Path(__file__).with_name("commands"))]):
    _command = import_module(f"{__name__}.commands.{_module.name}").command
    main.add_command(_command, _module.name)
