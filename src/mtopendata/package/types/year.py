"""Years, as whole numbers: four digits or more, as XML Schema has them, but without a zone."""

import polars as pl

from mtopendata.package.json_cells import as_year
from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, in_any_format, only

YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"


def _as_year(_: Field, text: pl.Expr) -> pl.Expr:
    return only(rf"^{YEAR}$", text).cast(pl.Int64, strict=False)


TYPE = Type(
    "year",
    7,
    in_any_format(ColumnReading("year", _as_year)),
    "write four digits, such as 2023",
    is_ordered=True,
    written={"integer": as_year},
    csvw=("gYear", r"^[0-9]{4}$"),
    croissant="sc:Integer",
)
