"""Whole numbers, exact whatever their length."""

import polars as pl

from mtopendata.package.json_cells import as_json, as_whole
from mtopendata.package.model import Field
from mtopendata.package.type import FRICTIONLESS, ColumnReading, Type, in_any_format
from mtopendata.package.types.number import bare_number


def _as_integer(item: Field, text: pl.Expr) -> pl.Expr:
    return bare_number(item, text).cast(pl.Int64, strict=False)


def _as_wide_integer(item: Field, text: pl.Expr) -> pl.Expr:
    return bare_number(item, text).cast(pl.Int128, strict=False)


WIDE = ColumnReading("wide", _as_wide_integer)


def _wider(cells: pl.Series) -> ColumnReading | None:
    """Whole numbers beyond 64 bits are read with 128, and beyond those by frictionless."""
    digits = cells.str.count_matches("[0-9]").max()
    most = digits if isinstance(digits, int) else 0
    return FRICTIONLESS if most > 38 else WIDE if most > 18 else None


TYPE = Type(
    "integer",
    2,
    in_any_format(ColumnReading("integer", _as_integer, _wider)),
    "write a whole number in digits, such as 1747",
    is_ordered=True,
    is_number=True,
    written={"integer": as_json, "number": as_whole},
    csvw=("integer", None),
    croissant="sc:Integer",
)
