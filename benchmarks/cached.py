"""Time `mtopendata validate --cache` on a table in many files, of which one changes.

    python benchmarks/cached.py                       # 40,000,000 generated rows in 100 files
    python benchmarks/cached.py --rows 80000          # the same, smaller

Four runs as whole processes: a full one without a cache, one that fills a new cache, one in which
nothing has changed, and one in which a file of the hundred has. The last two print the report of a
full run, byte for byte, or the benchmark stops. The ratios are to the full run. Runs on Linux and
macOS.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from generated import ROWS_PER_AREA, kept_package
from processes import Run, print_setting, run

ROWS, FILES = 40_000_000, 100
PROGRAM = [sys.executable, "-m", "mtopendata", "validate", "--format", "json"]
BLOCK = 4 * 2**20


def write_parts(folder: Path, rows: int, files: int) -> Path:
    """Write the generated package with its figures in so many files; return its descriptor."""
    descriptor = kept_package(folder, rows, "integers")
    described = json.loads(descriptor.read_text("utf-8"))
    figures = described["resources"][0]
    names = [f"figures-{number:03}.csv" for number in range(files)]
    whole = descriptor.parent / figures["path"]
    size = whole.stat().st_size
    with whole.open("rb") as source:
        header = source.readline()
        for number, name in enumerate(names, start=1):
            with (descriptor.parent / name).open("wb") as part:
                part.write(header)
                end = size * number // files
                while source.tell() < end:
                    part.write(source.read(min(BLOCK, end - source.tell())))
                part.write(source.readline())
    whole.unlink()
    figures["path"] = names
    descriptor.write_text(json.dumps(described, indent=2) + "\n", "utf-8")
    return descriptor


def change(file: Path) -> None:
    """Exchange the first two rows of a file: it stays valid."""
    with file.open("r+b") as table:
        header, first, second = (table.readline() for _ in range(3))
        table.seek(len(header))
        table.write(second + first)


def benchmark(descriptor: Path, cache: Path) -> None:
    """Measure the four runs, and print them."""
    kept = [*PROGRAM, "--cache", str(cache), str(descriptor)]
    full = [*PROGRAM, str(descriptor)]
    done = {
        "without a cache": run("without a cache", full),
        "into a new cache": run("into a new cache", kept),
        "nothing changed": run("nothing changed", kept),
    }
    change(sorted(descriptor.parent.glob("figures-*.csv"))[-1])
    done["one file changed"] = run("one file changed", kept)
    wanted = done["without a cache"].output
    if any(other.output != wanted for other in done.values()):
        raise SystemExit("a run with the cache says something else than a full one")
    size = sum(file.stat().st_size for file in cache.iterdir())
    print(f"cache: {size / 2**20:,.0f} MiB")
    for name, measured in done.items():
        print(_line(name, measured, done["without a cache"]))


def _line(name: str, measured: Run, full: Run) -> str:
    share = measured.seconds / full.seconds
    cpu = measured.cpu_seconds / full.cpu_seconds
    return (
        f"{name:<18}{measured.seconds:>8.2f} s{measured.peak_mib:>8,.0f} MiB"
        f"{share:>8.3f} of the time{cpu:>8.3f} of the processor's"
    )


def main() -> None:
    """Write the package and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS, help="rows to generate")
    parser.add_argument("--files", type=int, default=FILES, help="files that they are in")
    options = parser.parse_args()
    if options.rows < ROWS_PER_AREA * options.files:
        parser.error(f"--rows must be at least {ROWS_PER_AREA} for each file")
    with tempfile.TemporaryDirectory() as folder:
        descriptor = write_parts(Path(folder), options.rows, options.files)
        print_setting(descriptor, ["mtopendata", "polars"], 1)
        benchmark(descriptor, Path(folder) / "cache")


if __name__ == "__main__":
    main()
