"""Lengths of time, such as P1Y2M, as XML Schema has them: months and seconds, which stay text.

A month has no number of days, so that of some durations none is the longer one.
"""

import datetime
import re
from fractions import Fraction

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, each_once, in_any_format, only

_CLOCK = r"T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?"
_FORM = rf"^-?P(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:{_CLOCK})?$"
_PARTS = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_STARTS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
"""The months from which XML Schema has two durations compared: these differ most in their days."""
_CYCLE = 400 * 12
"""Months after which the calendar repeats itself."""
_DAYS_IN_CYCLE = 146_097
_LONGEST = 1000
"""Digits of the longest number whose value is looked at."""


def _as_duration(_: Field, text: pl.Expr) -> pl.Expr:
    ends = text.str.contains(r"[PT]$")
    return pl.when(~ends & (text.str.len_bytes() <= _LONGEST)).then(only(_FORM, text))


def meaning(text: str) -> tuple[int, Fraction] | None:
    """The months and the seconds of a duration."""
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    sign, years, months, days, hours, minutes, seconds = found.groups(default="0")
    factor = -1 if sign == "-" else 1
    whole = ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60
    return factor * (int(years) * 12 + int(months)), factor * (whole + Fraction(seconds))


def _canonical_duration(_: Field, values: pl.Series) -> pl.Series:
    def told(text: str) -> str | None:
        found = meaning(text)
        return found and f"{found[0]}:{found[1]}"

    return each_once(told, values, pl.String)


def compare(_: Field, one: str, other: str) -> int | None:
    """Which of two is the longer one, whatever month they begin with; None: that depends."""
    first, second = meaning(one), meaning(other)
    if first is None or second is None:
        return None
    differences = {
        (left > right) - (left < right)
        for left, right in (
            (_seconds_from(start, first), _seconds_from(start, second)) for start in _STARTS
        )
    }
    return differences.pop() if len(differences) == 1 else None


def _seconds_from(start: tuple[int, int], duration: tuple[int, Fraction]) -> Fraction:
    """How long a duration is that begins with a month."""
    months, seconds = duration
    cycles, rest = divmod(months, _CYCLE)
    year, month = divmod(start[0] * 12 + start[1] - 1 + rest, 12)
    days = datetime.date(year, month + 1, 1) - datetime.date(*start, 1)
    return (days.days + cycles * _DAYS_IN_CYCLE) * 86_400 + seconds


TYPE = Type(
    "duration",
    9,
    in_any_format(ColumnReading("duration", _as_duration)),
    "write years to seconds as ISO 8601 does, such as P1Y2M3DT4H5M6S",
    is_ordered=True,
    canonical=_canonical_duration,
    compare=compare,
    csvw=(
        "duration",
        r"^-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$",
    ),
)
