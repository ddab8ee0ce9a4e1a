"""Time `mtopendata validate` and `frictionless validate` on small packages of many kinds.

The two run in turn (A B A B) as whole processes: on a small package, starting up is most of what a
user waits for. The table has the median wall times, the highest peaks of memory, and how many times
as long as frictionless mtopendata takes; below it stand the median and the worst of these ratios.

    python benchmarks/small.py                          # all of them
    python benchmarks/small.py --only tiny --only gz    # these
    python benchmarks/small.py --runs 10 --markdown     # the table for docs/speed.md

The packages are those of `small_packages.py`. Where the two do not come to the same verdict, both
verdicts are printed beside the package. Runs on Linux and macOS.
"""

from __future__ import annotations

import argparse
import shlex
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from processes import Run, highest_peak, median_seconds, run_in_turn, time_ratio, versions
from small_packages import PACKAGES, write_small_package

OURS, FRICTIONLESS = "mtopendata", "frictionless"
VERDICTS = {0: "valid", 1: "invalid"}


class Compared(NamedTuple):
    """What the two took on one package."""

    name: str
    ours: list[Run]
    theirs: list[Run]
    ratio: float


def compare(name: str, runs: int) -> Compared:
    """Time both on the package of this name."""
    with tempfile.TemporaryDirectory() as folder:
        descriptor = str(write_small_package(Path(folder), name))
        commands = {
            program: [sys.executable, "-m", program, "validate", descriptor]
            for program in (FRICTIONLESS, OURS)
        }
        print(name, file=sys.stderr)
        results = run_in_turn(commands, runs, codes=None)
    ours, theirs = results[OURS], results[FRICTIONLESS]
    return Compared(name, ours, theirs, time_ratio(ours, theirs))


def verdict(run: Run) -> str:
    """What a validator says of a package."""
    if "Traceback (most recent call last)" in run.output:
        return "crashed"
    return VERDICTS.get(run.code, f"failed with exit code {run.code}")


def difference(one: Compared) -> str:
    """Both verdicts where they differ, else nothing."""
    ours, theirs = verdict(one.ours[0]), verdict(one.theirs[0])
    return "" if ours == theirs else f"{OURS}: {ours}, {FRICTIONLESS}: {theirs}"


def summary(compared: Sequence[Compared]) -> str:
    """The median and the worst ratio in one sentence."""
    worst = max(compared, key=lambda one: one.ratio)
    median = statistics.median(one.ratio for one in compared)
    return (
        f"mtopendata ÷ frictionless over {len(compared)} packages: "
        f"median {median:.2f}, worst {worst.ratio:.2f} ({worst.name})"
    )


def print_table(compared: Sequence[Compared]) -> None:
    """Print a line for each package."""
    print(
        f"{'package':<14}{'frictionless':>13}{'MiB':>8}{'mtopendata':>13}{'MiB':>8}"
        f"{'ours / theirs':>15}"
    )
    for one in compared:
        theirs = f"{median_seconds(one.theirs):>11.2f} s{highest_peak(one.theirs):>8,.0f}"
        ours = f"{median_seconds(one.ours):>11.2f} s{highest_peak(one.ours):>8,.0f}"
        print(f"{one.name:<14}{theirs}{ours}{one.ratio:>15.2f}  {difference(one)}".rstrip())
    print(f"\n{summary(compared)}")


def markdown(compared: Sequence[Compared], arguments: Sequence[str]) -> Iterator[str]:
    """The lines of the command and its results, as docs/speed.md has them."""
    kept = [item for item in arguments if item != "--markdown"]
    yield f"```sh\n{shlex.join(['python', 'benchmarks/small.py', *kept])}\n```\n"
    yield "| package | frictionless | mtopendata | mtopendata ÷ frictionless | verdicts |"
    yield "|---|--:|--:|--:|---|"
    for one in compared:
        theirs, ours = (
            f"{median_seconds(runs):.2f} s, {highest_peak(runs):,.0f} MiB"
            for runs in (one.theirs, one.ours)
        )
        verdicts = difference(one) or verdict(one.ours[0])
        yield f"| {one.name} | {theirs} | {ours} | {one.ratio:.2f} | {verdicts} |"
    yield f"\n{summary(compared)}."


def main() -> None:
    """Compare the packages that are named, or all."""
    arguments = sys.argv[1:]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=PACKAGES,
        metavar="NAME",
        help=f"only this package, and others that are named so: {', '.join(PACKAGES)}",
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of each validator")
    parser.add_argument("--markdown", action="store_true", help="print the table for the docs too")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    print(f"{versions([FRICTIONLESS, OURS])}, runs: {options.runs}\n", flush=True)
    compared = [compare(name, options.runs) for name in options.only or PACKAGES]
    print_table(compared)
    if options.markdown:
        print("", *markdown(compared, arguments), sep="\n")


if __name__ == "__main__":
    main()
