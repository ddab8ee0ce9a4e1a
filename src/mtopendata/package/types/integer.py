"""Whole numbers, exact whatever their length.

A column with one of more digits than 128 bits hold stays text: its digits, written in one way.
"""

import re

import polars as pl

from mtopendata.package.json_cells import as_json, as_whole
from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, in_any_format, only
from mtopendata.package.types.number import MAX_DIGITS, bare_number


def _as_integer(item: Field, text: pl.Expr) -> pl.Expr:
    return bare_number(item, text).cast(pl.Int64, strict=False)


def _as_wide_integer(item: Field, text: pl.Expr) -> pl.Expr:
    return bare_number(item, text).cast(pl.Int128, strict=False)


def _as_digits(item: Field, text: pl.Expr) -> pl.Expr:
    bare = only(r"^[+-]?[0-9]+$", bare_number(item, text))
    digits = bare.str.strip_prefix("+").str.replace("^(-?)0+", "$1")
    return digits.replace(["", "-"], "0")


_LONG = ColumnReading("digits", _as_digits)


def _longer(cells: pl.Series) -> ColumnReading | None:
    """Whole numbers beyond 64 bits are read with 128, and beyond those as their digits."""
    return _LONG if _most_digits(cells) > MAX_DIGITS else None


WIDE = ColumnReading("wide", _as_wide_integer, _longer)


def _wider(cells: pl.Series) -> ColumnReading | None:
    return _longer(cells) or (WIDE if _most_digits(cells) > 18 else None)


def _most_digits(cells: pl.Series) -> int:
    most = cells.str.count_matches("[0-9]").max()
    return most if isinstance(most, int) else 0


def _compare_integers(_: Field, one: str, other: str) -> int:
    """Whether the first is less, by their signs and digits: there may be thousands of these."""
    first, second = _size(one), _size(other)
    return (first > second) - (first < second)


def _size(text: str) -> tuple[int, int, list[int]]:
    found = re.fullmatch(r"([+-]?)0*([0-9]*)", text, re.ASCII)
    if found is None:
        raise ValueError(f"{text!r} is no integer")
    sign, digits = found.groups()
    factor = -1 if sign == "-" else 1
    return (factor if digits else 0), factor * len(digits), [factor * int(d) for d in digits]


TYPE = Type(
    "integer",
    2,
    in_any_format(ColumnReading("integer", _as_integer, _wider)),
    "write a whole number in digits, such as 1747",
    is_ordered=True,
    is_number=True,
    compare=_compare_integers,
    written={"integer": as_json, "number": as_whole},
    csvw=("integer", None),
    croissant="sc:Integer",
)
