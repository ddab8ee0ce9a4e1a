"""The program as a process of its own: `mtopendata`, or `python -m mtopendata`."""

import atexit
import gc
import sys
from io import TextIOWrapper

from mtopendata.cli import main
from mtopendata.values.unneeded import leave_out

_RAISING = ("strict", "surrogateescape", "surrogatepass")
"""What Python does, here or in the locale C, with signs that the encoding has not."""


def run() -> None:
    """Run the command line and exit."""
    _collect_less()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors in _RAISING:
            stream.reconfigure(errors="replace")  # a sign that a terminal has not is no crash
    leave_out()
    main(prog_name="mtopendata")


def _collect_less() -> None:
    """Look for rubbish among many objects only, and not at the end, when all go anyhow: of a short
    run that is a fifth.
    """
    gc.set_threshold(100_000, 20, 20)
    atexit.register(gc.freeze)
    atexit.register(gc.disable)


if __name__ == "__main__":
    run()
