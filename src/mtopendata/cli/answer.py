"""What all commands have in common: what is asked of one, its answer, and what becomes of it."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mtopendata.cli.errors import echo, echo_utf_8
from mtopendata.cli.outputs import Output, write_reports
from mtopendata.cli.progress import Progress
from mtopendata.package.copies import Copies
from mtopendata.package.where import RELEASED
from mtopendata.reading.kept.cache import Cache
from mtopendata.reading.options import Options
from mtopendata.reading.options import Progress as ShowProgress
from mtopendata.report import render

if TYPE_CHECKING:
    from mtopendata.ledger.report import Report

_DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say that commands share; the default of one that a command does not have."""

    progress: ShowProgress
    format_: str
    outputs: tuple[Output, ...] = ()
    verbose: bool = False
    strict: bool = False
    limit: int = _DEFAULT.limit
    max_bytes: int = _DEFAULT.max_bytes
    threads: int | None = _DEFAULT.threads
    copies: Copies = field(default_factory=dict)
    cache: Cache | None = None

    @property
    def options(self) -> Options:
        """Those of a reading or a validation."""
        return Options(
            self.limit,
            self.max_bytes,
            self.progress,
            self.threads,
            copies=self.copies,
            cache=self.cache,
        )

    def is_wrong(self, report: "Report") -> bool:
        """Whether a report has errors, or warnings where these count too."""
        return not report.valid or (self.strict and report.warnings > 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A command's result, and its `kind`: the folder of report/ that renders it.

    `sources` are the files that it is about, which no report may replace. `afterword` is printed to
    standard error, behind the report.
    """

    kind: str
    result: Any
    exit_code: int
    sources: Iterable[Path] = ()
    afterword: str = ""


class Answering(click.Command):
    """A command whose function takes what was Asked, beside its own parameters, and returns an
    Answer: this is written, printed, and decides the exit code.
    """

    def invoke(self, ctx: click.Context) -> None:
        """Call the function and deliver its answer."""
        _take_the_released(ctx.params)
        names = {shared.name for shared in fields(Asked)} & ctx.params.keys()
        with Progress() as progress:
            shared = {name: ctx.params.pop(name) for name in names}
            asked = Asked(progress.show, **shared)
            ctx.params["asked"] = asked
            answer: Answer = super().invoke(ctx)
        kind, result, verbose = answer.kind, answer.result, asked.verbose
        write_reports(asked.outputs, kind, result, answer.sources, verbose=verbose)
        text = render(kind, asked.format_, result, verbose=verbose)
        (echo if asked.format_ == "text" else echo_utf_8)(text, sys.stdout)
        echo(answer.afterword, sys.stderr)
        ctx.exit(answer.exit_code)


def _take_the_released(params: dict[str, Any]) -> None:
    """Put the package of `--released` in the place of one that could be named. UsageError: one is
    named too.
    """
    if params.pop("released", False):
        if params.get("package") is not None:
            raise click.UsageError("--released names the package: leave out the other one")
        params["package"] = str(RELEASED)
