"""Times of day.

Of the default form they have neither fractions nor a zone, since version 2 of the standard: version
1 asks for any time of ISO 8601. Where some have a zone, the column stays text.
"""

import re
from datetime import date, datetime, time, timedelta
from functools import partial

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.moments import by_python, fixed, form_fault, has_zone, in_form, in_form_of
from mtopendata.package.type import ColumnReading, Type, each_once, only

CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
"""A time of day to the second."""
FRACTION = r"(?:\.[0-9]{1,6}0*)?"
"""Of a second: no more digits than a column has a place for."""
ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
CSVW_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"


def _as_time(_: Field, text: pl.Expr) -> pl.Expr:
    # The end of a day is the beginning of the next; of days, a time of day knows nothing.
    text = text.replace("24:00:00", "00:00:00")
    return only(rf"^{CLOCK}$", text).str.to_time("%H:%M:%S", strict=False)


def _as_time_by_version_1(_: Field, text: pl.Expr) -> pl.Expr:
    text = text.replace("24:00:00", "00:00:00")
    return only(rf"^{CLOCK}{FRACTION}$", text).str.to_time("%H:%M:%S%.f", strict=False)


def _local_time(moment: datetime) -> time | None:
    return moment.time() if moment.tzinfo is None else None


def _in_form(item: Field, text: pl.Expr) -> pl.Expr:
    shape = fixed(item.format, "HM", "HMS")
    if shape is None:
        return by_python(item, text, _local_time, pl.Time)
    fits = text.str.contains(shape)
    rest = by_python(item, pl.when(~fits).then(text), _local_time, pl.Time)
    here = pl.when(fits).then(text).str.to_time(item.format, strict=False)
    return pl.when(fits).then(here).otherwise(rest)


def _time_as_text(item: Field, text: pl.Expr) -> pl.Expr:
    if item.format == "default":
        return only(rf"^(?:{CLOCK}(?:\.[0-9]+)?|24:00:00){ZONE}?$", text)
    return pl.when(by_python(item, text, lambda _: True, pl.Boolean)).then(text)


_TEXT = ColumnReading("time as text", _time_as_text)


def _other(item: Field, cells: pl.Series) -> ColumnReading | None:
    """A zone that any cell has makes the whole column text, and so does a fraction of more digits
    than a column has a place for.
    """
    values = cells.to_frame("0").select(_time_as_text(item, pl.col("0"))).to_series()
    return _TEXT if values.count() else None


def _other_by_default(cells: pl.Series) -> ColumnReading | None:
    return _other(Field("", "time"), cells)


_BY_VERSION = {
    1: ColumnReading("time of ISO 8601", _as_time_by_version_1, _other_by_default),
    2: ColumnReading("time", _as_time),
}


def _reading_of_time(item: Field) -> ColumnReading:
    if item.format == "default":
        return _BY_VERSION[item.version]
    if has_zone(item.format):
        return _TEXT
    return ColumnReading("time in a form", _in_form, partial(_other, item))


_PARTS = re.compile(r"(..):(..):(..)(?:\.([0-9]+))?(?:Z|([+-])(..):(..))?")


def _meaning(item: Field, text: str) -> tuple[bool, int, str] | None:
    """Whether a cell's time has a zone, and when it is, from midnight, which with a zone is that of
    UTC: whole seconds, and the digits of a fraction.
    """
    if item.format == "default":
        parts = _PARTS.fullmatch(text)
        return None if parts is None else _of_parts(*parts.groups(), zulu=text.endswith("Z"))
    moment = in_form(item.format, text)
    if moment is None:
        return None
    # A time and its zone say nothing of a day: every day is the same.
    since = datetime.combine(date(2000, 1, 2), moment.time()) - datetime(2000, 1, 2)
    since -= moment.utcoffset() or timedelta()
    whole = since.days * 86_400 + since.seconds
    return moment.tzinfo is not None, whole, f"{since.microseconds:06}".rstrip("0")


def _of_parts(
    hour: str, minute: str, second: str, fraction: str | None, sign: str | None,
    hours: str | None, minutes: str | None, *, zulu: bool,
) -> tuple[bool, int, str]:  # fmt: skip
    offset = int(f"{sign}1") * (int(hours or 0) * 60 + int(minutes or 0)) if sign else 0
    whole = (int(hour) % 24 * 60 + int(minute) - offset) * 60 + int(second)
    return zulu or sign is not None, whole, (fraction or "").rstrip("0")


def _canonical_time(item: Field, values: pl.Series) -> pl.Series:
    if values.dtype != pl.String:  # it meets a column that is text
        values = values.dt.to_string("%H:%M:%S%.6f")
        item = Field(item.name, item.type)

    def told(text: str) -> str | None:
        found = _meaning(item, text)
        return found and f"{found[1]}.{found[2]}{'Z' * found[0]}"

    return each_once(told, values, pl.String)


def _compare_times(item: Field, one: str, other: str) -> int | None:
    first, second = _meaning(item, one), _meaning(item, other)
    if first is None or second is None or first[0] != second[0]:
        return None
    return (first > second) - (first < second)


TYPE = Type(
    "time",
    5,
    _reading_of_time,
    "write hh:mm:ss, such as 23:59:59",
    is_ordered=True,
    format_fault=form_fault,
    in_form=in_form_of,
    canonical=_canonical_time,
    compare=_compare_times,
    csvw=("time", rf"^{CSVW_CLOCK}$"),
    croissant="sc:Time",
)
