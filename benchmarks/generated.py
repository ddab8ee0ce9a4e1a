"""Write the large package that the benchmarks measure: valid, and the same bytes every time.

    python benchmarks/generated.py FOLDER --rows 4000000 --shape integers

A package has figures (measure, area, period, value, qualifier, lower, upper) with a primary key of
three columns, a foreign key, an enumeration and minimums, and the areas to which they belong. Two
shapes:

- integers: whole numbers, and a balance rule in `rules` and `rule_terms`: a + b + c = total, within
  the bounds of the figures that are rounded.
- decimals: the same columns, but value, lower and upper are numbers, of which a part has one digit
  behind the point and a part has two. No rule is declared.

The rows come in whole areas of 80, one area after the other.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

INTEGERS, DECIMALS = "integers", "decimals"
SHAPES = (INTEGERS, DECIMALS)
FIRST_PERIOD, PERIODS = 2001, 20
PARTS = ("a", "b", "c")
MEASURES = (*PARTS, "total")
ROWS_PER_AREA = len(MEASURES) * PERIODS
AREAS_AT_ONCE = 10_000
"""So many areas are in memory at a time."""


def write_package(folder: Path, rows: int, shape: str = INTEGERS, seed: int = 1) -> Path:
    """Write a package of at most `rows` figures and return its descriptor's path.

    It is written in a process of its own, so that its memory is not counted for what this one
    measures (see `processes.run`).
    """
    options = ["--rows", str(rows), "--shape", shape, "--seed", str(seed)]
    subprocess.run([sys.executable, __file__, str(folder), *options], check=True)
    return folder / "datapackage.json"


def kept_package(keep: Path, rows: int, shape: str) -> Path:
    """The descriptor of a package in a folder of `keep`, written if it is not there yet."""
    folder = keep / f"{shape}-{rows}"
    descriptor = folder / "datapackage.json"
    if descriptor.is_file() and descriptor.read_text("utf-8") == _described(shape):
        return descriptor
    return write_package(folder, rows, shape)


def _write_here(folder: Path, rows: int, shape: str, seed: int) -> None:
    """Write a package in this process. The descriptor comes last: where it is, all is there."""
    areas = rows // ROWS_PER_AREA
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "datapackage.json").unlink(missing_ok=True)
    _write_figures(folder, areas, shape, seed)
    if shape == INTEGERS:
        _write_rule(folder)
    (folder / "datapackage.json").write_text(_described(shape), "utf-8")


def _write_figures(folder: Path, areas: int, shape: str, seed: int) -> None:
    """Write figures.csv and areas.csv, some areas at a time."""
    with (folder / "figures.csv").open("wb") as figures, (folder / "areas.csv").open("wb") as named:
        for first in range(0, areas, AREAS_AT_ONCE):
            count = min(AREAS_AT_ONCE, areas - first)
            rows = _figures(first, count, shape, seed)
            rows.write_csv(figures, include_header=first == 0)
            _areas(first, count).write_csv(named, include_header=first == 0)


def _areas(first: int, count: int) -> pl.DataFrame:
    import polars as pl

    number = pl.int_range(first, first + count, eager=True).cast(pl.String).str.zfill(5)
    return pl.select(area="A" + number, title="Area " + number)


def _figures(first: int, count: int, shape: str, seed: int) -> pl.DataFrame:
    """The figures of `count` areas from the number `first` on."""
    import polars as pl

    row = pl.int_range(first * ROWS_PER_AREA, (first + count) * ROWS_PER_AREA, dtype=pl.UInt64)
    frame = pl.select(row=row, chance=_chance(row, seed))
    area = pl.col("row") // ROWS_PER_AREA
    measure = pl.col("row") % len(MEASURES)
    # One draw serves for several choices: what one takes off it, the next does not see.
    chance = pl.col("chance")
    frame = frame.with_columns(
        is_rounded=chance % 10 == 0,
        whole=(chance // 10 % 400).cast(pl.Int64) * 100,
        form=chance // 4_000 % 3,
        hundredths=(chance // 12_000 % 100).cast(pl.Int64),
    )
    part = pl.col("whole")
    if shape == DECIMALS:
        tenths = pl.col("hundredths") // 10 * 10
        behind = pl.when(form=0).then(0).when(form=1).then(tenths).otherwise("hundredths")
        part += behind
    # All in hundredths from here on. The total is the sum of the parts just above it.
    frame = frame.with_columns(part=part)
    parts = [pl.col("part").shift(back) for back in range(1, len(MEASURES))]
    true = pl.when(measure == len(PARTS)).then(pl.sum_horizontal(parts)).otherwise("part")
    # Rounded is to the nearest ten. The true value always lies within the bounds, so the balance
    # stays possible although the printed values do not add up.
    rounded = (true + 500) // 1_000 * 1_000
    lower = pl.max_horizontal(rounded - 500, 0)
    upper = rounded + (499 if shape == DECIMALS else 400)
    one = pl.col("is_rounded")
    names = pl.Series(MEASURES)
    return frame.select(
        measure=pl.lit(names).gather(measure),
        area="A" + area.cast(pl.String).str.zfill(5),
        period=FIRST_PERIOD + pl.col("row") // len(MEASURES) % PERIODS,
        value=_printed(pl.when(one).then(rounded).otherwise(true)),
        qualifier=pl.when(one).then(pl.lit("rounded")).otherwise(pl.lit("exact")),
        lower=_printed(pl.when(one).then(lower).otherwise(true)),
        upper=_printed(pl.when(one).then(upper).otherwise(true)),
    )


def _chance(row: pl.Expr, seed: int) -> pl.Expr:
    """A number of 64 bits that looks random, for each row: SplitMix64, whose products wrap round.

    Unlike the random numbers of a library it is the same in every version.
    """
    import polars as pl

    def word(number: int) -> pl.Expr:
        return pl.lit(number % 2**64, pl.UInt64)

    mixed = (row + word(seed << 40)) * word(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed // word(2**30))) * word(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed // word(2**27))) * word(0x94D049BB133111EB)
    return mixed ^ (mixed // word(2**31))


def _printed(hundredths: pl.Expr) -> pl.Expr:
    """A number of hundredths as text with as many digits behind the point as it needs."""
    import polars as pl

    whole, behind = (hundredths // 100).cast(pl.String), hundredths % 100
    tenths = whole + "." + (behind // 10).cast(pl.String)
    return (
        pl.when(behind == 0)
        .then(whole)
        .when(behind % 10 == 0)
        .then(tenths)
        .otherwise(tenths + (behind % 10).cast(pl.String))
    )


def _write_rule(folder: Path) -> None:
    """Write the balance rule: rules.csv and rule_terms.csv."""
    coefficients = dict.fromkeys(PARTS, 1) | {"total": -1}
    terms = (
        f"parts_make_total,{term},{coefficient},{measure},,0\n"
        for term, (measure, coefficient) in enumerate(coefficients.items(), start=1)
    )
    (folder / "rules.csv").write_text(
        "rule,relation,severity,title,reason\n"
        "parts_make_total,=,error,The parts make the total,The total is defined as their sum\n",
        "utf-8",
    )
    header = "rule,term,coefficient,measure,area,lag\n"
    (folder / "rule_terms.csv").write_text(header + "".join(terms), "utf-8")


# --- The descriptor ----------------------------------------------------------------------------


def _described(shape: str) -> str:
    """The text of the descriptor."""
    return json.dumps(_descriptor(shape), indent=2) + "\n"


def _descriptor(shape: str) -> dict[str, Any]:
    required = {"required": True}
    number = "number" if shape == DECIMALS else "integer"
    figures = _resource(
        "figures",
        ["measure", "area", "period"],
        [
            _field("measure", "string", required),
            _field("area", "string", required),
            _field("period", "integer", required),
            _field("value", number, {"required": True, "minimum": 0}),
            _field("qualifier", "string", {"required": True, "enum": ["exact", "rounded"]}),
            _field("lower", number, {"minimum": 0}),
            _field("upper", number, {"minimum": 0}),
        ],
        foreign_key=("area", "areas"),
    )
    areas = _resource(
        "areas",
        ["area"],
        [_field("area", "string", required), _field("title", "string", required)],
    )
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "benchmark",
        "resources": [figures, areas, *(_of_the_rule() if shape == INTEGERS else [])],
    }


def _of_the_rule() -> list[dict[str, Any]]:
    required = {"required": True}
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
    return [rules, rule_terms]


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


def main() -> None:
    """Write one package."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=4_000_000, help="figures to write, at most")
    parser.add_argument("--shape", choices=SHAPES, default=INTEGERS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.rows < ROWS_PER_AREA:
        parser.error(f"--rows must be at least {ROWS_PER_AREA}")
    _write_here(options.folder, options.rows, options.shape, options.seed)


if __name__ == "__main__":
    main()
