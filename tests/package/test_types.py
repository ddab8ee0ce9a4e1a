"""Each Table Schema type is one file, which says all that the others need to know of it."""

import pickle
import re
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from mtopendata.package import types
from mtopendata.package.model import Field
from mtopendata.package.texts import first_reading, is_fast, parse_texts
from mtopendata.package.type import FRICTIONLESS
from mtopendata.package.types import TYPES
from mtopendata.package.types.number import DECIMAL, FLOAT
from mtopendata.values.alternatives import entries


def test_each_file_bears_the_type_of_its_name() -> None:
    found = list(entries(types.__name__, "TYPE"))
    files = {path.stem for path in Path(types.__path__[0]).glob("*.py")} - {"__init__"}
    assert {item.name for item in found} == set(TYPES) == files
    assert len({item.order for item in found}) == len(found)


@pytest.mark.parametrize("name", TYPES)
def test_the_example_of_a_hint_is_a_value(name: str) -> None:
    example = re.search(r"such as (\S+)$", TYPES[name].hint)
    if example:
        assert parse_texts(Field("v", name), pl.Series([example[1]])).null_count() == 0


@pytest.mark.parametrize("name", TYPES)
def test_a_reading_can_be_sent_to_another_process(name: str) -> None:
    reading = first_reading(Field("v", name))
    assert pickle.loads(pickle.dumps(reading)) == reading  # noqa: S301 - its own bytes


@pytest.mark.parametrize(
    ("field", "is_here"),
    [
        (Field("v", "string", "email"), True),
        (Field("v", "string", "any"), True),
        (Field("v", "string", "binary"), True),
        (Field("v", "date", "any"), True),
        (Field("v", "date", "%d.%m.%Y"), True),
        (Field("v", "integer", "whatever"), True),
        (Field("v", "boolean", "any"), True),
        (Field("v", "yearmonth"), True),
        (Field("v", "list"), True),
        (Field("v", "geojson"), False),
    ],
)
def test_formats_decide_who_reads(field: Field, is_here: bool) -> None:
    assert is_fast(field) is is_here


def test_a_number_is_exact_unless_declared_otherwise() -> None:
    assert first_reading(Field("v", "number")) == DECIMAL
    assert first_reading(Field("v", "number", descriptor={"floatNumber": True})) == FLOAT


def test_a_decimal_comma_keeps_the_digits_behind_it() -> None:
    item = Field("v", "number", descriptor={"decimalChar": ",", "groupChar": "."})
    values = parse_texts(item, pl.Series(["1,5", "1.002,75"]))
    assert values.to_list() == [Decimal("1.50"), Decimal("1002.75")]


@pytest.mark.parametrize(
    ("name", "text", "reading"),
    [
        ("integer", "1" * 18 + "x", None),
        ("integer", "1" * 20, "wide"),
        ("integer", "1" * 40, "digits"),
        ("datetime", "2023-12-31 10:00:00", None),
        ("datetime", "2023-12-31T10:00:00Z", "zoned moments"),
        ("datetime", "2023-12-31T10:00:00.1234567", "moments as text"),
    ],
)
def test_texts_without_a_value_may_need_another_reading(
    name: str, text: str, reading: str | None
) -> None:
    instead = first_reading(Field("v", name)).instead
    assert instead is not None
    found = instead(pl.Series([text]))
    assert (found and found.name) == reading


def test_hints() -> None:
    assert TYPES["integer"].hint_for(" 1") == "remove the blanks around it"
    assert "groupChar" in TYPES["number"].hint_for("1,000")
    assert "decimalChar" in TYPES["number"].hint_for("1 234,5")
    assert "behind ','" in TYPES["number"].hint_for("1.5", {"decimalChar": ","})
    assert "between groups" in TYPES["number"].hint_for("12,34", {"groupChar": ","})
    assert "groupChar" in TYPES["integer"].hint_for("1,5")
    assert "as the format says" in TYPES["date"].hint_for("2023-12-31", {"format": "%d/%m/%Y"})
    assert "YYYY-MM-DD" in TYPES["date"].hint_for("1_2")
    assert TYPES["geojson"].reading(Field("v", "geojson")) == FRICTIONLESS
