"""Dates, times and moments in declared forms are read as Python reads them, cell by cell."""

import datetime
from typing import Any

import frictionless
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.package.model import Field
from mtopendata.package.texts import canonical, parse_texts
from mtopendata.package.types import TYPES
from tests.kit.examples import examples

SETTINGS = settings(max_examples=examples(100), deadline=None, derandomize=True)
PATTERNS = {
    "date": ["%d/%m/%Y", "%Y%m%d", "%d.%m.%y", "%d %B %Y", "%j %Y", "%Y-W%W-%w", "%-d/%m/%Y", "%Y"],
    "time": ["%H:%M", "%H.%M.%S", "%I:%M %p", "%H:%M:%S.%f", "%M"],
    "datetime": ["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%c"],
}
ODD = st.sampled_from(
    ["1/2/2024", "01/02/2024", " 1/2/2024", "29/02/2023", "29/02/2024", "31/12/0000", "0000-01-01",
     "00/01/2024", "1  January 2024", "1:05 pm", "24:00", "23:59:60", "23.59.61", "2024-1-1 1:1:1",
     "2024-01-01  10:00:00", "2024-01-01t10:00:00.5", "20240101", "2024011", "", "%", "x"]
)  # fmt: skip


def by_frictionless(item: Field, text: str) -> Any:
    descriptor = {"name": "v", "type": item.type, "format": item.format, **item.descriptor}
    field = frictionless.Field.from_descriptor({**descriptor, "missingValues": []})
    value, notes = field.create_cell_reader()(text)
    return None if notes else value


@pytest.mark.parametrize(
    ("kind", "form"), [(k, form) for k, all_ in PATTERNS.items() for form in all_]
)
def test_a_pattern_is_read_exactly_as_frictionless_reads_it(kind: str, form: str) -> None:
    item = Field("v", kind, form)

    @SETTINGS
    @given(
        st.lists(
            st.datetimes(datetime.datetime(1000, 1, 1)).map(lambda m: m.strftime(form))
            | ODD
            | st.text(alphabet="0123456789/-:. TpamPM", max_size=20),
            max_size=6,
        )
    )
    def hold(texts: list[str]) -> None:
        found = parse_texts(item, pl.Series(texts, dtype=pl.String)).to_list()
        assert found == [by_frictionless(item, text) for text in texts]

    hold()


def test_digits_of_other_scripts_are_none() -> None:
    texts = pl.Series(["٠١/٠٢/٢٠٢٤", "01/02/2024"])
    found = parse_texts(Field("v", "date", "%d/%m/%Y"), texts)
    assert found.to_list() == [None, datetime.date(2024, 2, 1)]


@pytest.mark.parametrize("kind", PATTERNS)
@pytest.mark.parametrize("text", ["31 Dec 2023 12:30", "2023-12-31", "12:30", "never", "", "1e999"])
def test_any_form_has_the_verdict_of_frictionless(kind: str, text: str) -> None:
    item = Field("v", kind, "any")
    found = parse_texts(item, pl.Series([text]))
    assert (found[0] is None) == (by_frictionless(item, text) is None)


def test_what_any_form_leaves_out_does_not_depend_on_the_day() -> None:
    found = parse_texts(Field("v", "date", "any"), pl.Series(["29 February", "12:30"]))
    assert found.to_list() == [datetime.date(2000, 2, 29), datetime.date(2000, 1, 1)]


ZONED = pl.Datetime("us", "UTC")


@pytest.mark.parametrize(
    ("texts", "dtype"),
    [
        (["2024-01-26T15:00:00", "x"], pl.Datetime("us")),
        (["2024-01-26T15:00:00.123456000"], pl.Datetime("us")),
        (["2024-01-26T15:00:00Z", "2024-01-26T15:00:00-14:00", "x"], ZONED),
        (["2024-01-26T15:00:00Z", "2024-01-26T15:00:00"], pl.String),
        (["2024-01-26T15:00:00", "2024-01-26T15:00:00Z"], pl.String),
        (["2024-01-26T15:00:00.1234567"], pl.String),
        (["0001-01-01T00:00:00+01:00"], pl.String),
        (["9999-12-31T23:00:00-01:00", "2024-01-26T15:00:00Z"], pl.String),
    ],
)
def test_moments_have_a_column_that_holds_them_all(texts: list[str], dtype: pl.DataType) -> None:
    found = parse_texts(Field("v", "datetime"), pl.Series(texts))
    assert found.dtype == dtype
    assert found.null_count() == texts.count("x")


@pytest.mark.parametrize(
    "text",
    ["2024-01-26 15:00:00", "2024-01-26T15:00:00,5", "2024-01-26T15:00:00+0100", "2024-01-26T15:00",
     "2024-01-26T15:00:00+01", "2024-01-26T15:00:00+14:01", "2024-02-30T15:00:00Z",
     "2024-01-26T15:00:00z", "2024-01-26T24:00:01Z", "0000-01-01T00:00:00Z", "2024-01-26T15:00:00.",
     "20240126T150000Z", "2024-01-26T15:00:60Z", "9999-12-31T24:00:00Z"],
)  # fmt: skip
def test_what_xml_schema_has_not_is_no_moment(text: str) -> None:
    for others in ([], ["2024-01-26T15:00:00Z"], ["2024-01-26T15:00:00Z", "2024-01-26T15:00:00"]):
        found = parse_texts(Field("v", "datetime"), pl.Series([text, *others]))
        assert found.null_count() == 1


MOMENTS = st.datetimes(
    datetime.datetime(2, 1, 1),
    datetime.datetime(9998, 1, 1),
    timezones=st.sampled_from([None, *(datetime.timezone(datetime.timedelta(hours=h, minutes=m))
                                       for h, m in [(0, 0), (1, 0), (-5, -30), (14, 0)])]),
)  # fmt: skip


@SETTINGS
@given(st.lists(MOMENTS, min_size=1, max_size=6))
def test_moments_are_equal_and_in_order_as_pythons_are(moments: list[datetime.datetime]) -> None:
    item = Field("v", "datetime")
    texts = [moment.isoformat() for moment in moments]
    values = canonical(item, parse_texts(item, pl.Series(texts)))
    compare = TYPES["datetime"].compare
    assert compare is not None
    for one, (moment, text) in enumerate(zip(moments, texts, strict=True)):
        for other, another in enumerate(moments):
            assert (values[one] == values[other]) == (moment == another)
            found = compare(item, text, texts[other])
            if (moment.tzinfo is None) != (another.tzinfo is None):
                assert found is None
            else:
                assert found is not None
                assert (found > 0, found < 0) == (moment > another, moment < another)


@pytest.mark.parametrize("form", ["%H:%M%z", "any"])
def test_times_with_zones_stay_text_and_are_equal_as_moments(form: str) -> None:
    item = Field("v", "time", form)
    texts = pl.Series(["15:00+01:00", "14:00Z", "14:30+0000", "x"])
    found = parse_texts(item, texts)
    assert found.to_list() == [*texts[:3], None]
    first, second, third, none = canonical(item, found)
    assert first == second != third
    assert none is None


PIECES = {
    "day": ["2024-01-26", "0001-01-01", "9999-12-31", "2023-02-29", "0000-01-01"],
    "clock": ["15:00:00", "24:00:00", "00:00:00.5", "24:00:00.0", "23:59:60", "12:00:00.1234567",
              "12:00:00.1000000"],
    "zone": ["", "", "Z", "+01:00", "-14:00", "+14:01", "+0100"],
}  # fmt: skip
CLOCKS = st.tuples(st.sampled_from(PIECES["clock"]), st.sampled_from(PIECES["zone"])).map("".join)
TIMES = CLOCKS | st.sampled_from(["15:00", "3 pm", "3 pm UTC", "15:00+01:00", "x"])
DAYS_AND_TIMES = st.tuples(st.sampled_from(PIECES["day"]), CLOCKS).map("T".join) | ODD


@pytest.mark.parametrize(
    ("item", "cells"),
    [
        (Field("v", "time", version=1), TIMES),
        (Field("v", "time", version=2), TIMES),
        (Field("v", "time", "any"), TIMES),
        (Field("v", "time", "%H:%M%z"), TIMES),
        (Field("v", "datetime"), DAYS_AND_TIMES),
        (Field("v", "datetime", "any"), DAYS_AND_TIMES),
        (Field("v", "datetime", "%Y-%m-%dT%H:%M:%S%z"), DAYS_AND_TIMES),
    ],
)
def test_whether_a_cell_has_a_value_does_not_depend_on_the_others(
    item: Field, cells: st.SearchStrategy[str]
) -> None:
    @SETTINGS
    @given(st.lists(cells, min_size=1, max_size=5))
    def hold(texts: list[str]) -> None:
        found = parse_texts(item, pl.Series(texts))
        alone = [parse_texts(item, pl.Series([text])).null_count() == 0 for text in texts]
        assert found.is_not_null().to_list() == alone
        again = parse_texts(item, pl.Series(texts[::-1]))
        assert again.dtype == found.dtype
        assert again.reverse().equals(found)

    hold()
