"""Moments: a day and a time of it."""

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, in_formats, only
from mtopendata.package.types.time import CLOCK, CSVW_CLOCK, zoned


def _as_datetime(_: Field, text: pl.Expr) -> pl.Expr:
    moment = only(rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{CLOCK}$", text).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"
    )
    return pl.when(moment.dt.year() > 0).then(moment)  # as of dates


TYPE = Type(
    "datetime",
    6,
    in_formats(ColumnReading("datetime", _as_datetime, zoned), "default"),
    "write YYYY-MM-DDThh:mm:ss, such as 2023-12-31T23:59:59",
    pl.Datetime("us"),
    is_ordered=True,
    csvw=("dateTime", rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{CSVW_CLOCK}$"),
    croissant="sc:DateTime",
)
