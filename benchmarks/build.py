"""Time `mtopendata build` and `mtopendata verify` on one package, as whole processes.

    python benchmarks/build.py                     # 4,000,000 generated rows, about 130 MB
    python benchmarks/build.py --rows 80000        # the same, smaller
    python benchmarks/build.py . --runs 5          # an existing package

Each build goes into a new folder, which the verification then checks. The wall time and the peak
memory of both are printed, and the sizes of what was built. Runs on Linux and macOS.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from generated import write_package
from processes import Run, highest_peak, median_seconds, print_setting, run

ROWS = 4_000_000
PROGRAM = [sys.executable, "-m", "mtopendata"]


def benchmark(descriptor: Path, runs: int) -> None:
    """Build and verify, `runs` times; print the median seconds and the highest peak."""
    print_setting(descriptor, ["mtopendata", "polars", "pyarrow", "xlsxwriter"], runs)
    results: dict[str, list[Run]] = {"build": [], "verify": []}
    for number in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "release"
            commands = {
                "build": [*PROGRAM, "build", str(descriptor), "--out", str(out)],
                "verify": [*PROGRAM, "verify", str(out)],
            }
            for name, command in commands.items():
                results[name].append(run(name, command))
            if number == 0:
                for file in sorted(out.iterdir()):
                    print(f"{file.name:<24} {file.stat().st_size:>14,} bytes")
    for name, measured in results.items():
        seconds = median_seconds(measured)
        peak = highest_peak(measured)
        print(f"{name:<8}{seconds:>8.2f} s{peak:>10,.0f} MiB")


def main() -> None:
    """Benchmark the package that is named, or a generated one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", nargs="?", type=Path, help="folder or datapackage.json")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows to generate")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.package:
        package: Path = options.package
        benchmark(package / "datapackage.json" if package.is_dir() else package, options.runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        benchmark(write_package(Path(folder), options.rows), options.runs)


if __name__ == "__main__":
    main()
