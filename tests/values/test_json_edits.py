"""Members are set in the text of an object, and nothing else of it changes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtopendata.values.json_edits import with_members

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.text(max_size=4), VALUES, max_size=5)


@given(OBJECTS, OBJECTS, st.sampled_from([None, 1, 2, "\t"]))
def test_the_object_has_the_members_and_those_that_it_had(
    before: dict[str, Any], members: dict[str, Any], indent: int | str | None
) -> None:
    text = json.dumps(before, indent=indent, ensure_ascii=False)
    assert json.loads(with_members(text, members)) == {**before, **members}


@given(OBJECTS, st.sampled_from([None, 2]))
def test_what_is_set_to_what_it_is_leaves_every_byte(
    before: dict[str, Any], indent: int | None
) -> None:
    text = json.dumps(before, indent=indent, ensure_ascii=False)
    assert with_members(text, before) == text


def test_blanks_orders_and_line_ends_of_the_others_stay() -> None:
    text = '\ufeff{\r\n\t"b" :  [1,\r\n2],\r\n\t"version": "1.0.0" ,\r\n\t"a": 1.50\r\n}\r\n'
    assert with_members(text, {"version": "1.1.0"}) == text.replace("1.0.0", "1.1.0")
    assert with_members(text, {"new": {"x": 1}}).startswith(
        '\ufeff{\r\n\t"new": {\r\n\t\t"x": 1\r\n\t},\r\n\t"b" :'
    )


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a"}', '{"a": 1', '{"a": 1 "b": 2}', "1"])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"object|has no|Expecting|delimiter|substring"):
        with_members(text, {"a": 2})
