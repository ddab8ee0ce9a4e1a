"""Days of the calendar."""

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, in_formats, only


def _as_date(_: Field, text: pl.Expr) -> pl.Expr:
    date = only(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text).str.to_date("%Y-%m-%d", strict=False)
    return pl.when(date.dt.year() > 0).then(date)  # Polars has a year 0; the calendar has none


TYPE = Type(
    "date",
    4,
    in_formats(ColumnReading("date", _as_date), "default"),
    "write YYYY-MM-DD, such as 2023-12-31",
    pl.Date,
    is_ordered=True,
    csvw=("date", None),
    croissant="sc:Date",
)
