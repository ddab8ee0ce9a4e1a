"""Months of a year, such as 2023-12, which stay text: each has but one, except in year 0."""

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, in_any_format, only
from mtopendata.package.types.year import YEAR

_MONTH = rf"^{YEAR}-(?:0[1-9]|1[0-2])$"


def _as_month(_: Field, text: pl.Expr) -> pl.Expr:
    return only(_MONTH, text)


def _canonical_month(_: Field, values: pl.Series) -> pl.Series:
    return values.str.replace("^-0000", "0000")


def _months(text: str) -> int:
    year, _, month = text.rpartition("-")
    return int(year) * 12 + int(month)


def _compare_months(_: Field, one: str, other: str) -> int:
    return _months(one) - _months(other)


TYPE = Type(
    "yearmonth",
    8,
    in_any_format(ColumnReading("yearmonth", _as_month)),
    "write YYYY-MM, such as 2023-12",
    is_ordered=True,
    canonical=_canonical_month,
    compare=_compare_months,
    csvw=("gYearMonth", r"^[0-9]{4}-[0-9]{2}$"),
)
