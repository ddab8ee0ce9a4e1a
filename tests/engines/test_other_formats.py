"""Tables that are no CSV have the same report when they are seen in tasks."""

import gzip
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtopendata import Options
from mtopendata.engines.spark.passes import Spread
from tests.engines.test_passes import told, told_in_tasks
from tests.kit.clusters import in_process
from tests.kit.examples import examples
from tests.kit.packages import schema_of, write_package

SETTINGS = settings(
    max_examples=examples(100),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

SCHEMA = schema_of(a="integer", b="string", c="number") | {
    "primaryKey": ["a"],
    "foreignKeys": [{"fields": ["b"], "reference": {"resource": "p", "fields": ["x"]}}],
}
SCHEMA["fields"][1]["constraints"] = {"required": True}
PARENT = schema_of(x="string")


def referring(format_: str, names: Sequence[str]) -> dict[str, Any]:
    child = {"name": "t", "path": list(names), "format": format_, "schema": SCHEMA}
    return {"resources": [child, {"name": "p", "path": "p.csv", "schema": PARENT}]}


ROWS = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["x", "y", "é", "", None]),
        st.sampled_from([None, 1, 2.5, -3]),
    ),
    max_size=20,
)


def write_parquet(
    folder: Path, parts: Sequence[Sequence[tuple[Any, ...]]], *, is_compressed: bool = False
) -> None:
    """The rows in so many files, which refer to a table of text."""
    names = [f"{number}.parquet" for number in range(len(parts))]
    descriptor = referring("parquet", names)
    if is_compressed:
        descriptor["resources"][0]["compression"] = "gz"
    write_package(folder, descriptor, {"p.csv": 'x\nx\n""\n'})
    types: dict[str, Any] = {"a": pl.Int64, "b": pl.String, "c": pl.Decimal(9, 1)}
    for name, rows in zip(names, parts, strict=True):
        frame = pl.DataFrame(list(rows), schema=types, orient="row")
        frame.write_parquet(folder / name, row_group_size=3)
        if is_compressed:
            (folder / name).write_bytes(gzip.compress((folder / name).read_bytes()))


def write_databases(folder: Path, parts: Sequence[Sequence[tuple[Any, ...]]]) -> None:
    """The rows in so many databases, of which a cell may have any type."""
    names = [f"{number}.sqlite" for number in range(len(parts))]
    descriptor = referring("sqlite", names)
    descriptor["resources"][0]["dialect"] = {"table": "t"}
    write_package(folder, descriptor, {"p.csv": 'x\nx\n""\n'})
    for name, rows in zip(names, parts, strict=True):
        (folder / name).unlink(missing_ok=True)
        with closing(sqlite3.connect(folder / name)) as database:
            database.execute("CREATE TABLE t (a, b, c)")
            database.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
            database.commit()


@SETTINGS
@given(
    parts=st.lists(ROWS, min_size=1, max_size=3),
    width=st.integers(1, 200),
    limit=st.sampled_from([1, 100]),
    seed=st.integers(0, 9),
    most=st.sampled_from([0, 300, 2**30]),
    is_compressed=st.booleans(),
)
def test_parquet_has_the_same_report_in_tasks(
    parts: Sequence[Sequence[tuple[Any, ...]]],
    width: int,
    limit: int,
    seed: int,
    most: int,
    tmp_path: Path,
    *,
    is_compressed: bool,
) -> None:
    write_parquet(tmp_path, parts, is_compressed=is_compressed)
    whole = told(tmp_path, Options(limit, most, block=width))
    spread = Options(limit, most, block=width, engine=Spread(in_process(seed)))
    assert told(tmp_path, spread) == whole


ANY_ROWS = st.lists(
    st.tuples(
        st.integers(1, 12) | st.sampled_from([None, "1", "x", 1.0, b"x"]),
        st.sampled_from(["x", "y", "é", "", None, 3, b"x"]),
        st.sampled_from([None, 1, 2.5, "1", "x", -3]),
    ),
    max_size=20,
)


@SETTINGS
@given(
    parts=st.lists(ANY_ROWS, min_size=1, max_size=3),
    limit=st.sampled_from([1, 100]),
    seed=st.integers(0, 9),
)
def test_databases_have_the_same_report_in_tasks(
    parts: Sequence[Sequence[tuple[Any, ...]]], limit: int, seed: int, tmp_path: Path
) -> None:
    write_databases(tmp_path, parts)
    whole = told(tmp_path, Options(limit))
    assert told_in_tasks(tmp_path, 48, limit, seed) == whole


@pytest.mark.parametrize("write", [write_databases, partial(write_parquet, is_compressed=True)])
def test_a_file_that_cannot_be_cut_is_read_in_one_piece(
    write: Callable[[Path, Any], None], tmp_path: Path
) -> None:
    write(tmp_path, [[(number, "x", None) for number in range(40)]] * 3)
    assert tasks_in(tmp_path) == [3]


def test_a_file_of_parquet_is_read_in_pieces(tmp_path: Path) -> None:
    write_parquet(tmp_path, [[(number, "x", None) for number in range(40)]])
    assert tasks_in(tmp_path) == [20]


CELL = st.sampled_from(["1", "2", '"x"', '"y"', '"é\\n"', '""', "null", "2.5", "[1]", "true"])
LINES = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 9), CELL, CELL).map(
            lambda row: f'{{"a": {row[0]}, "b": {row[1]}, "c": {row[2]}}}'
        ),
        st.tuples(st.integers(1, 9), CELL).map(lambda row: f'{{"a":\r{row[0]}, "d": {row[1]}}}'),
        st.sampled_from(["", " \r", "{", "3", '["a", "b", "c"]', '[1, "x", 2]', '{"a":1,"a":2}']),
        st.sampled_from(['"\ufeff"', '{"a": 1, "b": "\\ud800"}', '["\0"]', '{"a": 7}']),
    ),
    max_size=12,
)


@SETTINGS
@given(
    parts=st.lists(LINES, min_size=1, max_size=3),
    end=st.sampled_from(["\n", "\r\n"]),
    is_ended=st.booleans(),
    broken=st.sampled_from([b"", b"\xff", b"\xef\xbb\xbf"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    width=st.integers(1, 60),
    limit=st.sampled_from([1, 100]),
    seed=st.integers(0, 9),
)
def test_json_lines_have_the_same_report_in_tasks(
    parts: Sequence[Sequence[str]],
    end: str,
    is_ended: bool,
    broken: bytes,
    encoding: str,
    width: int,
    limit: int,
    seed: int,
    tmp_path: Path,
) -> None:
    names = [f"{number}.jsonl" for number in range(len(parts))]
    descriptor = referring("jsonl", names)
    descriptor["resources"][0]["encoding"] = encoding
    write_package(tmp_path, descriptor, {"p.csv": 'x\nx\n""\n'})
    for name, lines in zip(names, parts, strict=True):
        text = end.join(lines) + (end if is_ended else "")
        (tmp_path / name).write_bytes(broken + text.encode(encoding, errors="replace"))
    whole = told(tmp_path, Options(limit))
    assert told_in_tasks(tmp_path, width, limit, seed) == whole


def test_json_lines_are_read_in_pieces_and_compressed_ones_in_one(tmp_path: Path) -> None:
    data = b"".join(b'{"a": %d, "b": "x"}\n' % number for number in range(40))
    descriptor = referring("jsonl", ["1.jsonl", "2.jsonl"])
    assert tasks_of(tmp_path, descriptor, [data, data]) == [34]
    descriptor["resources"][0]["compression"] = "gz"
    assert tasks_of(tmp_path, descriptor, [gzip.compress(data), gzip.compress(data)]) == [2]


def tasks_of(folder: Path, descriptor: dict[str, Any], files: Sequence[bytes]) -> list[int]:
    """In how many tasks the rows of JSON Lines are seen."""
    contents = {f"{number}.jsonl": data for number, data in enumerate(files, 1)}
    write_package(folder, descriptor, {**contents, "p.csv": "x\nx\n"})
    return tasks_in(folder)


def tasks_in(folder: Path) -> list[int]:
    """In how many tasks the rows of a table are seen, whose report is that of threads."""
    tasks: list[int] = []

    def counting(work: bytes, count: int, shuffles: int) -> Any:
        if shuffles:
            tasks.append(count)
        return in_process(0)(work, count, shuffles)

    assert told(folder, Options(block=48, engine=Spread(counting))) == told(folder)
    return tasks


def test_a_database_that_is_broken_behind_its_beginning_is_told_alike(tmp_path: Path) -> None:
    write_databases(tmp_path, [[(number, "x" * 50, None) for number in range(900)]] * 2)
    file = tmp_path / "1.sqlite"
    whole = file.read_bytes()
    file.write_bytes(whole[:20_000] + b"\xff" * 8_000 + whole[28_000:])
    wanted = told(tmp_path)
    assert "no SQLite database that can be read" in wanted
    assert told_in_tasks(tmp_path, 48, 100, 0) == wanted
