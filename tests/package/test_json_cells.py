"""JSON values become the text of cells as they are written."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.package.json_cells import Repeating, exact_decoder, json_text_of, repeated_name
from mtopendata.package.model import Field
from mtopendata.reading.json_columns import text_column
from tests.kit.examples import examples

SETTINGS = settings(max_examples=examples(200), deadline=None, derandomize=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


def decoded(text: str) -> Any:
    return exact_decoder([]).decode(text)


@SETTINGS
@given(VALUES)
def test_what_was_read_is_written_again(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert json_text_of(decoded(text)) == text


@pytest.mark.parametrize("number", ["-0", "1.50", "1e400", "1E+9999999999999999999", "9" * 5_000])
def test_numbers_stay_as_they_are_written(number: str) -> None:
    assert json_text_of(decoded(f"[{number}]")) == f"[{number}]"


def test_whatever_depth_can_be_read_can_be_written() -> None:
    text = "[" * 900 + "]" * 900
    assert json_text_of(json.loads(text)) == text


def test_a_name_that_stands_twice_is_found_at_any_depth() -> None:
    found: list[Repeating] = []
    value = exact_decoder(found).decode('{"a": [{"b": 1, "c": 2, "b": 3}]}')
    assert (len(found), repeated_name(value)) == (1, "b")
    assert repeated_name(decoded('{"a": {"a": 1}}')) is None


@pytest.mark.parametrize(
    ("item", "values", "texts"),
    [
        (Field("v", "integer"), "[1, 2.0, 1e3, 1.5, null]", ["1", "2", "1000", "!1.5", None]),
        (Field("v", "integer"), "[1e9999999999999999999]", ["!1e9999999999999999999"]),
        (Field("v", "string"), '["1", 1, true, {"a": 1.0}]', ["1", "!1", "!true", '!{"a": 1.0}']),
        (Field("v", "number", descriptor={"decimalChar": ","}), "[1.5, 2]", ["1,5", "2"]),
        (Field("v", "year"), "[44, -44, 2024, 20.0]", ["0044", "-0044", "2024", "!20.0"]),
        (Field("v", "list"), '[["a", "b"], [1]]', ["a,b", "![1]"]),
        (Field("v", "integer", missing=("-9.0",)), "[-9.0, -8.0]", [None, "-8"]),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_values_that_are_none_of_the_field_are_marked(
    item: Field, values: str, texts: list[str | None]
) -> None:
    cells, wrong = text_column(item, decoded(values))
    marks = [False] * len(cells) if wrong is None else wrong.to_list()
    expected = [text and text.removeprefix("!") for text in texts]
    assert marks == [bool(text) and str(text).startswith("!") for text in texts]
    assert cells.to_list() == expected
