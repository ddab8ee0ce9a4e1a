"""Time `mtopendata diff` on two versions of one package, as whole processes.

    python benchmarks/diff.py                     # 4,000,000 generated rows a side, about 130 MB
    python benchmarks/diff.py --rows 80000        # the same, smaller

The later version has its rows in another order; of a thousand figures one has another value, one is
withdrawn, and one is new. Each change has its revision, so that all is explained. The wall time and
the peak memory are printed. Runs on Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from validate import print_setting, run, write_package

ROWS = 4_000_000
EVERY = 1000
"""Of so many figures one changes in each way."""
KEY = ("measure", "area", "period")
PREVIOUS = ("value", "qualifier", "lower", "upper")


def write_versions(folder: Path, rows: int, seed: int = 1) -> tuple[Path, Path]:
    """Write two versions of a package of at most `rows` figures; return their descriptors."""
    old = write_package(folder / "old", rows, seed)
    new = write_package(folder / "new", rows, seed)
    file = new.parent / "figures.csv"
    header, *lines = file.read_text("utf-8").splitlines(keepends=True)
    kept = []
    revisions = []
    for number, line in enumerate(lines):
        cells = line.rstrip("\n").split(",")
        if number % EVERY == 0:
            revisions.append((cells, "1.1.0"))
            value = str(int(cells[3]) + 100)
            kept.append(",".join([*cells[:3], value, "exact", value, value]) + "\n")
        elif number % EVERY == 1:
            revisions.append((cells, "1.1.0"))
        else:
            kept.append(line)
    kept += [f"new,A00000,{year},1,exact,1,1\n" for year in range(len(lines) // EVERY)]
    random.Random(seed).shuffle(kept)
    with file.open("w", encoding="utf-8", newline="\n") as sink:
        sink.write(header)
        sink.writelines(kept)
    with (new.parent / "revisions.csv").open("w", encoding="utf-8", newline="\n") as sink:
        names = [*KEY, "version", *(f"previous_{name}" for name in PREVIOUS), "reason", "note"]
        sink.write(",".join(names) + "\n")
        for cells, version in revisions:
            sink.write(",".join([*cells[:3], version, *cells[3:], "correction", "Counted anew"]))
            sink.write("\n")
    (new.parent / "CHANGELOG.md").write_text("## 1.1.0\n", "utf-8")
    _declare(old, "1.0.0", [])
    _declare(new, "1.1.0", [_revisions()])
    return old, new


def _declare(descriptor: Path, version: str, resources: list[dict[str, Any]]) -> None:
    described = json.loads(descriptor.read_text("utf-8"))
    described["version"] = version
    described["resources"] += resources
    descriptor.write_text(json.dumps(described, indent=2) + "\n", "utf-8")


def _revisions() -> dict[str, Any]:
    whole = ("period", "value", "lower", "upper")
    names = [*KEY, "version", *(f"previous_{name}" for name in PREVIOUS), "reason", "note"]
    fields = [
        {
            "name": name,
            "type": "integer" if name.removeprefix("previous_") in whole else "string",
        }
        for name in names
    ]
    schema = {"fields": fields, "primaryKey": [*KEY, "version"]}
    return {"name": "revisions", "path": "revisions.csv", "format": "csv", "schema": schema}


def main() -> None:
    """Compare two generated versions, `runs` times; print the median and the highest peak."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS, help="rows to generate")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        old, new = write_versions(Path(folder), options.rows)
        print_setting(new, ["mtopendata", "polars"], options.runs)
        command = [sys.executable, "-m", "mtopendata", "diff", str(old), str(new)]
        measured = [run("diff", command) for _ in range(options.runs)]
    seconds = statistics.median(one.seconds for one in measured)
    peak = max(one.peak_mib for one in measured)
    print(f"diff{seconds:>12.2f} s{peak:>10,.0f} MiB")


if __name__ == "__main__":
    main()
