"""The program as a process of its own: `mtopendata`, or `python -m mtopendata`."""

import sys

from mtopendata.cli import main


def run() -> None:
    """Run the command line and exit."""
    # Pandera imports hypothesis where it is installed, which takes longer than most validations.
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]
    main(prog_name="mtopendata")


if __name__ == "__main__":
    run()
