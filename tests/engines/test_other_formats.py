"""Tables that are no CSV have the same report when they are seen in tasks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtopendata import Options
from mtopendata.engines.spark.passes import Spread
from tests.engines.test_passes import told
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


def write_parquet(folder: Path, parts: Sequence[Sequence[tuple[Any, ...]]]) -> None:
    """The rows in so many files, which refer to a table of text."""
    names = [f"{number}.parquet" for number in range(len(parts))]
    write_package(folder, referring("parquet", names), {"p.csv": 'x\nx\n""\n'})
    types: dict[str, Any] = {"a": pl.Int64, "b": pl.String, "c": pl.Decimal(9, 1)}
    for name, rows in zip(names, parts, strict=True):
        frame = pl.DataFrame(list(rows), schema=types, orient="row")
        frame.write_parquet(folder / name, row_group_size=3)


@SETTINGS
@given(
    parts=st.lists(ROWS, min_size=1, max_size=3),
    width=st.integers(1, 200),
    limit=st.sampled_from([1, 100]),
    seed=st.integers(0, 9),
    most=st.sampled_from([0, 300, 2**30]),
)
def test_parquet_has_the_same_report_in_tasks(
    parts: Sequence[Sequence[tuple[Any, ...]]],
    width: int,
    limit: int,
    seed: int,
    most: int,
    tmp_path: Path,
) -> None:
    write_parquet(tmp_path, parts)
    whole = told(tmp_path, Options(limit, most, block=width))
    spread = Options(limit, most, block=width, engine=Spread(in_process(seed)))
    assert told(tmp_path, spread) == whole


def test_a_file_of_parquet_is_read_in_pieces(tmp_path: Path) -> None:
    write_parquet(tmp_path, [[(number, "x", None) for number in range(40)]])
    tasks: list[int] = []

    def counting(work: bytes, count: int, is_joined: bool) -> Any:
        tasks.append(count)
        return in_process(0)(work, count, is_joined)

    assert told(tmp_path, Options(block=48, engine=Spread(counting))) == told(tmp_path)
    assert tasks == [20]
