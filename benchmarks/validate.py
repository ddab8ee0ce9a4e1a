"""Time `mtopendata validate` against `frictionless validate` on the same Data Package.

Both validators run in turn (A B A B) as whole processes, so start-up and imports count, as they
do for a user or a continuous-integration job. For each the wall time and the peak memory of the
process are printed, then the ratios, each the median over the pairs of runs.

    python benchmarks/validate.py                     # 4,000,000 generated rows, about 130 MB
    python benchmarks/validate.py --rows 80000        # the same, smaller
    python benchmarks/validate.py --duckdb            # adds the same checks written in DuckDB SQL
    python benchmarks/validate.py . --runs 10         # an existing package

The two do not do the same work: mtopendata also checks the balance rule (a + b + c = total,
within the bounds of rounded figures), which frictionless cannot. DuckDB checks it too.
A validator that fails stops the benchmark. Runs on Linux and macOS.
"""

# The names put into SQL are those of the package generated here.
# ruff: noqa: S608

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import duckdb

PERIODS = range(2001, 2021)
PARTS = ("a", "b", "c")
ROWS_PER_AREA = (len(PARTS) + 1) * len(PERIODS)
ROUNDED_SHARE = 0.1

DUCKDB_TYPES = {"string": "VARCHAR", "integer": "BIGINT"}


class Run(NamedTuple):
    """What one process cost."""

    seconds: float
    peak_mib: float


# --- The generated package ---------------------------------------------------------------------


def write_package(folder: Path, rows: int, seed: int = 1) -> Path:
    """Write a valid package of at most `rows` figures and return its descriptor's path.

    The rows come in whole areas of 80; the same arguments always give the same bytes.
    """
    areas = [f"A{number:05d}" for number in range(rows // ROWS_PER_AREA)]
    if not areas:
        raise ValueError(f"rows must be at least {ROWS_PER_AREA}")
    folder.mkdir(parents=True, exist_ok=True)
    # Streamed, not collected: see `run` for why this process has to stay small.
    rng = random.Random(seed)
    _write(
        folder / "figures.csv",
        "measure,area,period,value,qualifier,lower,upper",
        (_area_figures(area, rng) for area in areas),
    )
    _write(folder / "areas.csv", "area,title", (f"{area},Area {area[1:]}\n" for area in areas))
    _write(
        folder / "rules.csv",
        "rule,relation,severity,title,reason",
        ["parts_make_total,=,error,The parts make the total,The total is defined as their sum\n"],
    )
    coefficients = dict.fromkeys(PARTS, 1) | {"total": -1}
    _write(
        folder / "rule_terms.csv",
        "rule,term,coefficient,measure,area,lag",
        (
            f"parts_make_total,{term},{coefficient},{measure},,0\n"
            for term, (measure, coefficient) in enumerate(coefficients.items(), start=1)
        ),
    )
    descriptor = folder / "datapackage.json"
    descriptor.write_text(json.dumps(_descriptor(), indent=2) + "\n", encoding="utf-8")
    return descriptor


def _write(path: Path, header: str, blocks: Iterator[str] | list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(header + "\n")
        file.writelines(blocks)


def _area_figures(area: str, rng: random.Random) -> str:
    chance = rng.random
    lines = []
    for period in PERIODS:
        # int(random() * n) is several times faster than randrange, and as good here.
        values = [int(chance() * 400) for _ in PARTS]
        values.append(sum(values))
        for measure, true in zip((*PARTS, "total"), values, strict=True):
            if chance() < ROUNDED_SHARE:
                # To the nearest ten. The true value always lies within the bounds, so the
                # balance stays possible although the printed values do not add up.
                value = (true + 5) // 10 * 10
                figures = f"{value},rounded,{max(0, value - 5)},{value + 4}"
            else:
                figures = f"{true},exact,{true},{true}"
            lines.append(f"{measure},{area},{period},{figures}\n")
    return "".join(lines)


def _descriptor() -> dict[str, Any]:
    required = {"required": True}
    figures = _resource(
        "figures",
        ["measure", "area", "period"],
        [
            _field("measure", "string", required),
            _field("area", "string", required),
            _field("period", "integer", required),
            _field("value", "integer", {"required": True, "minimum": 0}),
            _field("qualifier", "string", {"required": True, "enum": ["exact", "rounded"]}),
            _field("lower", "integer", {"minimum": 0}),
            _field("upper", "integer", {"minimum": 0}),
        ],
        foreign_key=("area", "areas"),
    )
    areas = _resource(
        "areas",
        ["area"],
        [_field("area", "string", required), _field("title", "string", required)],
    )
    rules = _resource(
        "rules",
        ["rule"],
        [
            _field(name, "string", required)
            for name in ("rule", "relation", "severity", "title", "reason")
        ],
    )
    rule_terms = _resource(
        "rule_terms",
        ["rule", "term"],
        [
            _field("rule", "string", required),
            _field("term", "integer", {"required": True, "minimum": 1}),
            _field("coefficient", "integer", required),
            _field("measure", "string", required),
            _field("area", "string"),
            _field("lag", "integer", {"required": True, "minimum": 0}),
        ],
        foreign_key=("rule", "rules"),
    )
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "benchmark",
        "resources": [figures, areas, rules, rule_terms],
    }


def _field(name: str, kind: str, constraints: dict[str, Any] | None = None) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": kind}
    return field | {"constraints": constraints} if constraints else field


def _resource(
    name: str,
    primary_key: list[str],
    fields: list[dict[str, Any]],
    foreign_key: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Describe a CSV; `foreign_key` is a field and the resource whose like-named field it uses."""
    schema: dict[str, Any] = {"fields": fields, "primaryKey": primary_key}
    if foreign_key:
        field, target = foreign_key
        reference = {"resource": target, "fields": [field]}
        schema["foreignKeys"] = [{"fields": [field], "reference": reference}]
    return {
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


# --- The same checks in DuckDB SQL -------------------------------------------------------------


def check_with_duckdb(descriptor: Path) -> int:
    """Check a generated package; print what is wrong with it and return the exit code.

    The schema checks follow the descriptor, so they are those frictionless is asked for. DuckDB
    is laxer in one: it rounds a decimal in an integer column. Reading text and matching each cell
    would catch that, but is not how one loads a CSV into DuckDB.
    """
    # Imported here: only this child process may pay for it.
    import duckdb

    resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
    connection = duckdb.connect()
    for item in resources:
        _load(connection, descriptor.parent / item["path"], item)
    checks = [check for item in resources for check in _schema_checks(item)]
    checks.append(("figures: a rule cannot hold", _BALANCE_SQL))
    failed = 0
    for title, sql in checks:
        row = connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()
        found = row[0] if row else 0
        if found:
            failed = 1
            print(f"{title}: {found}")
    return failed


def _load(connection: duckdb.DuckDBPyConnection, path: Path, item: dict[str, Any]) -> None:
    columns = {field["name"]: DUCKDB_TYPES[field["type"]] for field in item["schema"]["fields"]}
    # With its detection off, DuckDB skips the header line without reading it.
    with path.open(encoding="utf-8", newline="") as file:
        if next(csv.reader(file), None) != list(columns):
            raise SystemExit(f"{path.name}: the header is not the declared fields")
    connection.execute(
        f"CREATE TABLE {_quoted(item['name'])} AS SELECT * FROM read_csv("
        "$path, columns = $columns, auto_detect = false, header = true,"
        " delim = ',', quote = '\"', escape = '\"')",
        {"path": str(path), "columns": columns},
    )


def _schema_checks(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each declared check as a title and a query that returns what breaks it."""
    name, schema = item["name"], item["schema"]
    table = _quoted(name)
    for field in schema["fields"]:
        column = _quoted(field["name"])
        for title, condition in _broken(column, field.get("constraints", {})):
            where = f"SELECT 1 FROM {table} WHERE {condition}"
            yield f"{name}.{field['name']}: {title}", where
    key = ", ".join(map(_quoted, schema["primaryKey"]))
    yield (
        f"{name}: duplicate primary key",
        f"SELECT {key} FROM {table} GROUP BY {key} HAVING count(*) > 1",
    )
    for foreign in schema.get("foreignKeys", []):
        [own], [other] = foreign["fields"], foreign["reference"]["fields"]
        target = _quoted(foreign["reference"]["resource"])
        yield (
            f"{name}.{own}: not in {target}",
            f"SELECT 1 FROM {table} ANTI JOIN {target}"
            f" ON {table}.{_quoted(own)} = {target}.{_quoted(other)}",
        )


def _broken(column: str, constraints: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if constraints.get("required"):
        yield "missing", f"{column} IS NULL"
    if "minimum" in constraints:
        yield "below the minimum", f"{column} < {int(constraints['minimum'])}"
    if "enum" in constraints:
        allowed = ", ".join(f"'{value}'" for value in constraints["enum"])
        yield "not one of the allowed values", f"{column} NOT IN ({allowed})"


def _quoted(name: str) -> str:
    return f'"{name}"'


# A sum can be zero when zero lies between the least and the greatest it can be. The generated
# rule is an equality without areas or lags, so this is all of it that SQL has to express.
_BALANCE_SQL = """
    WITH terms AS (
        SELECT rule, figures.area, period, coefficient,
               coalesce(lower, value) AS least, coalesce(upper, value) AS greatest
        FROM figures JOIN rule_terms USING (measure)
    )
    SELECT rule, area, period
    FROM terms
    GROUP BY rule, area, period
    HAVING count(*) = (SELECT count(*) FROM rule_terms WHERE rule_terms.rule = terms.rule)
       AND (sum(coefficient * CASE WHEN coefficient > 0 THEN least ELSE greatest END) > 0
         OR sum(coefficient * CASE WHEN coefficient > 0 THEN greatest ELSE least END) < 0)
"""


# --- Running and reporting ---------------------------------------------------------------------


def run(name: str, command: list[str]) -> Run:
    """Run a command to its end; stop the benchmark if it fails."""
    with tempfile.TemporaryFile() as output:
        # A file, not a pipe: nobody reads while we wait, and a full pipe would hang the child.
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        # wait4 tells this child's own peak; RUSAGE_CHILDREN would be the highest of all so far.
        # Until it starts its program a child shares our memory, and Linux counts that too, so
        # the peak is never below ours: hence no large data or imports in this process.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            output.seek(0)
            text = output.read().decode(errors="replace")
            raise SystemExit(f"{text}\n{name} failed with exit code {child.returncode}; no timing")
    result = Run(seconds, _mib(usage.ru_maxrss))
    print(f"{name}: {seconds:.2f} s, {result.peak_mib:,.0f} MiB", file=sys.stderr)
    return result


def _mib(maxrss: int) -> float:
    return maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def run_in_turn(commands: dict[str, list[str]], runs: int) -> dict[str, list[Run]]:
    """Alternate the commands, so that a busy spell of the machine falls on all of them."""
    results: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            results[name].append(run(name, command))
    return results


def print_setting(descriptor: Path, names: list[str], runs: int) -> None:
    """Print what is measured, and where: sizes, versions and processors."""
    resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
    for item in resources:
        path = descriptor.parent / str(item.get("path", ""))
        if path.suffix == ".csv" and path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                rows = sum(1 for _ in csv.reader(file)) - 1
            print(f"{path.name:<20} {rows:>12,} rows {path.stat().st_size:>14,} bytes")
    versions = ", ".join(f"{name} {_version(name)}" for name in names)
    print(f"{versions}, Python {sys.version.split()[0]}, {os.cpu_count()} CPUs, runs: {runs}")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "(unknown version)"


def print_results(results: dict[str, list[Run]]) -> None:
    """Print the times and peaks of each contender, and how the others compare to mtopendata."""
    print(f"\n{'':<14}{'min s':>10}{'median s':>10}{'peak MiB':>10}")
    for name, runs in results.items():
        seconds = [one.seconds for one in runs]
        peak = max(one.peak_mib for one in runs)
        print(f"{name:<14}{min(seconds):>10.2f}{statistics.median(seconds):>10.2f}{peak:>10,.0f}")
    own_peak = _mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(f"(peaks below {own_peak:,.0f} MiB cannot be told apart)\n")
    ours = results["mtopendata"]
    for name, runs in results.items():
        if name != "mtopendata":
            pairs = list(zip(runs, ours, strict=True))
            faster = statistics.median(a.seconds / b.seconds for a, b in pairs)
            smaller = statistics.median(a.peak_mib / b.peak_mib for a, b in pairs)
            print(f"{name} / mtopendata: time {faster:.2f}, memory {smaller:.2f}")


def benchmark(descriptor: Path, options: argparse.Namespace) -> None:
    """Time the chosen contenders on one package."""
    path = str(descriptor)
    commands: dict[str, list[str]] = {}
    if not options.skip_frictionless:
        commands["frictionless"] = [sys.executable, "-m", "frictionless", "validate", path]
    commands["mtopendata"] = [sys.executable, "-m", "mtopendata", "validate", path]
    if options.duckdb:
        commands["duckdb"] = [sys.executable, __file__, "--duckdb-child", path]
    print_setting(descriptor, list(commands), options.runs)
    sys.stdout.flush()
    print_results(run_in_turn(commands, options.runs))


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line, refusing combinations that would mislead."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "package", nargs="?", type=Path, help="folder or descriptor to use; else one is generated"
    )
    parser.add_argument("--rows", type=int, default=4_000_000, help="figures to generate")
    parser.add_argument("--runs", type=int, default=3, help="runs of each contender")
    parser.add_argument("--duckdb", action="store_true", help="add the checks in DuckDB SQL")
    parser.add_argument("--skip-frictionless", action="store_true", help="leave out frictionless")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="generate here and do not delete")
    parser.add_argument("--duckdb-child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.package and options.duckdb:
        parser.error("--duckdb knows the rule of the generated package only")
    if options.package and options.keep:
        parser.error("--keep is for a generated package")
    if options.keep and options.keep.exists() and any(options.keep.iterdir()):
        parser.error(f"{options.keep} is not empty")
    if options.rows < ROWS_PER_AREA:
        parser.error(f"--rows must be at least {ROWS_PER_AREA}")
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    return options


def main() -> int:
    """Run the benchmark, or the DuckDB contender when called as its child."""
    options = parse()
    if options.duckdb_child:
        return check_with_duckdb(options.duckdb_child)
    if options.package:
        package: Path = options.package
        benchmark(package / "datapackage.json" if package.is_dir() else package, options)
    elif options.keep:
        benchmark(write_package(options.keep, options.rows), options)
    else:
        with tempfile.TemporaryDirectory() as folder:
            benchmark(write_package(Path(folder), options.rows), options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
