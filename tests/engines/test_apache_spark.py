"""Validations on Apache Spark itself, with two workers of their own, have the local reports."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from mtopendata import Options, validate
from mtopendata.engines.engine import with_engine
from mtopendata.report import render
from tests.engines.test_passes import (
    DESCRIPTOR,
    RULES,
    figures,
    keep_at_most,
    write_doubled,
    write_referring,
)
from tests.engines.test_spark import KEYED, SHAPES, write_parquet_and_json_lines
from tests.kit.packages import FOLDERS, write_package, write_table
from tests.kit.referees import apache_spark

pytestmark = pytest.mark.slow


def told(folder: Path, options: Options | None = None) -> str:
    return render("validation", "json", validate(folder, options), verbose=True)


@pytest.fixture(scope="module")
def on_spark() -> Iterator[Options]:
    """Options by which all is seen by the workers of a cluster that is started once."""
    with (
        apache_spark("local-cluster[2,1,1024]") as address,
        with_engine(Options(), "spark", address) as options,
    ):
        yield options


LARGER = [f for f in FOLDERS if any(file.stat().st_size > 250 for file in f.rglob("*.csv"))]


@pytest.mark.parametrize("folder", LARGER[::6], ids=lambda folder: folder.name)
def test_a_package_has_its_local_report(folder: Path, on_spark: Options) -> None:
    assert told(folder, replace(on_spark, block=100)) == told(folder)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_has_its_local_report(shape: str, on_spark: Options, tmp_path: Path) -> None:
    text, width = SHAPES[shape]
    write_table(tmp_path, text, **KEYED)
    assert told(tmp_path, replace(on_spark, block=10 * width)) == told(tmp_path)


def test_rules_have_their_local_report(on_spark: Options, tmp_path: Path) -> None:
    areas = [*(f"{number}" for number in range(40)), "ALL"]
    values = [(measure, area) for area in areas for measure in ("a", "b", "total")]
    rows = [(*pair, 2001, str(index % 5)) for index, pair in enumerate(values)]
    write_package(tmp_path, DESCRIPTOR, {**RULES, "figures.csv": figures(rows)})
    assert told(tmp_path, replace(on_spark, block=200)) == told(tmp_path)


def test_parquet_and_json_lines_have_their_local_reports(on_spark: Options, tmp_path: Path) -> None:
    write_parquet_and_json_lines(tmp_path)
    assert told(tmp_path, replace(on_spark, block=800)) == told(tmp_path)


@pytest.mark.parametrize("write", [write_referring, write_doubled])
def test_what_is_too_much_for_the_driver_is_settled_on_the_workers(
    write: Callable[[Path], None],
    on_spark: Options,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path)
    keep_at_most(0, monkeypatch)
    assert told(tmp_path, replace(on_spark, block=60)) == told(tmp_path)


def test_the_range_of_a_worker_that_is_killed_is_read_again(
    on_spark: Options, tmp_path: Path
) -> None:
    rows = "".join(f"{number % 99_000},x\n" for number in range(100_000))
    write_table(tmp_path, f"a,b\n{rows}", **KEYED)
    killed: list[int] = []

    def kill() -> None:
        while not killed:
            killed.extend(python_workers()[-1:])
            time.sleep(0.05)
        time.sleep(0.3)
        os.kill(killed[0], signal.SIGKILL)

    killer = Thread(target=kill)
    killer.start()
    found = told(tmp_path, replace(on_spark, block=20_000))
    killer.join()
    assert killed
    assert found == told(tmp_path)


def python_workers() -> list[int]:
    """The processes in which a Spark that this process has started runs Python."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True)
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    parents = {int(number): int(parent) for number, parent, _ in lines}

    def is_ours(number: int) -> bool:
        while number in parents and number != os.getpid():
            number = parents[number]
        return number == os.getpid()

    return [int(n) for n, _, args in lines if "pyspark.daemon" in args and is_ours(int(n))]
