"""JSON that nobody vouches for."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

MAX_EXPONENT = 400
"""Ten to this power is beyond any number that a table can hold."""

Json = dict[str, Any]


def read_json(text: str) -> tuple[Any, list[str]]:
    """The value of a JSON text, with exact numbers (Decimal) where there is a point, and the names
    that stand twice in an object. ValueError: it is no JSON.
    """
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> Json:
        value = dict(pairs)
        if len(value) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice.extend(name for name, count in counts.items() if count > 1)
        return value

    value = json.loads(
        text,
        parse_float=exact_number,
        parse_constant=_refuse_constant,
        object_pairs_hook=members,
    )
    return value, twice


def exact_number(text: str) -> Decimal:
    """A number as it is written. ValueError: it is beyond MAX_EXPONENT."""
    value = Decimal(text)
    if abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"{text[:20]} is out of any range")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def json_type(value: Any) -> str:
    """What JSON calls the type of a value; a number without a point is an integer."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case Decimal() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
