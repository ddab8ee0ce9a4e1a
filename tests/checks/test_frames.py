"""A resource's schema says of a frame what a validation says of the same rows in a file."""

import operator
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

import mtopendata
from mtopendata import MtopendataError, schema
from mtopendata.checks.frames.schemas import frame_schema
from mtopendata.package.model import DESCRIPTOR, Field, Schema
from mtopendata.package.type import by_frictionless
from mtopendata.package.types import TYPES
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage, read_package
from mtopendata.reading.tables import Table
from tests.kit.examples import sample
from tests.kit.packages import FOLDERS, MONTANA, report_on, write_package, write_table

Failed = dict[str, set[int]]
"""The rows that fail, by the name of the check."""


def failed_by(asked: pa.DataFrameSchema, frame: pl.DataFrame) -> Failed:
    """What Pandera says of a frame: its own names for nulls and types with the column before them,
    and row -1 for what is about no row. A row that fails twice under a name is a fault.
    """
    try:
        asked.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return {}
    failed: Failed = defaultdict(set)
    for column, check, row in cases.select("column", "check", "index").iter_rows():
        name = check if ": " in check or check.startswith("unique key") else f"{column}: {check}"
        index = -1 if row is None else row
        assert index == -1 or index not in failed[name], name
        failed[name].add(index)
    return dict(failed)


# Every package


def read(folder: Path) -> ReadPackage | None:
    try:
        return read_package(folder, Options())
    except MtopendataError:
        return None


def tables(folder: Path) -> Iterator[Table]:
    """The tables of a package that have a schema which its descriptor describes without errors."""
    found = read(folder)
    for table in found.tables.values() if found else ():
        if table.resource.schema is not None:
            try:
                schema(table.resource.name, folder)
            except MtopendataError:
                continue
            yield table


def failed_in_report(folder: Path, table: Table) -> Failed:
    """The rows that fail a constraint or a key, by the report on the package."""
    report = report_on(folder)
    assert not report.unlisted
    rows = {table.lines[row]: row for row in range(table.frame.height)}
    assert len(rows) == table.frame.height or len(table.resource.paths) > 1
    failed: Failed = {}
    for check in report.checks:
        is_asked = check.kind in ("constraint", "primary-key", "unique-key")
        if is_asked and check.failed and check.resource == table.resource.name:
            found = {
                rows[item.row]
                for item in report.findings
                if (item.resource, item.check) == (check.resource, check.name) and item.row
            }
            assert len(found) == check.failed
            failed[check.name] = found
    return failed


def in_words_of_the_ledger(says: Failed, table: Table) -> Failed:
    """What Pandera says, as the report words and counts it.

    - Nulls: Pandera has one answer for `required` and for a part of the primary key. A cell that
      could not be read is null in the frame; the report has it as a fault of its type alone.
    - The primary key: Pandera names each row of several with one key, the report those after the
      first, and none with a null, which misses a part already.
    """
    declared = table.resource.schema
    assert declared is not None
    key = declared.primary_key
    words = dict(says)
    parts: set[int] = set()
    for item in declared.fields:
        rows = words.pop(f"{item.name}: not_nullable", set())
        rows -= set(table.unread.get(item.name, pl.Series([], dtype=pl.UInt32)))
        if item.constraints.get("required"):
            words[f"{item.name}: required"] = rows
        if item.name in key:
            parts |= rows
    doubled = words.pop(f"{table.resource.name}: multiple_fields_uniqueness", set())
    if key and table.has(key):
        words[f"primary key ({', '.join(key)}): complete"] = parts
        keys = table.frame.select(key).rows()
        # Where a value can be written in several ways, the schema has a check of this name.
        words.setdefault(f"primary key ({', '.join(key)}): unique", set()).update(
            row for row in doubled if None not in keys[row] and keys.index(keys[row]) < row
        )
    return {name: rows for name, rows in words.items() if rows}


def is_left_out(check: str, table: Table) -> bool:
    """Whether a constraint is one of values that a frame has as text only."""
    name, _, constraint = check.partition(": ")
    types = {item.name: item.type for item in table.fields()}
    of_text = name in types and TYPES[types[name]].reading is by_frictionless
    return of_text and constraint not in ("required", "unique")


ANOTHER_TYPE = {
    "good-integer-39-digits": "no integer of Polars has room for them, and they stay text",
    "integer-long-key": "as before",
    "integer-long-lax": "as before",
    "key-foreign-integer-long": "as before",
    "good-json-numbers": "as before",
    "json-number-beyond-doubles": "as before",
    "good-datetime-fractions": "among other values is one with a time zone, and they stay text",
    "good-version-1-time": "one has a time zone, and they stay text",
    "key-foreign-datetime-zones": "some have a time zone and others none, and they stay text",
    "good-key-primary-datetimes-with-and-without-zone": "as before",
}
NO_COMPARISON = {
    "constraint-minimum-datetime-zone": "moments of a zone against a bound without one",
    "constraint-json-schema-reference": "a JSON Schema that leads to the network",
    "constraint-json-schema-endless": "a JSON Schema that leads to itself",
    "constraint-minimum-datetime-mixed": "a bound of a zone, where a schema expects local moments",
    "constraint-pattern-too-slow": "a pattern that cannot be tested",
    "constraint-pattern-too-slow-json-schema": "a JSON Schema that cannot be tested",
}
"""Packages of which a schema is refused, or its check fails as a whole, as the report does not."""
"""Packages whose frames are not of the types that a schema asks for."""


@pytest.mark.sampled
@pytest.mark.parametrize("folder", sample([MONTANA, *FOLDERS]), ids=lambda folder: folder.name)
def test_a_schema_and_a_validation_say_the_same(folder: Path) -> None:
    has_another = False
    for table in tables(folder):
        says = failed_by(schema(table.resource.name, folder), table.frame)
        types = {name for name in says if ": dtype(" in name}
        has_another |= bool(types)
        if folder.name in NO_COMPARISON:
            says = {name: rows for name, rows in says.items() if -1 not in rows}
        columns = {name for name in says if ": column_in_" in name}
        if columns:  # the report finds that in the header
            assert any(item.kind == "header" and item.failed for item in report_on(folder).checks)
        says = {name: rows for name, rows in says.items() if name not in types | columns}
        if table.misfits is not None:  # of which the report says nothing more than that
            misfits = set(table.misfits.arg_true())
            says = {name: left for name, rows in says.items() if (left := rows - misfits)}
        told = failed_in_report(folder, table)
        left_out = {name for name in told if is_left_out(name, table)}
        assert in_words_of_the_ledger(says, table) == {
            name: rows for name, rows in told.items() if name not in left_out
        }
    assert has_another is (folder.name in ANOTHER_TYPE)


@pytest.mark.slow
def test_a_schema_is_refused_only_where_the_report_finds_the_descriptor_wrong() -> None:
    compared = set()
    for folder in FOLDERS:
        found = read(folder)
        good = {table.resource.name for table in tables(folder)}
        for name, table in found.tables.items() if found else ():
            if name in good:
                compared.add(folder.name)
                continue
            if folder.name in NO_COMPARISON:
                continue
            assert table.resource.schema is None or any(
                item.severity == "error" and item.path == DESCRIPTOR and item.resource == name
                for item in report_on(folder).findings
            ), folder.name
    assert len(compared) > 250
    assert compared > set(ANOTHER_TYPE)


# Each constraint, on frames of any values

CELLS: dict[str, tuple[pl.DataType, st.SearchStrategy[Any]]] = {
    "string": (pl.String(), st.text("ab\n1é", max_size=4)),
    "integer": (pl.Int64(), st.integers(-3, 3)),
    "small integer": (pl.Int8(), st.integers(-3, 3)),
    "long integer": (pl.Int128(), st.integers(-3, 3) | st.just(10**30)),
    "year": (pl.Int32(), st.integers(2020, 2023)),
    "number": (pl.Decimal(38, 2), st.integers(-300, 300).map(lambda n: Decimal(n) / 100)),
    "float number": (
        pl.Float64(),
        st.sampled_from([-1.5, -0.0, 0.0, 0.5, 1.0, 2.5, float("nan"), float("inf")]),
    ),
    "whole number": (pl.Int64(), st.integers(-3, 3)),
    "date": (pl.Date(), st.dates(date(2020, 1, 1), date(2020, 1, 4))),
    "datetime": (
        pl.Datetime("us"),
        st.datetimes(datetime(2020, 1, 1), datetime(2020, 1, 1, 0, 0, 3)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
    ),
    "time": (
        pl.Time(),
        st.times(time(0), time(0, 0, 3)).map(lambda moment: moment.replace(microsecond=0)),
    ),
    "boolean": (pl.Boolean(), st.booleans()),
}
"""A type of Table Schema, with a word before it where it has several in frames."""

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
PATTERNS = ("a|b", "a.*", "a$", "(?m)a$", "[^b]*", "a(?!b).", r"(a|b)\1", "(?i)A+", r"\w*", "")


def as_declared(value: Any) -> Any:
    """A value as a descriptor gives it."""
    return value.isoformat() if isinstance(value, date | time) else value


def is_within(name: str, cell: Any, bound: Any) -> bool:
    return cell == cell and COMPARED[name](cell, bound)  # NaN is not within any bounds


def cells_of(data: st.DataObject, kind: str) -> list[Any]:
    cells: list[Any] = data.draw(st.lists(st.none() | CELLS[kind][1], max_size=6))
    return cells


def named_values(kind: str) -> st.SearchStrategy[Any]:
    """Values of the kind that a descriptor may name."""
    return CELLS[kind][1].filter(lambda value: value == value and value not in (float("inf"),))


def failed_in(item: Field, kind: str, cells: Sequence[Any]) -> Failed:
    frame = pl.DataFrame({"v": pl.Series(cells, dtype=CELLS[kind][0])})
    return failed_by(frame_schema(Schema((item,)), "t"), frame)


def rows_where(cells: Sequence[Any], is_good: Callable[[Any], bool]) -> set[int]:
    return {row for row, cell in enumerate(cells) if cell is not None and not is_good(cell)}


def under(name: str, rows: set[int]) -> Failed:
    return {f"v: {name}": rows} if rows else {}


def type_of(kind: str) -> str:
    return kind.split()[-1]


@pytest.mark.parametrize("name", COMPARED)
@pytest.mark.parametrize("kind", [kind for kind in CELLS if TYPES[type_of(kind)].is_ordered])
@settings(deadline=None)
@given(data=st.data())
def test_bounds(kind: str, name: str, data: st.DataObject) -> None:
    bound, cells = data.draw(named_values(kind)), cells_of(data, kind)
    item = Field("v", type_of(kind), constraints={name: as_declared(bound)})
    bad = rows_where(cells, lambda cell: is_within(name, cell, bound))
    assert failed_in(item, kind, cells) == under(name, bad)


@pytest.mark.parametrize("kind", CELLS)
@settings(deadline=None)
@given(data=st.data())
def test_values_one_by_one(kind: str, data: st.DataObject) -> None:
    allowed = data.draw(st.lists(named_values(kind), min_size=1, max_size=3))
    cells = cells_of(data, kind)
    item = Field("v", type_of(kind), constraints={"enum": list(map(as_declared, allowed))})
    bad = rows_where(cells, lambda cell: cell in allowed)
    assert failed_in(item, kind, cells) == under("enum", bad)
    if kind in ("string", "integer", "long integer"):
        item = Field("v", kind.split()[-1], categories=tuple(map(str, allowed)))
        assert failed_in(item, kind, cells) == under("categories", bad)


@settings(deadline=None)
@given(pattern=st.sampled_from(PATTERNS), data=st.data())
def test_patterns(pattern: str, data: st.DataObject) -> None:
    cells = cells_of(data, "string")
    item = Field("v", constraints={"pattern": pattern})
    bad = rows_where(cells, lambda cell: re.fullmatch(pattern, cell) is not None)
    assert failed_in(item, "string", cells) == under("pattern", bad)


@settings(deadline=None)
@given(shortest=st.integers(0, 4), longest=st.integers(0, 4) | st.just(10**30), data=st.data())
def test_lengths(shortest: int, longest: int, data: st.DataObject) -> None:
    cells = cells_of(data, "string")
    item = Field("v", constraints={"minLength": shortest, "maxLength": longest})
    short = under("minLength", rows_where(cells, lambda cell: len(cell) >= shortest))
    long = under("maxLength", rows_where(cells, lambda cell: len(cell) <= longest))
    assert failed_in(item, "string", cells) == short | long


@pytest.mark.parametrize("kind", CELLS)
@settings(deadline=None)
@given(data=st.data())
def test_missing_and_repeated_cells(kind: str, data: st.DataObject) -> None:
    cells = cells_of(data, kind)
    item = Field("v", type_of(kind), constraints={"required": True, "unique": True})
    texts = (
        [None if cell is None else str(cell + 0) for cell in cells]
        if (kind == "float number")
        else cells
    )  # so that NaN is NaN, and zero has no sign
    empty = {row for row, cell in enumerate(texts) if cell in (None, "nan")}  # Pandera's notion
    again = {row for row, cell in enumerate(texts) if cell is not None and cell in texts[:row]}
    assert failed_in(item, kind, cells) == under("not_nullable", empty) | under("unique", again)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(*[st.none() | st.integers(0, 2)] * 2), max_size=6))
def test_keys_of_two_fields(rows: list[tuple[int | None, int | None]]) -> None:
    fields = (Field("a", "integer"), Field("b", "integer"))
    frame = pl.DataFrame(rows, {"a": pl.Int64, "b": pl.Int64}, orient="row")
    again = {n for n, row in enumerate(rows) if None not in row and row in rows[:n]}
    asked = frame_schema(Schema(fields, unique_keys=(("a", "b"),)), "t")
    assert failed_by(asked, frame) == ({"unique key (a, b)": again} if again else {})
    said = failed_by(frame_schema(Schema(fields, primary_key=("a", "b")), "t"), frame)
    twice = {n for n, row in enumerate(rows) if rows.count(row) > 1}
    nulls = {f"{name}: not_nullable": {n for n, row in enumerate(rows) if row[index] is None}
             for index, name in enumerate("ab")}  # fmt: skip
    wanted = {"t: multiple_fields_uniqueness": twice} | nulls
    assert said == {name: found for name, found in wanted.items() if found}


# What a schema is


def test_a_constraint_is_a_check_that_pandera_has() -> None:
    format_ = "%d/%m/%Y"
    described = {"type": "date", "format": format_}
    asked = frame_schema(
        Schema(
            (
                Field("a", "integer", constraints={"minimum": 1, "exclusiveMaximum": 9}),
                Field("b", constraints={"pattern": "a|b", "minLength": 1, "enum": ["a", "axx"]}),
                Field("c", categories=("x",)),
                Field("d", "number", constraints={"maximum": "1.5", "exclusiveMinimum": 0}),
                Field("e", "date", format_, {"minimum": "31/12/2020"}, descriptor=described),
            )
        ),
        "t",
    )
    told = {
        check.name: (check.statistics or {})
        for column in asked.columns.values()
        for check in column.checks
    }
    assert told == {
        "a: minimum": {"min_value": 1},
        "a: exclusiveMaximum": {"max_value": 9},
        "b: pattern": {"pattern": "^(?:a|b)$"},
        "b: minLength": {"min_value": 1, "max_value": None, "exact_value": None},
        "b: enum": {"allowed_values": ["a", "axx"]},
        "c: categories": {"allowed_values": ["x"]},
        "d: maximum": {"max_value": Decimal("1.5")},
        "d: exclusiveMinimum": {},  # the second check of this name, as NaN is above all numbers
        "e: minimum": {"min_value": date(2020, 12, 31)},
    }
    assert asked.columns["d"].checks[1].statistics == {"min_value": 0}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("string", [pl.String], [pl.Int64, pl.Categorical]),
        ("integer", [pl.Int64, pl.Int128, pl.Int32, pl.UInt8], [pl.Float64, pl.String]),
        ("year", [pl.Int64, pl.Int32], [pl.Date, pl.String]),
        ("number", [pl.Decimal(38, 3), pl.Decimal(9, 0), pl.Float64, pl.Int64], [pl.String]),
        ("boolean", [pl.Boolean], [pl.Int64]),
        ("date", [pl.Date], [pl.Datetime("us"), pl.String]),
        (
            "datetime",
            [pl.Datetime("us"), pl.Datetime("us", "UTC"), pl.Datetime("ms")],
            [pl.Date, pl.Time],
        ),
        ("time", [pl.Time], [pl.String]),
        ("list", [pl.String], [pl.List(pl.String)]),
        ("yearmonth", [pl.String], [pl.Date]),
    ],
)
def test_the_types_of_columns(kind: str, good: list[Any], bad: list[Any]) -> None:
    asked = frame_schema(Schema((Field("v", kind),)), "t")
    for dtype in [*good, *bad]:
        said = failed_by(asked, pl.DataFrame({"v": pl.Series([], dtype=dtype)}))
        assert bool(said) is (dtype in bad), dtype


def test_numbers_that_are_coerced_stay_exact() -> None:
    asked = frame_schema(Schema((Field("v", "number"),)), "t")
    asked.columns["v"].coerce = True
    exact = pl.DataFrame({"v": [Decimal("0.10")]})
    assert asked.validate(exact, lazy=True).equals(exact)
    assert asked.validate(pl.DataFrame({"v": ["0.1"]}), lazy=True)["v"].to_list() == [0.1]


@pytest.mark.parametrize(
    ("match", "same", "more", "fewer", "turned"),
    [
        ("exact", True, False, False, False),
        ("equal", True, False, False, True),
        ("subset", True, True, False, True),
        ("superset", True, False, True, True),
        ("partial", True, True, True, True),
    ],
)
def test_which_columns_a_frame_may_have(
    match: str, same: bool, more: bool, fewer: bool, turned: bool
) -> None:
    asked = frame_schema(Schema((Field("a"), Field("b")), match), "t")
    for names, good in (("ab", same), ("abc", more), ("a", fewer), ("ba", turned)):
        frame = pl.DataFrame({name: ["x"] for name in names})
        assert (failed_by(asked, frame) == {}) is good, names


def test_a_key_without_one_of_its_columns_is_not_tested() -> None:
    fields = (Field("a"), Field("b"))
    asked = frame_schema(Schema(fields, "superset", unique_keys=(("a", "b"),)), "t")
    assert failed_by(asked, pl.DataFrame({"a": ["x", "x"]})) == {}


# Where it comes from


def test_the_package_is_found_as_load_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(tmp_path, title="Things")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").unlink()  # to describe a table takes no data
    for asked in (schema("t"), schema("t", tmp_path), schema("t", tmp_path / "datapackage.json")):
        assert (asked.name, asked.title, list(asked.columns)) == ("t", "Things", ["a"])
    package = mtopendata.load(MONTANA)
    assert schema("figures", package) == schema("figures", MONTANA)
    for name in package:
        assert failed_by(schema(name, package), package[name]) == {}


@pytest.mark.parametrize(
    ("name", "field", "said"),
    [
        ("u", {}, "has no resource 'u'; it has: t"),
        ("t", {"name": "*"}, "to Polars the field name '*' means other fields too"),
        ("t", {"name": "^a$"}, "to Polars the field name '^a$' means other fields too"),
        ("t", {"constraints": {"minimun": 1}}, "constraints.minimun' is nearly 'minimum'"),
        ("t", {"type": "integer", "constraints": {"minimum": "x"}}, "'x' is no integer"),
        ("t", {"type": "number", "constraints": {"enum": ["x"]}}, "'x' is no number"),
        ("t", {"constraints": {"pattern": "("}}, "'(' is no regular expression"),
        (
            "t",
            {"type": "date", "format": "%d.%m.%Y", "constraints": {"minimum": "2020-01-01"}},
            "the constraint 'minimum' of the field 'a' cannot be tested",
        ),
    ],
)
def test_what_cannot_be_tested_is_refused(
    name: str, field: dict[str, Any], said: str, tmp_path: Path
) -> None:
    write_table(tmp_path, schema={"fields": [{"name": "a", **field}]})
    with pytest.raises(MtopendataError, match=re.escape(said)):
        schema(name, tmp_path)


def test_a_resource_without_a_schema_has_none(tmp_path: Path) -> None:
    write_package(tmp_path, {"resources": [{"name": "t", "path": "t.csv"}]}, {"t.csv": "a\n"})
    with pytest.raises(MtopendataError, match="'t' has no schema"):
        schema("t", tmp_path)


@pytest.mark.slow
def test_pandas_is_not_needed() -> None:
    script = (
        "from importlib.machinery import PathFinder\n"
        "find = PathFinder.find_spec\n"
        "PathFinder.find_spec = lambda name, *o: None if name == 'pandas' else find(name, *o)\n"
        "import mtopendata, sys\n"
        "mtopendata.schema('areas').validate(mtopendata.load()['areas'], lazy=True)\n"
        "assert 'pandera' in sys.modules and 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=MONTANA, check=True)
