"""Years of four digits, as whole numbers."""

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, in_formats, only


def _as_year(_: Field, text: pl.Expr) -> pl.Expr:
    return only(r"^[0-9]{4}$", text).cast(pl.Int64, strict=False)


TYPE = Type(
    "year",
    7,
    in_formats(ColumnReading("year", _as_year), "default"),
    "write four digits, such as 2023",
    is_ordered=True,
    csvw=("gYear", r"^[0-9]{4}$"),
    croissant="sc:Integer",
)
