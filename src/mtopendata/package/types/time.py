"""Times of day.

Of the default form they have no zone. Where a form gives some a zone, the column stays text.
"""

from datetime import date, datetime, time
from functools import partial

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.moments import by_python, fixed, has_zone, in_form
from mtopendata.package.type import ColumnReading, Type, each_once, only

CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
"""A time of day to the second."""
CSVW_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"


def _as_time(_: Field, text: pl.Expr) -> pl.Expr:
    # The end of a day is the beginning of the next; of days, a time of day knows nothing.
    text = text.replace("24:00:00", "00:00:00")
    return only(rf"^{CLOCK}$", text).str.to_time("%H:%M:%S", strict=False)


def _without_zone(moment: datetime) -> time | None:
    return moment.time() if moment.tzinfo is None else None


def _in_form(item: Field, text: pl.Expr) -> pl.Expr:
    shape = fixed(item.format, "HM", "HMS")
    if shape is None:
        return by_python(item, text, _without_zone, pl.Time)
    fits = text.str.contains(shape)
    rest = by_python(item, pl.when(~fits).then(text), _without_zone, pl.Time)
    here = pl.when(fits).then(text).str.to_time(item.format, strict=False)
    return pl.when(fits).then(here).otherwise(rest)


def _as_text(item: Field, text: pl.Expr) -> pl.Expr:
    return pl.when(by_python(item, text, lambda _: True, pl.Boolean)).then(text)


_DEFAULT = ColumnReading("time", _as_time)
_TEXT = ColumnReading("time with zones", _as_text)


def _other(item: Field, cells: pl.Series) -> ColumnReading | None:
    """A zone that any cell has makes the whole column text."""
    values = cells.to_frame("0").select(_as_text(item, pl.col("0"))).to_series()
    return _TEXT if values.count() else None


def _reading(item: Field) -> ColumnReading:
    if item.format == "default":
        return _DEFAULT
    if has_zone(item.format):
        return _TEXT
    return ColumnReading("time in a form", _in_form, partial(_other, item))


def _microseconds(item: Field, text: str) -> tuple[bool, int] | None:
    """Whether a cell's time has a zone, and when it is, counted from midnight, which with a zone is
    that of UTC.
    """
    form = "%H:%M:%S.%f" if item.format == "default" else item.format
    moment = in_form(form, text)
    if moment is None:
        return None
    offset = moment.utcoffset()
    # A time and its zone say nothing of a day: every day is the same.
    since = datetime.combine(date(2000, 1, 2), moment.time()) - datetime(2000, 1, 2)
    in_utc = since if offset is None else since - offset
    return offset is not None, round(in_utc.total_seconds() * 1_000_000)


def _canonical(item: Field, values: pl.Series) -> pl.Series:
    if values.dtype != pl.String:  # it meets a column in which some have zones
        values = values.dt.to_string("%H:%M:%S%.6f")
        item = Field(item.name, item.type)

    def told(text: str) -> str | None:
        found = _microseconds(item, text)
        return found and f"{found[1]}{'Z' * found[0]}"

    return each_once(told, values, pl.String)


def _compare(item: Field, one: str, other: str) -> int | None:
    first, second = _microseconds(item, one), _microseconds(item, other)
    if first is None or second is None or first[0] != second[0]:
        return None
    return first[1] - second[1]


TYPE = Type(
    "time",
    5,
    _reading,
    "write hh:mm:ss, such as 23:59:59",
    is_ordered=True,
    canonical=_canonical,
    compare=_compare,
    csvw=("time", rf"^{CSVW_CLOCK}$"),
    croissant="sc:Time",
)
