"""Run programs as whole processes, in turn, and tell what each run cost: for all benchmarks.

Start-up and imports count, as they do for a user or a continuous-integration job. Runs on Linux and
macOS.
"""

from __future__ import annotations

import compileall
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import NamedTuple

BLOCK = 2**20


class Run(NamedTuple):
    """What one process cost, and how it ended."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    code: int
    output: str


def run(name: str, command: Sequence[str], codes: Collection[int] | None = (0,)) -> Run:
    """Run a command to its end and tell its cost on stderr; any exit code that is not among
    `codes` stops the benchmark, and None allows all.
    """
    _compile()
    with tempfile.TemporaryFile() as sink:
        # A file, not a pipe: nobody reads while we wait, and a full pipe would hang the child.
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT)
        # wait4 tells this child's own peak; RUSAGE_CHILDREN would be the highest of all so far.
        # Until it starts its program a child shares our memory, and Linux counts that too, so
        # the peak is never below ours: hence no large data or imports in this process.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        code = child.returncode = os.waitstatus_to_exitcode(status)
        sink.seek(0)
        output = sink.read().decode(errors="replace")
    if codes is not None and code not in codes:
        raise SystemExit(f"{output}\n{name} failed with exit code {code}; no timing")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    result = Run(seconds, cpu_seconds, mib(usage.ru_maxrss), code, output)
    at_most = "at most " if result.peak_mib <= own_peak_mib() else ""
    print(f"{name}: {seconds:.2f} s, {at_most}{result.peak_mib:,.0f} MiB", file=sys.stderr)
    return result


@cache
def _compile() -> None:
    """Compile our modules once, as pip has compiled those of all others: in a clone, where Python
    may be told to keep nothing, each run would compile them anew.
    """
    spec = util.find_spec("mtopendata")
    for folder in (spec and spec.submodule_search_locations) or ():
        compileall.compile_dir(folder, quiet=1)


def mib(maxrss: int) -> float:
    """The peak that the system tells of a process, in MiB."""
    return maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def own_peak_mib() -> float:
    """The peak of this process, below which the peaks of its children cannot be told apart."""
    return mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def run_in_turn(
    commands: Mapping[str, Sequence[str]], runs: int, codes: Collection[int] | None = (0,)
) -> dict[str, list[Run]]:
    """Run each of the named commands `runs` times, A B C A B C, so that a busy spell of the machine
    falls on all of them.
    """
    results: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            results[name].append(run(name, command, codes))
    return results


def median_seconds(runs: Sequence[Run]) -> float:
    """The median of the wall times."""
    return statistics.median(one.seconds for one in runs)


def highest_peak(runs: Sequence[Run]) -> float:
    """The highest of the peaks, in MiB."""
    return max(one.peak_mib for one in runs)


def time_ratio(over: Sequence[Run], under: Sequence[Run]) -> float:
    """How many times as long the first takes: the median over the pairs of runs."""
    pairs = zip(over, under, strict=True)
    return statistics.median(a.seconds / b.seconds for a, b in pairs)


def memory_ratio(over: Sequence[Run], under: Sequence[Run]) -> float:
    """How many times as much memory the first takes: the median over the pairs of runs."""
    pairs = zip(over, under, strict=True)
    return statistics.median(a.peak_mib / b.peak_mib for a, b in pairs)


def print_setting(descriptor: Path, names: Sequence[str], runs: int) -> None:
    """Print what is measured, and where: sizes, versions and processors."""
    resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
    for item in resources:
        named = item.get("path", "")
        if isinstance(named, list):
            size = sum((descriptor.parent / name).stat().st_size for name in named)
            print(f"{item['name']:<20} {len(named):>12,} files {size:>13,} bytes")
            continue
        path = descriptor.parent / str(named)
        if path.suffix == ".csv" and path.is_file():
            rows = rows_of(path)
            print(f"{path.name:<20} {rows:>12,} rows {path.stat().st_size:>14,} bytes")
    print(f"{versions(names)}, runs: {runs}")


def versions(names: Sequence[str]) -> str:
    """The versions of the named distributions and of Python, and the number of processors."""
    named = ", ".join(f"{name} {_version(name)}" for name in names)
    return f"{named}, Python {sys.version.split()[0]}, {os.cpu_count()} CPUs"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "(unknown version)"


def rows_of(path: Path) -> int:
    """The number of rows of a CSV below its header."""
    lines = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if b'"' in block:
                break
            lines += block.count(b"\n")
        else:
            return lines - 1
    # A quoted cell can hold line ends.
    with path.open(encoding="utf-8", newline="") as text:
        return sum(1 for _ in csv.reader(text)) - 1
