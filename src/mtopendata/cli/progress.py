"""The progress of long work, on a terminal: click's own bar."""

import sys
import time
from typing import TYPE_CHECKING

import click

from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

PATIENCE = 2.0
"""Seconds of silence before a progress display appears."""


class Progress:
    """A bar on a terminal's standard error, from two seconds on; nothing elsewhere.

    Each reading of a table and what is made of it has its own, which the next one replaces, and
    nothing is left at the end.
    """

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._bar: ProgressBar[int] | None = None
        self._of = ""
        self._is_terminal = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            # click takes it for a colour, and drops it where there are to be none.
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def show(self, what: str, rows: int | None, done: int, size: int) -> None:
        """Tell how much of a work is done out of how much, and how many rows have been read."""
        if not self._is_terminal or time.monotonic() - self._start < PATIENCE:
            return
        if self._bar is None or self._of != what or done < self._bar.pos:
            from mtopendata.report.printable import printable  # --help waits for no report

            self._of = what
            self._bar = click.progressbar(
                length=max(size, 1),
                label=printable(what),
                file=sys.stderr,
                item_show_func=lambda rows: None if rows is None else plural(rows, "row"),
            )
        self._bar.update(done - self._bar.pos, rows)
