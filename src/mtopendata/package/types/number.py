"""Numbers: exact decimals, or binary floating point where that is declared or cannot be avoided."""

from decimal import Decimal

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, only

MAX_DIGITS = 38
"""Digits of the widest exact number; longer ones are read as binary floating point."""

_DIGITS = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_EXPONENT = rf"^{_DIGITS}[eE][+-]?[0-9]{{1,3}}$"
_FLOAT = rf"^(?:{_DIGITS}(?:[eE][+-]?[0-9]+)?|NaN|-?INF)$"
FLOAT_ONLY = rf"^(?:{_DIGITS}[eE][+-]?[0-9]+|NaN|-?INF)$"
"""Numbers that are no plain decimal."""


def bare_number(item: Field, text: pl.Expr) -> pl.Expr:
    """A number without the characters that the field allows around and in it."""
    if item.descriptor.get("bareNumber") is False:
        text = text.str.replace_all(r"^[^-+\d]*|\D*$", "")
    if group := item.descriptor.get("groupChar"):
        text = text.str.replace_all(group, "", literal=True)
    decimal = item.descriptor.get("decimalChar", ".")
    if item.type == "number" and decimal != ".":
        point = text.str.contains(".", literal=True)
        text = pl.when(~point).then(text.str.replace_all(decimal, ".", literal=True))
    return text


def without_exponents(cells: pl.Series) -> pl.Series:
    """The cells with `1.5e3` written as `1500`, where that has a place in an exact number."""
    with_exponent = cells.str.contains(_EXPONENT).fill_null(value=False)
    if not with_exponent.any():
        return cells
    plain = {
        cell: format(Decimal(cell), "f")
        for cell in cells.filter(with_exponent).unique()
        if abs(Decimal(cell).adjusted()) < MAX_DIGITS
    }
    return cells.replace(plain)


def decimals(numbers: pl.Expr) -> pl.Expr:
    """The most digits that one of these numbers, which are bare, has behind its point."""
    return numbers.str.extract(r"^[+-]?[0-9]*\.([0-9]*)$", 1).str.len_bytes().max()


def as_decimal(item: Field, text: pl.Expr, scale: int = 0) -> pl.Expr:
    """Exact numbers with `scale` digits behind the point."""
    number = only(rf"^{_DIGITS}$", bare_number(item, text))
    return number.cast(pl.Decimal(MAX_DIGITS, scale), strict=False)


def _as_float(item: Field, text: pl.Expr) -> pl.Expr:
    return only(_FLOAT, bare_number(item, text)).cast(pl.Float64, strict=False)


DECIMAL = ColumnReading("decimal", as_decimal)
"""Who reads by it learns the scale from the cells, which have no exponents, and gives it."""
FLOAT = ColumnReading("float", _as_float)


def _decimal_or_float(item: Field) -> ColumnReading:
    return FLOAT if item.descriptor.get("floatNumber") else DECIMAL


TYPE = Type(
    "number",
    3,
    _decimal_or_float,
    "write digits with a point, such as 18.5",
    is_ordered=True,
    is_number=True,
    csvw=("decimal", r"^[^eEN]*$"),
    croissant="sc:Float",
)
