"""Each benchmark runs, at a tiny size, and prints what docs/speed.md says; how fast is not asked.

The packages that the benchmarks write have the verdict that is meant.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import mtopendata
from tests.kit.packages import ROOT

BENCHMARKS = ROOT / "benchmarks"
SLOW = {"wide-2000", "wide-8000"}
SECONDS = r"\d+\.\d\d s"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "wait4"), reason="the benchmarks run on Linux and macOS"),
]


def bench(name: str, *arguments: str | Path, code: int = 0) -> str:
    """What a benchmark prints."""
    done = subprocess.run(
        [sys.executable, BENCHMARKS / f"{name}.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def lines_like(pattern: str, printed: str) -> int:
    """How many lines are as the pattern says."""
    return sum(bool(re.fullmatch(pattern, line)) for line in printed.splitlines())


def generate(folder: Path, shape: str, rows: int = 8_000) -> Path:
    bench("generated", folder, "--rows", str(rows), "--shape", shape)
    return folder


def test_validate_compares_shapes_and_sizes_and_extrapolates_frictionless() -> None:
    options = ["--shape", "both", "--rows", "160,80", "--frictionless-rows", "80", "--duckdb"]
    printed = bench("validate", *options, "--runs", "1", "--markdown")
    for shape in ("integers", "decimals"):
        for rows in (80, 160):
            assert f"\n{shape}, {rows} rows\n" in printed
        assert f"\n{shape}: seconds per million rows" in printed
    assert lines_like(r"mtopendata / duckdb: time \d+\.\d\d, memory \d+\.\d\d", printed) == 4
    assert lines_like(r"frictionless / mtopendata: time \d+\.\d\d, memory .*", printed) == 2
    assert lines_like(r"frictionless / mtopendata: time ≈ .*, extrapolated", printed) == 2
    assert lines_like(r"mtopendata +160 rows +\d+\.\d\d +-?\d+\.\d\d", printed) == 2
    head, _, table = printed.partition("```sh\n")[2].partition("\n```\n\n")
    assert head == f"python benchmarks/validate.py {shlex.join(options)} --runs 1"
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()]
    assert [len(row) for row in cells] == [7, 1, 7, 7, 7, 7]
    assert [row[0] for row in cells[2:]] == [
        f"{shape}, {rows} rows" for shape in ("integers", "decimals") for rows in (80, 160)
    ]
    assert all(re.match(SECONDS + r", [\d,]+ MiB$", row[2]) for row in cells[2:])
    assert cells[3][1].startswith("≈ ")
    assert cells[3][1].endswith("extrapolated")


def test_validate_takes_a_package_that_is_there() -> None:
    printed = bench("validate", ROOT, "--runs", "1", "--no-frictionless")
    assert lines_like(r"mtopendata( +\d+\.\d\d){3} +\d+", printed) == 1
    assert "frictionless" not in printed


def test_validate_uses_kept_packages_again_but_none_that_is_not_whole(tmp_path: Path) -> None:
    options = ["--rows", "80", "--runs", "1", "--no-frictionless", "--keep", str(tmp_path)]
    bench("validate", *options)
    figures = tmp_path / "integers-80" / "figures.csv"
    whole = figures.read_bytes()
    os.utime(figures, (1, 1))
    bench("validate", *options)
    assert figures.stat().st_mtime == 1
    figures.write_bytes(whole[:100])
    (tmp_path / "integers-80" / "datapackage.json").unlink()
    bench("validate", *options)
    assert figures.read_bytes() == whole


@pytest.mark.parametrize("arguments", [["--rows", "79"], ["--runs", "0"], [".", "--duckdb"]])
def test_validate_refuses_what_would_mislead(arguments: list[str]) -> None:
    bench("validate", *arguments, code=2)


@pytest.mark.parametrize("shape", ["integers", "decimals"])
def test_a_generated_package_is_valid_and_always_the_same(shape: str, tmp_path: Path) -> None:
    one, other = (generate(tmp_path / name, shape) for name in ("one", "other"))
    assert {path.name: path.read_bytes() for path in one.iterdir()} == {
        path.name: path.read_bytes() for path in other.iterdir()
    }
    report = mtopendata.validate(one)
    assert [report.valid, report.findings] == [True, []]
    assert any(check.kind == "rule" for check in report.checks) == (shape == "integers")
    values = [line.split(",")[3] for line in (one / "figures.csv").read_text("utf-8").splitlines()]
    digits = {len(value.partition(".")[2]) for value in values[1:]}
    assert digits == ({0} if shape == "integers" else {0, 1, 2})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\na,A00001,2001,", "\na,A0000X,2001,", "figures.area: not in"),
        ("\nb,A00001,2001,", "\na,A00001,2001,", "figures: duplicate primary key: 1"),
        (",exact,", ",exactly,", "figures.qualifier: not one of the allowed values: 1"),
        (",rounded,", ",exact,", "figures: value, qualifier and bounds disagree: 1"),
    ],
)
@pytest.mark.parametrize("shape", ["integers", "decimals"])
def test_duckdb_sees_a_fault_that_mtopendata_sees(
    shape: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    descriptor = generate(tmp_path, shape, 240) / "datapackage.json"
    assert bench("duckdb_checks", descriptor) == ""
    figures = tmp_path / "figures.csv"
    figures.write_text(figures.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert said in bench("duckdb_checks", descriptor, code=1)
    assert not mtopendata.validate(tmp_path).valid


def test_duckdb_sees_a_total_that_is_not_the_sum(tmp_path: Path) -> None:
    descriptor = generate(tmp_path, "integers", 80) / "datapackage.json"
    figures = tmp_path / "figures.csv"
    total = "total,A00000,2001,9999,exact,9999,9999"
    text = re.sub("total,A00000,2001,.*", total, figures.read_text("utf-8"))
    figures.write_text(text, "utf-8")
    assert bench("duckdb_checks", descriptor, code=1) == "figures: a rule cannot hold: 1\n"
    assert {finding.code for finding in mtopendata.validate(tmp_path).findings} == {"rule"}


def test_small_compares_the_packages_that_are_named() -> None:
    printed = bench("small", "--only", "tiny", "--only", "faulty", "--runs", "1", "--markdown")
    for name in ("tiny", "faulty"):
        line = rf"^{name} +{SECONDS} +\d+ +{SECONDS} +\d+ +\d+\.\d\d$"
        assert re.search(line, printed, re.M)
    assert re.search(
        r"^mtopendata ÷ frictionless over 2 packages: median .*, worst ", printed, re.M
    )
    rows = [line.strip("| ").split(" | ") for line in printed.splitlines() if line[:2] == "| "]
    assert [row[0] for row in rows] == ["package", "tiny", "faulty"]
    assert [row[-1] for row in rows[1:]] == ["valid", "invalid"]


def test_small_packages_have_the_verdicts_that_are_meant(tmp_path: Path) -> None:
    bench("small_packages", tmp_path)
    folders = sorted(tmp_path.iterdir())
    assert len(folders) > 20
    verdicts = {f.name: mtopendata.validate(f).valid for f in folders if f.name not in SLOW}
    assert [name for name, valid in verdicts.items() if not valid] == ["faulty"]


def test_build_and_diff_are_measured() -> None:
    printed = bench("build", "--rows", "80", "--runs", "1")
    assert lines_like(rf"build +{SECONDS} .*", printed) == 1
    assert lines_like(rf"verify +{SECONDS} .*", printed) == 1
    assert lines_like(rf"diff +{SECONDS} .*", bench("diff", "--rows", "80", "--runs", "1")) == 1


def test_every_command_in_the_docs_is_one_that_the_benchmarks_have() -> None:
    text = (ROOT / "docs" / "speed.md").read_text("utf-8")
    commands = re.findall(r"python benchmarks/(\w+)\.py([^`\n]*)", text)
    assert {name for name, _ in commands} == {"validate", "cached", "small", "build", "diff"}
    for name in sorted({name for name, _ in commands}):
        known = set(re.findall(r"--[a-z-]+", bench(name, "--help")))
        used = {option for other, rest in commands if other == name for option in shlex.split(rest)}
        assert {option for option in used if option.startswith("--")} <= known


def test_repairs_are_timed_on_random_systems() -> None:
    printed = bench("repairs", "--figures", "20", "--rules", "6", "--errors", "1", "--systems", "2")
    assert "20 figures, 6 rules, 1 wrong figures" in printed
    assert lines_like(r"median \d+\.\d ms, worst \d+\.\d ms", printed) == 1
    assert "the wrong figures are among the sets in 2 of 2" in printed


def test_spark_is_compared_with_threads() -> None:
    printed = bench("spark", "--rows", "160")
    for name in ("local threads", "Sail"):
        assert lines_like(rf"\| {name} \| \d+\.\d s \| \d+\.\d s \| .* MiB \|", printed) == 1


def test_the_work_of_a_cluster_is_told_by_its_jobs() -> None:
    printed = bench("spark_work", "--rows", "1600", "--width", "3000")
    for job in ("CountWork", "SeeWork"):
        assert re.search(rf"^{job} +\d+ +\d+\.\d\d +\d", printed, re.MULTILINE)
    assert "valid: True" in printed


def test_cached_compares_runs_with_and_without_what_is_kept() -> None:
    printed = bench("cached", "--rows", "800000", "--files", "3")
    assert lines_like(r"figures +3 files +[\d,]+ bytes", printed) == 1
    line = (
        r"(without a|into a new|nothing|one file) \w+ +\d+\.\d\d s +[\d,]+ MiB( +\d\.\d+ of .*){2}"
    )
    assert lines_like(line, printed) == 4
