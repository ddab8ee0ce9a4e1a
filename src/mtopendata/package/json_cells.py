"""JSON values as the text of cells: numbers as they are written, objects and arrays as JSON."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from mtopendata.package.model import Field
from mtopendata.values.cells import cell_text


class Whole(str):
    """A number of JSON without a point, as it is written: no machine number has room for all."""

    __slots__ = ()


class Real(str):
    """A number of JSON with a point or an exponent, as it is written."""

    __slots__ = ()


class Repeating(dict[str, Any]):
    """An object in which a name stands twice, with the last value of each name."""

    twice: str


KINDS: Mapping[type, str] = {
    type(None): "null",
    str: "string",
    bool: "boolean",
    int: "integer",
    Whole: "integer",
    Decimal: "number",
    Real: "number",
    list: "array",
    dict: "object",
    Repeating: "object",
}
"""What JSON calls the values of each type: a number without a point is an integer."""


def exact_decoder(repeating: list[Repeating]) -> json.JSONDecoder:
    """What decodes JSON with numbers as they are written. Objects in which a name stands twice are
    added to `repeating`. ValueError or RecursionError: there is none.
    """

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        names = [name for name, _ in pairs]
        found = Repeating(value)
        found.twice = next(name for index, name in enumerate(names) if name in names[:index])
        repeating.append(found)
        return found

    return json.JSONDecoder(
        parse_int=Whole, parse_float=Real, parse_constant=_refuse, object_pairs_hook=members
    )


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def repeated_name(value: Any) -> str | None:
    """A name that stands twice in an object, wherever in the value; None: there is none."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, Repeating):
            return one.twice
        if isinstance(one, dict):
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
    return None


_HALF = re.compile(r"[\ud800-\udfff]")


def has_half_a_character(text: bytes) -> bool:
    r"""Whether JSON may hold an escape such as \ud800, which no text has by itself."""
    return re.search(rb"\\u[dD][89a-fA-F]", text) is not None


def is_text(value: Any) -> bool:
    """Whether all characters of a value are whole ones."""
    return not _HALF.search(json_text_of(value))


# Values as texts


def json_text_of(value: Any) -> str:
    """A value as JSON, with numbers as they are written. However deep it is, since what could be
    read can be written.
    """
    parts: list[str] = []
    left: list[tuple[bool, Any]] = [(False, value)]  # the last is next; texts are written already
    while left:
        is_text, one = left.pop()
        if is_text:
            parts.append(one)
            continue
        match KINDS[type(one)]:
            case "array":
                parts.append("[")
                left.append((True, "]"))
                left.extend(_reversed([[(False, item)] for item in one]))
            case "object":
                parts.append("{")
                left.append((True, "}"))
                left.extend(
                    _reversed([[(True, f"{_quoted(k)}: "), (False, v)] for k, v in one.items()])
                )
            case "string":
                parts.append(_quoted(one))
            case "null":
                parts.append("null")
            case "boolean":
                parts.append(cell_text(one))
            case _:
                parts.append(str(one))
    return "".join(parts)


def _reversed(members: list[list[tuple[bool, Any]]]) -> Iterator[tuple[bool, Any]]:
    """What members consist of, with commas between them, from the last to the first."""
    for number, member in enumerate(reversed(members)):
        if number:
            yield True, ", "
        yield from reversed(member)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


Writer = Callable[[Field, Any], str | None]
"""Writes a JSON value as a cell of a field; None: it is no value of it."""


def as_json(_: Field, value: Any) -> str:
    """Any value as JSON."""
    return json_text_of(value)


def as_whole(_: Field, value: Any) -> str | None:
    """A number as an integer, which `1.0` and `1e3` are too."""
    number = Decimal(value)
    # Ten to the power of a million is not written out.
    if number != number.to_integral_value() or number.adjusted() > _LONGEST:
        return None
    return format(number.to_integral_value(), "f")


_LONGEST = 1000


def as_number(item: Field, value: Any) -> str:
    """A number with the field's sign before its decimals."""
    point = item.descriptor.get("decimalChar", ".")
    return str(value).replace(".", point)


def as_year(_: Field, value: Any) -> str:
    """A whole number as a year of four digits."""
    text = str(value)
    return text.zfill(4 + text.startswith("-"))


ANY: Mapping[str, Writer] = dict.fromkeys(
    ("integer", "number", "boolean", "object", "array"), as_json
)
"""Takes every value."""
