"""The progress of long work, on a terminal."""

import sys
import time

import click

PATIENCE = 2.0
"""Seconds of silence before a progress display appears."""


class Progress:
    """A line on a terminal's standard error, from two seconds on; nothing elsewhere."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._shown = False
        self._is_terminal = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)

    def show(self, resource: str, rows: int, read: int, size: int) -> None:
        """Tell how many rows, and bytes out of how many, have been read."""
        if not self._is_terminal or time.monotonic() - self._start < PATIENCE:
            return
        self._shown = True
        share = f"{min(100, 100 * read // max(size, 1))}%"
        click.echo(f"\r\033[K{resource}: {share}, {rows:,} rows", nl=False, err=True)
