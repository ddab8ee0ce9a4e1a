"""A cell is read as its declared type, exactly, or it is a finding with its row and field."""

import csv
import datetime
import json
import math
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mtopendata import Options, Report, load, validate
from mtopendata.ledger.outcome import record
from mtopendata.package.descriptors import open_package
from mtopendata.reading import blocks
from mtopendata.reading.packages import read_resource
from mtopendata.reading.tables import Table
from tests.kit.examples import examples
from tests.kit.packages import write_table

SETTINGS = settings(
    max_examples=examples(50),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Referee = Callable[[str], Any]
"""The value of a cell, or None where the text has none."""


def write_package(folder: Path, field: dict[str, Any], cells: Sequence[str], **schema: Any) -> None:
    """A table with the row's number in column `k`, and the cells in column `v`."""
    with (folder / "t.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["k", "v"])
        writer.writerows((str(number), cell) for number, cell in enumerate(cells))
    fields = [{"name": "k", "type": "integer"}, {"name": "v", **field}]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, **schema}}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [resource]}))


def read(
    field: dict[str, Any], cells: Sequence[str], limit: int = 10**6, **schema: Any
) -> tuple[Table, Report]:
    folder = Path(tempfile.mkdtemp())
    try:
        write_package(folder, field, cells, **schema)
        report = Report("test")
        package, _ = open_package(folder)
        options = Options(limit=limit)
        read = read_resource(package, package.resources[0], options, lambda _: (), is_kept=True)
        record(read.found, report, limit)
        assert read.table is not None
        return read.table, report
    finally:
        shutil.rmtree(folder)


def check(
    field: dict[str, Any], cells: Sequence[str], referee: Referee, missing: Sequence[str] = ("",)
) -> Table:
    """Every cell has the referee's value; and each that has none is a finding in its place."""
    table, report = read(field, cells, missingValues=list(missing))
    should = [None if cell in missing else referee(cell) for cell in cells]
    values = table.frame.get_column("v").to_list()
    wrong = [
        number
        for number, (cell, value) in enumerate(zip(cells, should, strict=True))
        if value is None and cell not in missing
    ]
    assert [None if number in wrong else value for number, value in enumerate(values)] == should
    assert all(values[number] is None for number in wrong)
    lines = [table.lines[number] for number in wrong]
    found = [f for f in report.findings if f.code == "type"]
    assert [(f.row, f.field, f.resource, f.path) for f in found] == [
        (line, "v", "t", "t.csv") for line in lines
    ]
    assert [f.cell for f in found] == [cells[number] for number in wrong]
    unread = table.unread.get("v", pl.Series([], dtype=pl.UInt32))
    assert unread.to_list() == wrong
    (ledger,) = (c for c in report.checks if c.name.startswith("v: type"))
    assert (ledger.tested, ledger.failed) == (sum(c not in missing for c in cells), len(wrong))
    assert report.errors == len(wrong)
    return table


# Referees: Python's own


def integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else None


def number(text: str) -> Decimal | None:
    """A plain decimal, or one with an exponent that leaves it a place among 38 digits."""
    form = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"
    if not re.fullmatch(form, text):
        return None
    value = Decimal(text)
    return value if "e" not in text.lower() or abs(value.adjusted()) < 38 else None


def floating(text: str) -> float | None:
    if text.upper() in ("NAN", "INF", "-INF"):
        return float(text)
    whole = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text)
    return float(text) if whole else None


def date(text: str) -> datetime.date | None:
    try:
        return (
            datetime.date.fromisoformat(text)
            if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
            else None
        )
    except ValueError:
        return None


def clock(text: str) -> datetime.time | None:
    """hh:mm:ss, in version 1 with a fraction; the end of a day is the beginning of the next."""
    if not re.fullmatch("[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6}0*)?", text):
        return None
    text = text[:15]
    text += "0" * (-len(text) % 3 if "." in text else 0)
    try:
        return datetime.time.fromisoformat("00:00:00" if text == "24:00:00" else text)
    except ValueError:
        return None


def moment(text: str) -> datetime.datetime | None:
    """The local moments of XML Schema."""
    day, _, time = text.partition("T")
    time, _, fraction = time.partition(".")
    if date(day) is None or clock(time) is None or not re.fullmatch(r".*:..(\.[0-9]+)?", text):
        return None
    if time == "24:00:00":
        if fraction.strip("0") or day == "9999-12-31":
            return None
        return datetime.datetime.fromisoformat(day) + datetime.timedelta(days=1)
    return datetime.datetime.fromisoformat(f"{day}T{time}.{fraction[:6]:0<6}")


def boolean(text: str) -> bool | None:
    meanings = {"true": True, "True": True, "TRUE": True, "1": True}
    meanings |= {"false": False, "False": False, "FALSE": False, "0": False}
    return meanings.get(text)


def year(text: str) -> int | None:
    return int(text) if re.fullmatch("-?([1-9][0-9]{3,}|0[0-9]{3})", text) else None


# Cells that are values, nearly values, or anything

ODD = st.sampled_from(
    ["1_000", "1,000", " 1", "1 ", "+1", "-0", "--1", "+-1", "1.", ".5", ".", "-", "+", "", "0x1",
     "١٢", "½", "1.5.2", "NA", "null", "None", "nan", "inf", "Infinity", "0001", "1\n", "1\u00a0",
     "−1", "true", "T", "yes", "tRue", "2023", "20230", "-2023", "２０２３", "2023-1-1",
     "2023-02-29", "2024-02-29", "2023-13-01", "20230101", "2023-01-01T", "0000-01-01",
     "9999-12-31", "2023-W01-1", "23:59:60", "12:00", "1:00:00", "2023-01-01 00:00:00",
     "2023-01-01t00:00:00"]
)  # fmt: skip
ANY = ODD | st.text(alphabet="0123456789+-.:T eE_ax\n", max_size=12)
INTEGERS = st.integers(-(10**37), 10**37).map(str) | st.integers(-1000, 1000).map(str)
NUMBERS = st.decimals(-(10**18), 10**18, places=3).map(lambda d: format(d, "f")) | st.decimals(
    -1000, 1000, places=9
).map(lambda d: format(d, "f"))
DATES = st.dates().map(str)
TIMES = st.times().map(lambda t: t.strftime("%H:%M:%S"))
MOMENTS = st.datetimes().map(lambda m: m.isoformat(timespec="seconds"))

INT64 = (-(2**63), 2**63 - 1)
KINDS: dict[str, tuple[st.SearchStrategy[str], Referee, list[str]]] = {
    "integer": (
        INTEGERS, integer,
        [str(INT64[0]), str(INT64[1]), str(INT64[0] - 1), str(INT64[1] + 1), "-0", "+7", "007",
         str(2**64), str(10**37), "1.0", "1e3"],
    ),
    "date": (DATES, date, ["0001-01-01", "9999-12-31", "2000-02-29", "1900-02-29", "0000-01-01"]),
    "time": (
        TIMES, clock,
        ["00:00:00", "23:59:59", "24:00:00", "25:00:00", "23:60:00", "23:59:60"],
    ),
    "datetime": (
        MOMENTS, moment,
        ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "2023-02-30T00:00:00",
         "2023-01-01T23:59:60", "2023-01-01T24:00:00", "2023-01-01T25:00:00"],
    ),
    "boolean": (st.sampled_from(["true", "false", "0", "1", "TRUE", "False"]), boolean,
                ["true", "False", "tRue", "yes", "01", "0.0"]),
    "year": (st.integers(0, 9999).map(lambda y: f"{y:04}"), year,
             ["0000", "9999", "999", "10000", "-001", "-0044", "02024", "+200", "-0000"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("block", [16, 10**6])
def test_the_edges_of_a_type_are_read_as_python_reads_them(
    kind: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    _, referee, edges = KINDS[kind]
    check({"type": kind}, edges, referee)
    for edge in edges:
        check({"type": kind}, [edge], referee)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_is_accepted_exactly_when_python_accepts_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy, referee, _ = KINDS[kind]

    @SETTINGS
    @given(st.lists(strategy | strategy | ANY, min_size=1, max_size=9), st.sampled_from([16, 4096]))
    def hold(cells: list[str], block: int) -> None:
        monkeypatch.setattr(blocks, "BLOCK", block)
        check({"type": kind}, cells, referee, missing=["", "NA"])

    hold()


@SETTINGS
@given(
    st.lists(NUMBERS | INTEGERS.filter(lambda t: len(t) < 20) | ANY, min_size=1, max_size=12),
    st.sampled_from([16, 4096]),
)
@example(["1", "0.123456789", "22.5"], 16)
@example(["0.1", "0.2", "0.30"], 16)
@example(["5.", ".5", "-.5", "+0.0"], 4096)
@example(["0.1", "1." + "1" * 40 + "x"], 4096)
def test_a_number_is_an_exact_decimal_unless_one_is_written_as_a_float(
    monkeypatch: pytest.MonkeyPatch, cells: list[str], block: int
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    is_float = any(number(c) is None and floating(c) is not None for c in cells)
    # Decimals have 38 digits in all: the longest whole part and the longest fraction together.
    plain = [format(value, "f").lstrip("-") for c in cells if (value := number(c)) is not None]
    wholes = max((len(c.partition(".")[0].lstrip("0")) for c in plain), default=0)
    fractions = max((len(c.partition(".")[2]) for c in plain), default=0)
    is_float = is_float or wholes + fractions > 38
    table = check({"type": "number"}, cells, floating if is_float else number, ["", "NA", "NaN"])
    assert table.frame.schema["v"].is_float() == is_float


@pytest.mark.parametrize("odd", range(6))
@pytest.mark.parametrize("zone", ["", "Z"])
def test_a_column_of_moments_is_the_same_wherever_the_odd_one_stands(
    odd: int, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [f"2024-01-0{day}T15:00:00{zone}" for day in range(1, 6)]
    cells.insert(odd, "2024-01-26T15:00:00" + ("" if zone else "+01:00"))
    cells.append("2024-01-26 15:00:00")
    found = []
    for block in (16, 64, 4096):
        monkeypatch.setattr(blocks, "BLOCK", block)
        table, report = read({"type": "datetime"}, cells)
        found.append((table.frame, [(f.row, f.cell, f.message) for f in report.findings]))
    assert all(frame.equals(found[0][0]) for frame, _ in found)
    assert found[0][0].get_column("v").to_list() == [*cells[:-1], None]
    assert [findings for _, findings in found] == [found[0][1]] * 3


def test_numbers_of_38_digits_are_exact() -> None:
    cells = ["9" * 38, "-" + "9" * 38, "1"]
    check({"type": "number"}, cells, number)
    check({"type": "integer"}, cells, integer)
    check({"type": "number"}, ["0." + "1" * 37, "0.5"], number)


@pytest.mark.parametrize("text", ["1e3", "1E-3", "+1.5e+2"])
def test_an_exponent_does_not_make_a_number_inexact(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 8)
    table = check({"type": "number"}, ["9007199254740993", "0.1", "x", text], number)
    assert isinstance(table.frame.schema["v"], pl.Decimal)


@pytest.mark.parametrize("text", ["INF", "-INF", "1e99"])
def test_a_number_without_a_place_among_38_digits_makes_the_column_binary(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 8)
    table = check({"type": "number"}, ["0.1", "2", "x", text], floating)
    assert table.frame.schema["v"] == pl.Float64


def test_nan_is_a_number() -> None:
    table, report = read({"type": "number"}, ["1", "NaN"])
    assert report.valid
    assert math.isnan(table.frame.get_column("v")[1])


def test_a_float_number_is_binary_by_wish() -> None:
    table, report = read({"type": "number", "floatNumber": True}, ["0.1", "2"])
    assert report.valid
    assert table.frame.get_column("v").to_list() == [0.1, 2.0]


@pytest.mark.parametrize(
    ("field", "cells", "values", "wrong"),
    [
        ({"type": "integer", "groupChar": ","}, ["1,234", "5", "1.2"], [1234, 5, None], [2]),
        ({"type": "integer", "bareNumber": False}, ["$5", "7%", "-3 €"], [5, 7, -3], []),
        ({"type": "integer"}, ["$5", "7"], [None, 7], [0]),
        (
            {"type": "number", "decimalChar": ",", "groupChar": "."}, ["1.234,5", "2"],
            [Decimal("1234.5"), Decimal(2)], [],
        ),
        ({"type": "number", "decimalChar": ","}, ["1.5", "1,5"], [None, Decimal("1.5")], [0]),
        (
            {"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]},
            ["ja", "nein", "true"], [True, False, None], [2],
        ),
        ({"type": "boolean", "trueValues": [], "falseValues": []}, ["true"], [None], [0]),
        ({"type": "date", "format": "%d.%m.%Y"}, ["31.01.2023", "2023-01-31"],
         [datetime.date(2023, 1, 31), None], [1]),
        ({"type": "string"}, [" a ", "NA", "ä\nb"], [" a ", "NA", "ä\nb"], []),
        ({"type": "any"}, ["1", "x"], ["1", "x"], []),
        ({"type": "integer", "missingValues": ["-", "x"]}, ["-", "x", "1", ""],
         [None, None, 1, None], [3]),
        ({"type": "string", "missingValues": []}, ["", "a"], ["", "a"], []),
        ({"type": "integer", "missingValues": []}, ["", "1"], [None, 1], [0]),
    ],
)  # fmt: skip
def test_a_field_is_read_by_its_own_properties(
    field: dict[str, Any], cells: list[str], values: list[Any], wrong: list[int]
) -> None:
    table, report = read(field, cells)
    assert table.frame.get_column("v").to_list() == values
    assert [f.row for f in report.findings if f.code == "type"] == [row + 2 for row in wrong]


@pytest.mark.slow
@pytest.mark.parametrize("block", [16, 200, 10**6])
@pytest.mark.parametrize("limit", [0, 1, 7, 1000])
@pytest.mark.parametrize("kind", ["integer", "number", "date", "geopoint"])
def test_a_column_that_is_wrong_everywhere_is_counted_in_full_and_listed_to_the_limit(
    kind: str, limit: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    _, report = read({"type": kind}, [f"x{n}" for n in range(250)], limit=limit)
    (ledger,) = (c for c in report.checks if c.name.startswith("v: type"))
    assert (ledger.tested, ledger.failed) == (250, 250)
    assert report.errors == 250
    listed = [(f.row, f.cell) for f in report.findings]
    assert listed == [(n + 2, f"x{n}") for n in range(min(limit, 250))]


def test_a_cell_that_its_record_is_too_short_for_is_null_and_reported_once(tmp_path: Path) -> None:
    write_package(tmp_path, {"type": "integer"}, ["1", "2"])
    (tmp_path / "t.csv").write_text("k,v\n1,1\n2\n3,x\n")
    report = validate(tmp_path)
    found = [(f.code, f.row, f.field) for f in report.findings]
    assert found == [("missing-cell", 3, None), ("type", 4, "v")]


def test_a_row_without_values_is_one_fault(tmp_path: Path) -> None:
    write_package(tmp_path, {"type": "string"}, [])
    (tmp_path / "t.csv").write_text("k,v\n1,a\n,\n,,\n\n2,b\n")
    found = [(f.row, f.code) for f in validate(tmp_path).findings]
    assert found == [(3, "blank-row"), (4, "blank-row"), (5, "blank-row")]


def test_findings_name_the_line_and_the_part_in_which_a_cell_stands(tmp_path: Path) -> None:
    write_package(tmp_path, {"type": "integer"}, [])
    descriptor = json.loads((tmp_path / "datapackage.json").read_text())
    descriptor["resources"][0]["path"] = ["t.csv", "u.csv"]
    descriptor["resources"][0]["schema"]["fields"].append({"name": "w", "type": "string"})
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
    (tmp_path / "t.csv").write_text('k,v,w\n1,1,"a\n\nb"\n2,x,c\n')
    (tmp_path / "u.csv").write_text("k,v,w\n\n3,3,d\n4,y,e\n")
    report = validate(tmp_path)
    found = [(f.code, f.path, f.row, f.cell) for f in report.findings]
    assert sorted(found, key=str) == [
        ("blank-row", "u.csv", 2, None), ("type", "t.csv", 5, "x"), ("type", "u.csv", 4, "y"),
    ]  # fmt: skip


TYPES: dict[str, list[tuple[str, pl.DataType]]] = {
    "integer": [("1", pl.Int64()), ("12345678901234567890", pl.Int128()), ("1" * 45, pl.String())],
    "number": [
        ("1", pl.Decimal(38, 0)),
        ("1.25", pl.Decimal(38, 2)),
        ("NaN", pl.Float64()),
        ("1" * 45, pl.Float64()),
    ],
    "date": [("2024-01-01", pl.Date())],
    "time": [("10:00:00", pl.Time())],
    "boolean": [("true", pl.Boolean())],
    "year": [("2024", pl.Int64())],
    "datetime": [
        ("2024-01-01T00:00:00", pl.Datetime("us")),
        ("2024-01-01T00:00:00Z", pl.Datetime("us", "UTC")),
    ],
    "yearmonth": [("2024-01", pl.String())],
    "duration": [("P1D", pl.String())],
    "any": [("x", pl.String())],
}


@pytest.mark.parametrize(
    ("kind", "cell", "dtype"),
    [(kind, cell, dtype) for kind, cells in TYPES.items() for cell, dtype in cells],
)
def test_a_column_has_the_type_that_the_docs_name(
    kind: str, cell: str, dtype: pl.DataType, tmp_path: Path
) -> None:
    schema = {"fields": [{"name": "a", "type": kind}]}
    write_table(tmp_path, f"a\n{cell}\n", schema=schema)
    assert load(tmp_path)["t"].schema["a"] == dtype
