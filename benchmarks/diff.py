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
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from generated import write_package
from processes import highest_peak, median_seconds, print_setting, run

ROWS = 4_000_000
EVERY = 1000
"""Of so many figures one changes in each way."""
KEY = ("measure", "area", "period")
VALUES = ("value", "qualifier", "lower", "upper", "since")


def write_versions(folder: Path, rows: int, seed: int = 1) -> None:
    """Write two versions of a package of at most `rows` figures, into `old` and `new`."""
    old = write_package(folder / "old", rows, seed=seed)
    new = write_package(folder / "new", rows, seed=seed)
    published = old.parent / "figures.csv"
    header, *lines = published.read_text("utf-8").splitlines()
    header, *lines = [f"{header},since", *(f"{line},1.0.0" for line in lines)]
    _write(published, header, lines)
    kept = []
    revisions = []
    for number, line in enumerate(lines):
        cells = line.split(",")
        if number % EVERY > 1:
            kept.append(line)
            continue
        revisions.append(",".join([*cells[:3], "1.1.0", *cells[3:], "correction", "Counted anew"]))
        if number % EVERY == 0:
            value = str(int(cells[3]) + 100)
            kept.append(",".join([*cells[:3], value, "exact", value, value, "1.0.0"]))
    kept += [f"new,A00000,{year},1,exact,1,1,1.1.0" for year in range(len(lines) // EVERY)]
    random.Random(seed).shuffle(kept)
    _write(new.parent / "figures.csv", header, kept)
    _write(new.parent / "revisions.csv", ",".join(_revised()), revisions)
    (new.parent / "CHANGELOG.md").write_text("## 1.1.0\n", "utf-8")
    _declare(old, "1.0.0", [])
    _declare(new, "1.1.0", [_revisions()])


def _write(file: Path, header: str, lines: list[str]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as sink:
        sink.write(header + "\n")
        sink.writelines(line + "\n" for line in lines)


def _revised() -> list[str]:
    return [*KEY, "version", *(f"previous_{name}" for name in VALUES), "reason", "note"]


def _declare(descriptor: Path, version: str, resources: list[dict[str, Any]]) -> None:
    described = json.loads(descriptor.read_text("utf-8"))
    described["version"] = version
    described["resources"][0]["schema"]["fields"].append({"name": "since", "type": "string"})
    described["resources"] += resources
    descriptor.write_text(json.dumps(described, indent=2) + "\n", "utf-8")


def _revisions() -> dict[str, Any]:
    whole = ("period", "value", "lower", "upper")
    fields = [
        {
            "name": name,
            "type": "integer" if name.removeprefix("previous_") in whole else "string",
        }
        for name in _revised()
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
    parser.add_argument("--into", type=Path, help="only write the two versions into this folder")
    options = parser.parse_args()
    if options.into:
        write_versions(options.into, options.rows)
        return
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own, whose memory is not counted for what this one measures.
        writing = [sys.executable, __file__, "--rows", str(options.rows), "--into", folder]
        subprocess.run(writing, check=True)
        old, new = (Path(folder) / side / "datapackage.json" for side in ("old", "new"))
        print_setting(new, ["mtopendata", "polars"], options.runs)
        command = [sys.executable, "-m", "mtopendata", "diff", str(old), str(new)]
        measured = [run("diff", command) for _ in range(options.runs)]
    seconds = median_seconds(measured)
    peak = highest_peak(measured)
    print(f"diff{seconds:>12.2f} s{peak:>10,.0f} MiB")


if __name__ == "__main__":
    main()
