"""Try every corruption, and print the table."""

import argparse
import sys
from pathlib import Path

from drill.corruptions import corruptions
from drill.markdown import render, with_table
from drill.trials import run


def main() -> None:
    parser = argparse.ArgumentParser(
        "python -m drill", description="Try every corruption, and print the table."
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this file")
    parser.add_argument("--escapes", action="store_true", help="list what is not caught")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N",
        help="give frictionless only every Nth corruption of a kind",
    )  # fmt: skip
    arguments = parser.parse_args()
    if arguments.write:
        with_table(arguments.write.read_text("utf-8"), "")  # before the long run, not after it
    outcomes = run(corruptions(), arguments.every)
    table = render(outcomes)
    sys.stdout.write(table)
    if arguments.escapes:
        missed = [o for o in outcomes if not o.caught]
        for outcome in missed:
            verdict = "warned" if outcome.warned else "missed"
            sys.stdout.write(f"{verdict}: {outcome.corruption}\n")
    if arguments.write:
        text = arguments.write.read_text("utf-8")
        arguments.write.write_text(with_table(text, table), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
