"""The program as a process of its own: `mtopendata`, or `python -m mtopendata`."""

import sys
from io import TextIOWrapper

from mtopendata.cli import main
from mtopendata.values.unneeded import leave_out

_RAISING = ("strict", "surrogateescape", "surrogatepass")
"""What Python does, here or in the locale C, with signs that the encoding has not."""


def run() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors in _RAISING:
            stream.reconfigure(errors="replace")  # a sign that a terminal has not is no crash
    leave_out()
    main(prog_name="mtopendata")


if __name__ == "__main__":
    run()
