"""JSON in cells, of which equal values are equal texts whatever their blanks and order of keys."""

import json
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, each_once, where


def json_value(text: str) -> Any:
    """The JSON value of a text, with exact numbers; ValueError where it is none."""
    try:
        return json.loads(
            text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_json_number
        )
    except (ArithmeticError, RecursionError) as error:
        raise ValueError("too deep, or a number whose exponent nothing can hold") from error


def _no_json_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _as_json(item: Field, text: pl.Expr) -> pl.Expr:
    return where(partial(_is_json, _KINDS[item.type]), text)


def _is_json(kind: type, text: str) -> bool:
    try:
        # Numbers are not looked at, however long they are.
        value = json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_json_number)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, kind)


_KINDS = {"array": list, "object": dict}
JSON_TEXT = ColumnReading("JSON", _as_json)
"""Texts that are JSON of the field's type."""


def json_length(_: Field, text: pl.Expr) -> pl.Expr:
    """How many items or properties texts of JSON have."""

    def length(one: str) -> int:
        return len(json.loads(one, parse_float=str, parse_int=str))

    return text.map_batches(lambda texts: each_once(length, texts, pl.Int64), return_dtype=pl.Int64)


def number_text(number: Decimal) -> str:
    """A text that finite numbers have in common if and only if they are equal, whatever their
    exponents.
    """
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    bare = text.rstrip("0")
    if not bare:
        return "0"
    assert isinstance(exponent, int)  # noqa: S101 - it is finite
    return f"{'-' * sign}{bare}e{exponent + len(text) - len(bare)}"


def canonical_json(_: Field, values: pl.Series) -> pl.Series:
    """JSON texts, of which those are equal that mean the same."""
    return each_once(_canonical_value, values, pl.String)


def _canonical_value(text: str) -> str:
    try:
        value = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=str)
        return json.dumps(value, sort_keys=True, default=lambda one: {"": number_text(one)})
    except (ValueError, ArithmeticError, RecursionError):
        return text  # such as a number whose exponent nothing can hold: the same only as itself
