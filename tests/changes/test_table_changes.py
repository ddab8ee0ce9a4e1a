"""Two versions of a table are compared as a full join of a database compares them."""

from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.changes.rows import TableChanges, table_changes
from mtopendata.package.model import Field, Resource, Schema
from mtopendata.reading.tables import Lines, Table
from mtopendata.values.versions import Step
from tests.kit.examples import examples

KEY = ("k", "j")
TYPES = {"k": pl.String, "j": pl.Int64, "v": pl.Int64, "w": pl.String}
ROWS = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 2)),
    st.tuples(st.none() | st.integers(0, 2), st.none() | st.sampled_from(["", "x"])),
    max_size=8,
)  # fmt: skip

REPEATED = st.lists(st.sampled_from([("a", 1), ("a", None), ("b", 1)]), max_size=6)
DATABASE = duckdb.connect()


def table(frame: pl.DataFrame, key: tuple[str, ...] = ()) -> Table:
    fields = tuple(Field(name) for name in frame.columns)
    return Table(Resource("t", schema=Schema(fields, primary_key=key)), frame, Lines())


def frame(rows: dict[Any, Any]) -> pl.DataFrame:
    return pl.DataFrame([(*k, *v) for k, v in rows.items()], schema=TYPES, orient="row")


def compare(old: pl.DataFrame, new: pl.DataFrame, key: tuple[str, ...] = KEY) -> TableChanges:
    return table_changes(table(old, key), table(new, key), key, 100)


@settings(max_examples=examples(60), deadline=None)
@given(ROWS, ROWS)
def test_changes_are_those_that_a_full_join_finds(old: dict[Any, Any], new: dict[Any, Any]) -> None:
    before, after = frame(old), frame(new)
    expected = (
        DATABASE.cursor()
        .execute(
            """SELECT CASE WHEN o IS NULL THEN 'added' WHEN n IS NULL THEN 'withdrawn'
                ELSE 'changed' END,
                coalesce(b.k, a.k), coalesce(b.j, a.j), b.v, a.v, b.w, a.w
            FROM (SELECT *, true AS o FROM before) b
            FULL JOIN (SELECT *, true AS n FROM after) a
            ON b.k = a.k AND b.j IS NOT DISTINCT FROM a.j
            WHERE (o IS NULL OR n IS NULL OR b.v IS DISTINCT FROM a.v OR b.w IS DISTINCT FROM a.w)
            """
        )
        .fetchall()
    )
    found = compare(before, after)
    listed = set()
    for row in found.rows:
        cells = {cell.field: (cell.before, cell.after) for cell in row.cells}
        here = {} if row.old is None else before.row(row.old, named=True)
        there = {} if row.new is None else after.row(row.new, named=True)
        differing = {
            name: (here.get(name), there.get(name))
            for name in ("v", "w")
            if here.get(name) != there.get(name)
        }
        assert cells == differing
        listed.add(
            (row.kind, *row.key, here.get("v"), there.get("v"), here.get("w"), there.get("w"))
        )
    assert listed == set(expected)
    kinds = [row[0] for row in expected]
    assert [found.added, found.withdrawn, found.changed] == [
        kinds.count(kind) for kind in ("added", "withdrawn", "changed")
    ]
    assert bool(found) is bool(expected)


@settings(max_examples=examples(40), deadline=None)
@given(REPEATED, REPEATED)
def test_without_a_key_rows_are_counted_as_a_database_does(old: Any, new: Any) -> None:
    schema = {"k": pl.String, "v": pl.Int64}
    before, after = (pl.DataFrame(rows, schema=schema, orient="row") for rows in (old, new))
    query = "SELECT k, v FROM {} EXCEPT ALL SELECT k, v FROM {}"
    connection = DATABASE.cursor()
    added = connection.execute(query.format("after", "before")).fetchall()
    gone = connection.execute(query.format("before", "after")).fetchall()
    found = compare(before, after, ())
    assert (found.added, found.withdrawn, found.changed) == (len(added), len(gone), 0)
    listed = [tuple(cell.after for cell in row.cells) for row in found.rows if row.kind == "added"]
    assert sorted(listed) == sorted(tuple(c for c in row if c is not None) for row in added)


def test_the_order_of_rows_has_no_meaning() -> None:
    rows = frame({(k, j): (j, k) for k in "abc" for j in range(3)})
    assert not compare(rows, rows.reverse())


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (pl.Series([1]), pl.Series([Decimal("1.0")]), True),
        (pl.Series([Decimal("1.0")]), pl.Series([Decimal("1.00")]), True),
        (pl.Series([Decimal("1.0")]), pl.Series([Decimal("1.01")]), False),
        (pl.Series([2**62]), pl.Series([2**100], dtype=pl.Int128), False),
        (pl.Series([10**37], dtype=pl.Int128), pl.Series([Decimal("0.5")]), False),
        (pl.Series(["1"]), pl.Series([1]), True),
        (pl.Series(["1.0"]), pl.Series([1]), False),
        (pl.Series([None], dtype=pl.String), pl.Series([None], dtype=pl.Int64), True),
        (pl.Series([None], dtype=pl.String), pl.Series([0]), False),
        (pl.Series([True]), pl.Series(["true"]), True),
        (pl.Series([float("nan")]), pl.Series([float("nan")]), True),
    ],
)  # fmt: skip
def test_values_are_compared_and_not_how_they_are_written(
    old: pl.Series, new: pl.Series, same: bool
) -> None:
    before, after = (pl.DataFrame({"k": ["a"], "v": values}) for values in (old, new))
    assert bool(compare(before, after, ("k",))) is not same
    before, after = (pl.DataFrame({"k": values, "v": [1]}) for values in (old, new))
    assert compare(before, after, ("k",)).added == (not same)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_all_is_counted_and_no_more_than_the_limit_is_listed(count: int) -> None:
    old = frame({("a", j): (0, "x") for j in range(10)} | {("b", j): (0, "x") for j in range(10)})
    new = frame({("a", j): (1, "x") for j in range(10)} | {("c", j): (0, "x") for j in range(10)})
    found = table_changes(table(old), table(new), KEY, count)
    assert (found.added, found.withdrawn, found.changed) == (10, 10, 10)
    assert found.cells == {"v": 10}
    kinds = [row.kind for row in found.rows]
    assert {kind: kinds.count(kind) for kind in ("added", "withdrawn", "changed")} == {
        "added": count, "withdrawn": count, "changed": count,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("new", "options", "step"),
    [
        ({("a", 1): (1, "x")}, {}, Step.NONE),
        ({("a", 1): (2, "x")}, {}, Step.PATCH),
        ({("a", 1): (2, "x"), ("a", 2): (0, "x")}, {}, Step.MINOR),
        ({("a", 1): (1, "x"), ("a", 2): (0, "x")}, {"is_log": True}, Step.PATCH),
        ({}, {}, Step.MINOR),
        ({}, {"are_referenced": lambda rows: not rows.is_empty()}, Step.MAJOR),
    ],
)
def test_a_change_of_rows_asks_for_the_step_of_the_recipe(
    new: dict[Any, Any], options: dict[str, Any], step: Step
) -> None:
    old = frame({("a", 1): (1, "x")})
    assert table_changes(table(old), table(frame(new)), KEY, 100, **options).step is step


def test_values_that_are_merely_written_otherwise_have_not_changed() -> None:
    fields = (Field("k", "duration"), Field("v", "geopoint"))
    tables = [
        Table(
            Resource("t", schema=Schema(fields, primary_key=("k",))),
            pl.DataFrame({"k": [key, "P1M"], "v": [place, other]}),
            Lines(),
        )
        for key, place, other in (("PT60M", "90, 45", "1,1"), ("PT1H", "90.0,45", "1,2"))
    ]
    found = table_changes(tables[0], tables[1], ("k",), 100)
    assert (found.added, found.withdrawn, found.changed) == (0, 0, 1)
    [cell] = found.rows[0].cells
    assert (cell.before, cell.after) == ("1,1", "1,2")
