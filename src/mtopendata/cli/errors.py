"""Errors and interruptions of the program, as one line and an exit code."""

import os
import shlex
import signal
import sys
from contextlib import suppress
from typing import TextIO

import click

from mtopendata.values.errors import MtopendataError


class Program(click.Group):
    """Turns the program's own exception into one line and exit code 2, and an interruption into
    the code that shells know.
    """

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named. UsageError: there is none; a package in its place is told."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if os.path.lexists(args[0]) or args[0].lower().endswith((".json", ".zip")):
                meant = f"mtopendata validate {shlex.quote(args[0])}"
                message = f"{error.format_message()} To check a package: {meant}"
                raise click.UsageError(message, ctx) from error
            raise

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        # What is ended from outside removes what it has begun, as what is interrupted.
        for name in ("SIGTERM", "SIGHUP"):
            if number := getattr(signal, name, None):
                with suppress(ValueError):  # not the main thread: its program decides
                    signal.signal(number, lambda number, _: sys.exit(128 + number))
        try:
            return super().invoke(ctx)
        except MtopendataError as error:
            echo_error(error)
            ctx.exit(2)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            reason = error.strerror or str(error)
            todo = "check the room on the disk and your rights, or write elsewhere"
            echo_error(MtopendataError(str(error.filename or "output"), reason, todo))
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(128 + signal.SIGINT)


def echo(text: str, stream: TextIO) -> None:
    """Print to standard output or error, in its encoding: where that is ASCII and no stream is
    named, click writes UTF-8.
    """
    click.echo(text, nl=False, file=stream)


def echo_utf_8(text: str, stream: TextIO | None) -> None:
    """Print what programs read: UTF-8 whatever the stream's encoding, as XML says of itself and
    JSON must be. A terminal has its own, and a stream that is closed is None.
    """
    is_terminal = stream is None or stream.isatty()
    click.echo(text if is_terminal else text.encode("utf-8", "replace"), nl=False, file=stream)


def echo_error(error: MtopendataError) -> None:
    """Print what could not be done to standard error."""
    echo(error_line(error), sys.stderr)


def error_line(error: MtopendataError) -> str:
    """What could not be done, as a line for standard error."""
    return f"{click.style('error', fg='red', bold=True)} {error}\n"
