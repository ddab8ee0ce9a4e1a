"""Moments: a day and a time of it.

With a time zone they are moments of the world, and a column holds them in UTC; without one they are
local, and equal no other. A column that has both stays text, and so does one with a moment that
Polars and Python cannot hold.
"""

import datetime
import re
from functools import partial

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.moments import by_python, fixed, form_fault, has_zone, in_form, in_form_of
from mtopendata.package.type import ColumnReading, Type, each_once, only
from mtopendata.package.types.time import CLOCK, CSVW_CLOCK, FRACTION, ZONE

_LOCAL = pl.Datetime("us")
_ZONED = pl.Datetime("us", "UTC")
_DAY = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = rf"(?:{CLOCK}|24:00:00)"
_NO_FRACTION = r"(?:\.0+)?"
_END_OF_DAY = "T24:00:00"

# The default form, as XML Schema has it


def _local(text: pl.Expr) -> pl.Expr:
    """Local moments of the default form, with whatever stands behind their seconds cut off or
    read as a fraction.
    """
    at_end = text.str.contains(_END_OF_DAY, literal=True)
    text = pl.when(at_end).then(text.str.replace("T24", "T00", literal=True)).otherwise(text)
    moment = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    moment = pl.when(at_end).then(moment + pl.duration(days=1)).otherwise(moment)
    # Polars has a year 0 and one after 9999; the calendar has neither.
    return pl.when(moment.dt.year().is_between(1, 9999)).then(moment)


def _form(fraction: str, zone: str) -> str:
    return rf"^{_DAY}T(?:{CLOCK}{fraction}|24:00:00{_NO_FRACTION}){zone}$"


def _as_local(_: Field, text: pl.Expr) -> pl.Expr:
    return _local(only(_form(FRACTION, ""), text))


def _as_zoned(_: Field, text: pl.Expr) -> pl.Expr:
    text = only(_form(FRACTION, ZONE), text)
    is_utc = text.str.ends_with("Z")
    moment = _local(pl.when(is_utc).then(text.str.head(-1)).otherwise(text.str.head(-6)))
    zone = pl.when(~is_utc).then(text.str.tail(6))
    minutes = (
        zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60
        + zone.str.slice(4, 2).cast(pl.Int64, strict=False)
    ) * pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    in_utc = moment - pl.duration(minutes=minutes.fill_null(0))
    return pl.when(in_utc.dt.year().is_between(1, 9999)).then(in_utc).dt.replace_time_zone("UTC")


def _moment_as_text(_: Field, text: pl.Expr) -> pl.Expr:
    """The text of moments of which a column holds some and not others."""
    text = only(_form(r"(?:\.[0-9]+)?", f"{ZONE}?"), text)
    day = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    is_last = text.str.starts_with("9999-12-31" + _END_OF_DAY)
    return pl.when((day.dt.year() > 0) & ~is_last).then(text)


# Other forms


def _without_zone(moment: datetime.datetime) -> datetime.datetime | None:
    return moment if moment.tzinfo is None else None


def _with_zone(moment: datetime.datetime) -> datetime.datetime | None:
    try:
        return None if moment.tzinfo is None else moment.astimezone(datetime.UTC)
    except OverflowError:
        return None


def _as_local_in_form(item: Field, text: pl.Expr) -> pl.Expr:
    shape = fixed(item.format, "YmdHM", "YmdHMS")
    if shape is None:
        return by_python(item, text, _without_zone, _LOCAL)
    fits = text.str.contains(shape)
    rest = by_python(item, pl.when(~fits).then(text), _without_zone, _LOCAL)
    here = pl.when(fits).then(text).str.to_datetime(item.format, strict=False, time_unit="us")
    return pl.when(fits & (here.dt.year() > 0)).then(here).otherwise(rest)


def _as_zoned_in_form(item: Field, text: pl.Expr) -> pl.Expr:
    return by_python(item, text, _with_zone, _ZONED)


def _as_text_in_form(item: Field, text: pl.Expr) -> pl.Expr:
    return pl.when(by_python(item, text, lambda _: True, pl.Boolean)).then(text)


# How a column is read: each cell that its reading has no value for may ask for another one

AS_TEXT = ColumnReading("moments as text", _moment_as_text)
"""Of the default form."""
_IN_FORM_AS_TEXT = ColumnReading("moments in a form, as text", _as_text_in_form)


def _as_text_reading(item: Field) -> ColumnReading:
    return AS_TEXT if item.format == "default" else _IN_FORM_AS_TEXT


def _instead(item: Field, cells: pl.Series) -> ColumnReading | None:
    """The reading of cells that are no local moments that a column can hold."""
    moments = _selected(_as_text_reading(item), item, cells).drop_nulls()
    if moments.is_empty():
        return None
    zoned = _zoned_reading(item)
    return _as_text_reading(item) if _selected(zoned, item, moments).null_count() else zoned


def _instead_of_zoned(item: Field, cells: pl.Series) -> ColumnReading | None:
    as_text = _as_text_reading(item)
    return as_text if _selected(as_text, item, cells).count() else None


def _instead_by_default(cells: pl.Series) -> ColumnReading | None:
    return _instead(_BY_DEFAULT, cells)


def _instead_of_zoned_by_default(cells: pl.Series) -> ColumnReading | None:
    return _instead_of_zoned(_BY_DEFAULT, cells)


_BY_DEFAULT = Field("", "datetime")
_LOCAL_MOMENTS = ColumnReading("datetime", _as_local, _instead_by_default)
_ZONED_MOMENTS = ColumnReading("zoned moments", _as_zoned, _instead_of_zoned_by_default)


def _reading_of_moment(item: Field) -> ColumnReading:
    if item.format == "default":
        return _LOCAL_MOMENTS
    if has_zone(item.format):
        return _zoned_reading(item)
    return ColumnReading("moments in a form", _as_local_in_form, partial(_instead, item))


def _zoned_reading(item: Field) -> ColumnReading:
    if item.format == "default":
        return _ZONED_MOMENTS
    instead = partial(_instead_of_zoned, item)
    return ColumnReading("zoned moments in a form", _as_zoned_in_form, instead)


def _selected(reading: ColumnReading, item: Field, cells: pl.Series) -> pl.Series:
    return cells.to_frame("0").select(reading.typed(item, pl.col("0"))).to_series()


# What moments in texts mean

_PARTS = re.compile(r"(.{10})T(..):(..):(..)(?:\.([0-9]+))?(?:Z|([+-])(..):(..))?")
_START = datetime.datetime(1, 1, 1)


def _moment(item: Field, text: str) -> tuple[bool, int, str] | None:
    """Whether a cell's moment has a zone, and when it is: whole seconds, and the digits of a
    fraction.
    """
    if item.format != "default":
        moment = in_form(item.format, text)
        if moment is None:
            return None
        since = moment.replace(tzinfo=None) - _START - (moment.utcoffset() or datetime.timedelta())
        fraction = f"{since.microseconds:06}".rstrip("0")
        return moment.tzinfo is not None, since.days * 86_400 + since.seconds, fraction
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    day, hour, minute, second, fraction, sign, hours, minutes = parts.groups()
    try:
        days = (datetime.date.fromisoformat(day) - _START.date()).days
    except ValueError:
        return None
    offset = int(f"{sign}1") * (int(hours) * 60 + int(minutes)) if sign else 0
    whole = ((days * 24 + int(hour)) * 60 + int(minute) - offset) * 60 + int(second)
    is_zoned = bool(sign) or text.endswith("Z")
    return is_zoned, whole, (fraction or "").rstrip("0")


def canonical(item: Field, values: pl.Series) -> pl.Series:
    """Moments as texts that equal ones have in common."""
    if isinstance(values.dtype, pl.Datetime):  # it meets a column that is text
        end = "Z" if values.dtype.time_zone else ""
        values = values.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{end}")
        item = Field(item.name, item.type)

    def told(text: str) -> str | None:
        found = _moment(item, text)
        return found and f"{found[1]}.{found[2]}{'Z' * found[0]}"

    return each_once(told, values, pl.String)


def _compare_moments(item: Field, one: str, other: str) -> int | None:
    first, second = _moment(item, one), _moment(item, other)
    if first is None or second is None or first[0] != second[0]:
        return None
    return (first > second) - (first < second)


TYPE = Type(
    "datetime",
    6,
    _reading_of_moment,
    "write YYYY-MM-DDThh:mm:ss, such as 2023-12-31T23:59:59",
    is_ordered=True,
    format_fault=form_fault,
    in_form=in_form_of,
    canonical=canonical,
    compare=_compare_moments,
    csvw=("dateTime", rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{CSVW_CLOCK}$"),
    croissant="sc:DateTime",
)
