"""Time `mtopendata validate` on local threads, an embedded Sail, and servers of Spark Connect.

    python benchmarks/spark.py                                  # threads and Sail, 4,000,000 rows
    python benchmarks/spark.py --rows 4000000,40000000 --runs 2
    python benchmarks/spark.py --at 'Spark, 2 workers=sc://127.0.0.1:15002'    # a server besides

A server is started by whoever measures: docs/scale.md has the command. Whole processes are run in
turn, first on a package of 300,000 rows, two ranges: what that takes is mostly starting, workers
and all. What further rows take is divided by their millions. Memory is that of the program; of
Sail's with its workers, which are in it.
`--keep` keeps the packages in a folder, and takes them from there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from generated import INTEGERS, SHAPES, kept_package
from processes import Run, highest_peak, median_seconds, print_setting, run_in_turn

START = 300_000
"""Rows that have a little more than one range, so that a cluster is asked."""
THREADS, SAIL = "local threads", "Sail"


def commands(descriptor: Path, servers: dict[str, str]) -> dict[str, list[str]]:
    """The command of each contender."""
    local = [sys.executable, "-m", "mtopendata", "validate", str(descriptor)]
    on_spark = [*local, "--engine", "spark"]
    remote = {name: [*on_spark, "--remote", address] for name, address in servers.items()}
    return {THREADS: local, SAIL: on_spark, **remote}


def print_table(started: dict[str, list[Run]], runs: dict[str, list[Run]], rows: int) -> None:
    """Print what each contender took, as docs/scale.md has it."""
    print(f"\n| integers, {rows:,} rows | 300,000 rows | in all | per million more | memory |")
    print("|---|--:|--:|--:|--:|")
    for name, measured in runs.items():
        start, whole = median_seconds(started[name]), median_seconds(measured)
        per_million = (whole - start) / ((rows - START) / 1e6) if rows > START else 0
        memory = f"{highest_peak(measured):,.0f} MiB"
        print(f"| {name} | {start:.1f} s | {whole:.1f} s | {per_million:.2f} s | {memory} |")


def main() -> None:
    """Measure every size that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", default="4000000", help="sizes, with commas between them")
    parser.add_argument("--shape", choices=SHAPES, default=INTEGERS)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--at", action="append", default=[], metavar="NAME=ADDRESS")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    servers = dict(item.split("=", 1) for item in options.at)
    with tempfile.TemporaryDirectory() as folder:
        keep = options.keep or Path(folder)
        tiny = commands(kept_package(keep, START, options.shape), servers)
        started = run_in_turn(tiny, options.runs)
        for rows in map(int, options.rows.split(",")):
            descriptor = kept_package(keep, rows, options.shape)
            each = commands(descriptor, servers)
            print_setting(descriptor, list(each), options.runs)
            print_table(started, run_in_turn(each, options.runs), rows)


if __name__ == "__main__":
    main()
