"""The program as a process of its own: `mtopendata`, or `python -m mtopendata`."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from io import TextIOWrapper
from types import ModuleType

from mtopendata.cli import main

_RAISING = ("strict", "surrogateescape", "surrogatepass")
"""What Python does, here or in the locale C, with signs that the encoding has not."""


class _Unneeded(MetaPathFinder):
    """Pandera imports these where they are installed, which takes longer than most validations."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> None:
        """Say of them, as Python does, that they are not installed."""
        if name in ("hypothesis", "pandas"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def run() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors in _RAISING:
            stream.reconfigure(errors="replace")  # a sign that a terminal has not is no crash
    sys.meta_path.insert(0, _Unneeded())
    main(prog_name="mtopendata")


if __name__ == "__main__":
    run()
