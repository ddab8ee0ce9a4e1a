"""Validations on Spark Connect, which an embedded Sail serves here, have the local reports."""

import json
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import polars as pl
import pytest
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc

from drill.corruptions import corruptions
from drill.tables import as_csv
from drill.trials import copy_package
from mtopendata import MtopendataError, Options, validate
from mtopendata.engines.engine import engines, with_engine
from mtopendata.engines.spark import jobs as spark_jobs
from mtopendata.engines.spark.carried import carried
from mtopendata.engines.spark.passes import MOST, Spread
from mtopendata.engines.spark.sessions import told_in_words
from mtopendata.engines.spark.work import Seen, SeeWork
from mtopendata.report import render
from tests.engines.test_passes import keep_at_most, write_doubled, write_referring
from tests.kit.examples import sample
from tests.kit.packages import FOLDERS, MONTANA, schema_of, write_package, write_table
from tests.kit.program import run, run_alone


def told(folder: Path, options: Options | None = None) -> str:
    return render("validation", "json", validate(folder, options), verbose=True)


def told_or_error(folder: Path, options: Options) -> str:
    try:
        return told(folder, options)
    except MtopendataError as error:
        return str(error)


@pytest.fixture(scope="module")
def on_sail() -> Iterator[Options]:
    """Options by which all is seen on a Sail that is started once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SPARK_REMOTE", raising=False)
        with with_engine(Options(), "spark", None) as options:
            yield options


@pytest.mark.sampled
@pytest.mark.parametrize("folder", sample(FOLDERS), ids=lambda folder: folder.name)
def test_a_package_has_its_local_report(folder: Path, on_sail: Options) -> None:
    whole = told_or_error(folder, Options())
    assert told_or_error(folder, replace(on_sail, block=40)) == whole


@pytest.mark.slow
def test_slips_of_the_drill_have_their_local_reports(on_sail: Options, tmp_path: Path) -> None:
    copy_package(tmp_path, MONTANA)
    for slip in list(corruptions(MONTANA))[::2500]:
        file = tmp_path / slip.path
        original = file.read_bytes()
        file.write_bytes(as_csv(slip.rows))
        assert told(tmp_path, replace(on_sail, block=4000)) == told(tmp_path), slip
        file.write_bytes(original)


KEYED = {"schema": schema_of(a="integer", b="string") | {"primaryKey": ["a"]}}
QUOTED = {number: f'{number % 90},"one\r\n{number}\n""two"""' for number in range(100)}
SHAPES: Mapping[str, tuple[str, int]] = {
    "quoted line breaks": ("\n".join(["a,b", *QUOTED.values()]), 64),
    "quoted line breaks and a stray quote": (
        "\n".join(["a,b", *{**QUOTED, 70: '70,5" pipe'}.values(), ""]),
        100,
    ),
    "records much longer than a range": (
        "\r\n".join(["a,b", *(f'{number},"{"x" * 900}\n"' for number in range(9))]),
        50,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_has_its_local_report(shape: str, on_sail: Options, tmp_path: Path) -> None:
    text, width = SHAPES[shape]
    write_table(tmp_path, text, **KEYED)
    assert told(tmp_path, replace(on_sail, block=width)) == told(tmp_path)


def write_parquet_and_json_lines(folder: Path) -> None:
    """Two tables with a key that some rows have twice, of which one has a cell of another type."""
    rows = [{"a": number % 90, "b": None if number == 50 else "é"} for number in range(200)]
    lines = "".join(json.dumps(row) + "\n" for row in [*rows, {"a": "x", "b": "y"}])
    resources = [{"name": name, "path": f"t.{name}", **KEYED} for name in ("parquet", "jsonl")]
    write_package(folder, {"resources": resources}, {"t.jsonl": lines})
    pl.DataFrame(rows).write_parquet(folder / "t.parquet", row_group_size=64)


@pytest.mark.slow
def test_parquet_and_json_lines_have_their_local_reports(on_sail: Options, tmp_path: Path) -> None:
    write_parquet_and_json_lines(tmp_path)
    assert told(tmp_path, replace(on_sail, block=160)) == told(tmp_path)


@pytest.mark.parametrize("write", [write_referring, write_doubled])
def test_what_is_too_much_for_the_driver_is_settled_on_the_workers(
    write: Callable[[Path], None],
    on_sail: Options,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path)
    keep_at_most(0, monkeypatch)
    assert told(tmp_path, replace(on_sail, block=60)) == told(tmp_path)


@pytest.mark.slow
def test_the_largest_work_is_carried_to_be_joined(on_sail: Options) -> None:
    work = carried(SeeWork([], [], [[]], 1, 1))
    assert isinstance(on_sail.engine, Spread)
    for shuffles in (1, 2):
        padded = work + bytes(MOST // (1 + shuffles) - len(work))
        assert list(on_sail.engine.cluster(padded, 1, shuffles)) == [carried(Seen())]
    too_large = pytest.raises(MtopendataError, match="Sent message larger than max")
    with too_large, told_in_words("sc://here"):
        list(on_sail.engine.cluster(padded * 2, 1, 2))


# What goes wrong


class Interrupted:
    """Work in which Polars raises an interruption of the process."""

    def __init__(self, *, joining: bool) -> None:
        self.joining = joining

    def do(self, task: int) -> Iterator[tuple[int, bytes]]:
        if task == 1 and not self.joining:
            raise KeyboardInterrupt
        yield 0, b"something"

    def join(self, *_: object) -> bytes:
        raise KeyboardInterrupt


@pytest.mark.parametrize("joining", [False, True])
def test_an_interruption_in_a_task_is_one_of_the_program(
    joining: bool, on_sail: Options, tmp_path: Path
) -> None:
    assert isinstance(on_sail.engine, Spread)
    with pytest.raises(KeyboardInterrupt):
        list(on_sail.engine.cluster(carried(Interrupted(joining=joining)), 3, joining))
    write_table(tmp_path, "a,b\n1,x\n" * 50, **KEYED)
    assert told(tmp_path, replace(on_sail, block=50)) == told(tmp_path)


def test_every_engine_is_a_choice_of_the_command_line() -> None:
    assert list(engines()) == ["local", "spark"]
    assert "[local|spark]" in run("validate", "--help").stdout


@pytest.mark.slow
def test_the_command_line_starts_a_sail_where_no_address_is_given() -> None:
    # By the program itself, which leaves PySpark out until it is asked for.
    done = run_alone("validate", MONTANA, "--engine", "spark", SPARK_REMOTE="")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("validate", MONTANA).stdout


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("sc://127.0.0.1:FREE", "no server answers (Connection refused)"),
        ("http://127.0.0.1:1", "is no address of Spark Connect"),
        ("sc://127.0.0.1:a", "is no address of Spark Connect"),
    ],
)
def test_an_address_where_no_spark_is_ends_the_program(
    address: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = address.replace("FREE", str(free_port()))
    done = run("validate", MONTANA, "--engine", "spark", "--remote", address)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error {address}: {what}; ")
    assert done.stderr.count("\n") == 1
    monkeypatch.setenv("SPARK_REMOTE", address)
    with pytest.raises(MtopendataError, match=address):
        validate(MONTANA, engine="spark")


def test_an_address_for_threads_ends_the_program() -> None:
    done = run("validate", MONTANA, "--remote", "sc://127.0.0.1:1")
    assert done.exit_code == 2
    assert "the engine local has no address" in done.stderr


class Old(base_pb2_grpc.SparkConnectServiceServicer):  # type: ignore[misc]
    """A server that says of itself that it is Spark 3.5."""

    def AnalyzePlan(self, request: Any, context: object) -> object:  # noqa: ARG002
        version = base_pb2.AnalyzePlanResponse.SparkVersion(version="3.5.6")
        return base_pb2.AnalyzePlanResponse(session_id=request.session_id, spark_version=version)

    def ReleaseSession(self, request: Any, context: object) -> object:  # noqa: ARG002
        return base_pb2.ReleaseSessionResponse(session_id=request.session_id)


def test_a_spark_that_is_too_old_is_told_so() -> None:
    server = grpc.server(ThreadPoolExecutor(2))
    base_pb2_grpc.add_SparkConnectServiceServicer_to_server(Old(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with pytest.raises(MtopendataError) as found:
            validate(MONTANA, engine="spark", remote=f"sc://127.0.0.1:{port}")
    finally:
        server.stop(None)
    assert found.value.what == "it is Spark 3.5.6, which is too old"
    assert found.value.todo == "use Spark 4.0 or later"


@pytest.mark.parametrize(
    ("programs", "what"),
    [
        ({"mtopendata": "0.0.1"}, "a worker has mtopendata "),
        ({"no-such-program": "1.0"}, "a worker lacks no-such-program"),
    ],
)
def test_workers_with_other_programs_are_told_so(
    programs: Mapping[str, str],
    what: str,
    on_sail: Options,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_table(tmp_path, "a\n" + "x\n" * 50)
    monkeypatch.setattr(spark_jobs, "PROGRAMS", tuple(programs))
    monkeypatch.setattr(spark_jobs, "version", programs.get)
    with pytest.raises(MtopendataError) as found:
        validate(tmp_path, replace(on_sail, block=20))
    assert found.value.what.startswith(what)
    (name,) = programs
    assert found.value.todo == f"install {name} {programs[name]} on all workers"


def test_workers_that_hash_otherwise_are_told_so(
    on_sail: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(tmp_path, "a\n" + "x\n" * 50)
    monkeypatch.setattr(spark_jobs, "hashes", lambda: [1])
    with pytest.raises(MtopendataError, match="hashes rows in another way"):
        validate(tmp_path, replace(on_sail, block=20))


def test_without_pyspark_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MtopendataError, match="pyspark is not installed; pip install"):
        validate(MONTANA, engine="spark")


def test_without_an_address_and_without_sail_it_is_said_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    monkeypatch.setitem(sys.modules, "pysail", None)
    monkeypatch.setitem(sys.modules, "pysail.spark", None)
    with pytest.raises(MtopendataError, match="no address is given, and Sail") as found:
        validate(MONTANA, engine="spark")
    assert found.value.todo.startswith("give --remote sc://HOST:15002, or set SPARK_REMOTE, or pip")
