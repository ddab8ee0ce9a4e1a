"""Time `mtopendata validate` beside `frictionless validate` and DuckDB on the same Data Packages.

The validators run in turn (A B C A B C) as whole processes, so start-up and imports count, as they
do for a user or a continuous-integration job. For each the wall time and the peak memory of the
process are printed, then the ratios, each the median over the pairs of runs; and for several sizes
the seconds per million rows, which stay the same where time is linear. The processor's time is that
of all cores together, and tells more than the wall time on a machine that is busy.

    python benchmarks/validate.py                     # 4,000,000 generated rows, about 130 MB
    python benchmarks/validate.py --rows 80000        # the same, smaller
    python benchmarks/validate.py --duckdb            # adds the same checks written in DuckDB SQL
    python benchmarks/validate.py --duckdb --shape both --rows 400000,4000000,40000000
    python benchmarks/validate.py . --runs 10         # an existing package

The generated packages have one of two shapes, `integers` with a rule or `decimals` without: see
`generated.py`. `--keep` keeps them in a folder, and takes them from there when they are there.
`--markdown` prints the table for docs/speed.md.

frictionless is not run above 4,000,000 rows (`--frictionless-rows`). What it would take there is
extrapolated from the largest size of the same shape that was measured, and marked so.

The three do not do the same work: mtopendata also checks that value, qualifier and bounds agree,
and the balance rule (a + b + c = total, within the bounds of rounded figures), which frictionless
cannot. DuckDB checks these too. A validator that fails stops the benchmark. Runs on Linux and
macOS.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from generated import INTEGERS, ROWS_PER_AREA, SHAPES, kept_package
from processes import (
    Run,
    highest_peak,
    median_seconds,
    memory_ratio,
    own_peak_mib,
    print_setting,
    run_in_turn,
    time_ratio,
)

OURS, FRICTIONLESS, DUCKDB = "mtopendata", "frictionless", "duckdb"
ROWS = 4_000_000
COMPARED = ((OURS, DUCKDB), (FRICTIONLESS, OURS))
"""Whose time and memory are divided by whose."""


class Measured(NamedTuple):
    """What the contenders cost on one package. `rows` is 0 for a package that was not generated."""

    title: str
    shape: str
    rows: int
    runs: dict[str, list[Run]]


def measure(
    descriptor: Path, title: str, shape: str, rows: int, options: argparse.Namespace
) -> Measured:
    """Time the chosen contenders on one package, and print what they took."""
    path = str(descriptor)
    commands: dict[str, list[str]] = {}
    if options.frictionless and rows <= options.frictionless_rows:
        commands[FRICTIONLESS] = [sys.executable, "-m", FRICTIONLESS, "validate", path]
    commands[OURS] = [sys.executable, "-m", OURS, "validate", path]
    if options.duckdb:
        script = Path(__file__).with_name("duckdb_checks.py")
        commands[DUCKDB] = [sys.executable, str(script), path]
    print(f"\n{title}")
    print_setting(descriptor, list(commands), options.runs)
    sys.stdout.flush()
    return Measured(title, shape, rows, run_in_turn(commands, options.runs))


def print_results(one: Measured, all_measured: Sequence[Measured]) -> None:
    """Print the times and peaks of each contender on one package, and how they compare."""
    print(f"\n{'':<14}{'min s':>10}{'median s':>10}{'min CPU s':>10}{'peak MiB':>10}")
    for name, runs in one.runs.items():
        least, cpu = min(run.seconds for run in runs), min(run.cpu_seconds for run in runs)
        wall = f"{least:>10.2f}{median_seconds(runs):>10.2f}"
        print(f"{name:<14}{wall}{cpu:>10.2f}{highest_peak(runs):>10,.0f}")
    if estimate := extrapolated(one, all_measured):
        print(f"{FRICTIONLESS:<14} {_estimated(estimate)}")
    print(f"(peaks below {own_peak_mib():,.0f} MiB cannot be told apart)\n")
    for over, under in COMPARED:
        if over in one.runs and under in one.runs:
            time = time_ratio(one.runs[over], one.runs[under])
            memory = memory_ratio(one.runs[over], one.runs[under])
            print(f"{over} / {under}: time {time:.2f}, memory {memory:.2f}")
    if estimate:
        ratio = estimate / median_seconds(one.runs[OURS])
        print(f"{FRICTIONLESS} / {OURS}: time ≈ {ratio:.2f}, extrapolated")


def extrapolated(one: Measured, all_measured: Sequence[Measured]) -> float | None:
    """The seconds that frictionless would take, in proportion to the largest package of the same
    shape on which it was run; None where it was run itself, or on no such package.
    """
    known = [
        other
        for other in all_measured
        if other.shape == one.shape and FRICTIONLESS in other.runs and other.rows
    ]
    if FRICTIONLESS in one.runs or not known or not one.rows:
        return None
    largest = max(known, key=lambda other: other.rows)
    return median_seconds(largest.runs[FRICTIONLESS]) * one.rows / largest.rows


def _estimated(seconds: float) -> str:
    return f"≈ {seconds:,.0f} s, extrapolated"


# --- Whether time is linear --------------------------------------------------------------------


def print_growth(measured: Sequence[Measured]) -> None:
    """Print the seconds per million rows of each contender at each size of a shape. Those of the
    rows that were added since the size before are without the time to start up.
    """
    for shape in SHAPES:
        sizes = [one for one in measured if one.shape == shape]
        if len(sizes) < 2:
            continue
        print(
            f"\n{shape}: seconds per million rows, and per million rows more than the size before"
        )
        for name in (FRICTIONLESS, OURS, DUCKDB):
            for rows, whole, added in _growth(name, sizes):
                more = "" if added is None else f"{added:>10.2f}"
                print(f"{name:<14}{rows:>12,} rows{whole:>10.2f}{more}")


def _growth(name: str, sizes: Sequence[Measured]) -> Iterator[tuple[int, float, float | None]]:
    """Rows, seconds per million of them, and per million added ones, from the least size on."""
    known = [(one.rows, median_seconds(one.runs[name])) for one in sizes if name in one.runs]
    before: tuple[int, float] | None = None
    for rows, seconds in sorted(known):
        millions = rows / 1e6
        added = before and (seconds - before[1]) / (millions - before[0] / 1e6)
        yield rows, seconds / millions, added
        before = rows, seconds


# --- The table for the docs --------------------------------------------------------------------


def print_markdown(measured: Sequence[Measured], arguments: Sequence[str]) -> None:
    """Print the command and its results, as docs/speed.md has them."""
    kept = [item for item in _without_places(arguments) if item != "--markdown"]
    command = shlex.join(["python", "benchmarks/validate.py", *kept])
    print(f"\n```sh\n{command}\n```\n")
    print(
        "| package | frictionless | mtopendata | the same checks in DuckDB's SQL "
        "| mtopendata ÷ DuckDB | frictionless ÷ mtopendata | mtopendata per million rows |\n"
        "|---|--:|--:|--:|--:|--:|--:|"
    )
    for one in measured:
        print("| " + " | ".join(_row(one, measured)) + " |")


def _without_places(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments without `--keep FOLDER`, which is of no use to others."""
    rest = iter(arguments)
    for item in rest:
        if item == "--keep":
            next(rest, None)
        elif not item.startswith("--keep="):
            yield item


def _row(one: Measured, measured: Sequence[Measured]) -> Iterator[str]:
    """The cells of one package's row."""
    yield one.title
    estimate = extrapolated(one, measured)
    for name in (FRICTIONLESS, OURS, DUCKDB):
        if name in one.runs:
            runs = one.runs[name]
            seconds = median_seconds(runs)
            digits = 2 if seconds < 10 else 1
            yield f"{seconds:,.{digits}f} s, {highest_peak(runs):,.0f} MiB"
        else:
            yield _estimated(estimate) if name == FRICTIONLESS and estimate else "–"
    ours = one.runs[OURS]
    yield f"{time_ratio(ours, one.runs[DUCKDB]):.2f}" if DUCKDB in one.runs else "–"
    if FRICTIONLESS in one.runs:
        yield f"{time_ratio(one.runs[FRICTIONLESS], ours):.2f}"
    else:
        yield f"≈ {estimate / median_seconds(ours):.0f}" if estimate else "–"
    yield f"{median_seconds(ours) / one.rows * 1e6:.2f} s" if one.rows else "–"


# --- The command line --------------------------------------------------------------------------


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line, refusing combinations that would mislead."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "package", nargs="?", type=Path, help="folder or descriptor to use; else some are generated"
    )
    parser.add_argument(
        "--rows", type=_sizes, default=[ROWS], metavar="N,N,…", help="figures to generate"
    )
    parser.add_argument("--shape", choices=(*SHAPES, "both"), default=INTEGERS)
    parser.add_argument("--runs", type=int, default=3, help="runs of each contender")
    parser.add_argument(
        "--frictionless",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="run frictionless too",
    )
    parser.add_argument(
        "--frictionless-rows",
        type=int,
        default=ROWS,
        metavar="N",
        help="run frictionless on at most so many rows, and extrapolate above",
    )
    parser.add_argument("--duckdb", action="store_true", help="add the checks in DuckDB SQL")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep what is generated here, and use it again"
    )
    parser.add_argument("--markdown", action="store_true", help="print the table for the docs too")
    options = parser.parse_args(arguments)
    if options.package and options.duckdb:
        parser.error("--duckdb knows the rule of the generated package only")
    if options.package and options.keep:
        parser.error("--keep is for a generated package")
    if min(options.rows) < ROWS_PER_AREA:
        parser.error(f"--rows must be at least {ROWS_PER_AREA}")
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    return options


def _sizes(text: str) -> list[int]:
    return sorted({int(part) for part in text.split(",")})


def main() -> None:
    """Run the benchmark on the package that is named, or on generated ones."""
    arguments = sys.argv[1:]
    options = parse(arguments)
    measured: list[Measured] = []
    if options.package:
        package: Path = options.package
        descriptor = package / "datapackage.json" if package.is_dir() else package
        measured.append(measure(descriptor, str(package), "", 0, options))
        print_results(measured[-1], measured)
    shapes = SHAPES if options.shape == "both" else (options.shape,)
    for shape in () if options.package else shapes:
        for rows in options.rows:
            # What is not to be kept goes at once: the largest takes more than a gigabyte.
            with tempfile.TemporaryDirectory() as folder:
                descriptor = kept_package(options.keep or Path(folder), rows, shape)
                title = f"{shape}, {rows:,} rows"
                measured.append(measure(descriptor, title, shape, rows, options))
            print_results(measured[-1], measured)
    print_growth(measured)
    if options.markdown:
        print_markdown(measured, arguments)


if __name__ == "__main__":
    main()
