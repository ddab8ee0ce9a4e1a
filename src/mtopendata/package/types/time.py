"""Times of day."""

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import FRICTIONLESS, ColumnReading, Type, in_formats, only

CLOCK = r"[0-9]{2}:[0-9]{2}:[0-5][0-9]"
"""A time of day with seconds, as it is read here."""
CSVW_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"


def zoned(cells: pl.Series) -> ColumnReading | None:
    """Fractions of seconds, time zones and whatever else is no plain time go to frictionless, with
    their whole column, so that a cell's verdict does not depend on the other cells.
    """
    return FRICTIONLESS if len(cells) else None


def _as_time(_: Field, text: pl.Expr) -> pl.Expr:
    return only(rf"^{CLOCK}$", text).str.to_time("%H:%M:%S", strict=False)


TYPE = Type(
    "time",
    5,
    in_formats(ColumnReading("time", _as_time, zoned), "default"),
    "write hh:mm:ss, such as 23:59:59",
    pl.Time,
    is_ordered=True,
    csvw=("time", rf"^{CSVW_CLOCK}$"),
    croissant="sc:Time",
)
