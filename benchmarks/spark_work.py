"""Tell what a cluster has to do for a validation: the work of each job, on one core, and its bytes.

    python benchmarks/spark_work.py                      # 4,000,000 rows, in ranges of 8 MiB
    python benchmarks/spark_work.py --width 33554432     # in ranges of 32 MiB, as of 330 GB

All is done in this process, one task after the other, with everything carried as bytes as Spark
carries it. For each job: its tasks, the seconds of the tasks and of joining their pieces, the bytes
of the work that each task gets, those that go through the shuffle, and those that come back.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from itertools import chain
from pathlib import Path

from generated import INTEGERS, SHAPES, kept_package
from processes import own_peak_mib

os.environ.setdefault("POLARS_MAX_THREADS", "1")


def told(work: bytes, tasks: int, shuffles: int) -> list[bytes]:
    """Do some work as a cluster would, and print what it took."""
    from mtopendata.engines.spark.carried import unpacked

    pieces: dict[int, list[bytes]] = {}
    begun = time.process_time()
    for task in range(tasks):
        for number, data in unpacked(work).do(task):
            pieces.setdefault(number, []).append(data)
    done = time.process_time()
    shuffled = 0
    for shuffle in range(1, shuffles + 1):
        given, pieces = pieces, {}
        shuffled += sum(len(data) for parts in given.values() for data in parts)
        for number, parts in given.items():
            for other, data in unpacked(work).join(shuffle, number, parts):
                pieces.setdefault(other, []).append(data)
    results = list(chain.from_iterable(pieces.values()))
    seconds = f"{done - begun:>9.2f}{time.process_time() - done:>9.2f}"
    sizes = (len(work), shuffled, sum(map(len, results)))
    shown = "".join(f"{size / 1e6:>12.2f}" for size in sizes)
    name = type(unpacked(work)).__name__
    print(f"{name:<10}{tasks:>6}{seconds}{shown}")
    return results


def main() -> None:
    """Validate a package in this way."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--shape", choices=SHAPES, default=INTEGERS)
    parser.add_argument("--width", type=int, help="bytes of a range")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        descriptor = kept_package(options.keep or Path(folder), options.rows, options.shape)
        # Not at the top: Polars reads the number of its threads when it is imported.
        import mtopendata
        from mtopendata.engines.spark.passes import Spread

        print(f"{'job':<10}{'tasks':>6}{'s':>9}{'joined s':>9}", end="")
        print("".join(f"{name:>12}" for name in ("work MB", "shuffle MB", "back MB")))
        chosen = mtopendata.Options(block=options.width, engine=Spread(told))
        report = mtopendata.validate(descriptor, chosen)
        print(f"valid: {report.valid}, peak of one process that did all: {own_peak_mib():,.0f} MiB")


if __name__ == "__main__":
    main()
