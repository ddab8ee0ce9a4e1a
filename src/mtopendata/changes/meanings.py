"""What a bound, or a value of `enum`, means as a value of its field, however it is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mtopendata.package.model import Field
from mtopendata.package.types.boolean import booleans
from mtopendata.package.types.duration import compare, meaning
from mtopendata.values.cells import cell_text
from mtopendata.values.json_values import canonical


class NoValueError(Exception):
    """A constraint's own value is none of the field's type."""


def value_meant(value: Any, item: Field) -> Any:
    """What the field's type makes of a value in a constraint. Whole numbers, days, months and years
    become int; the values of types that have no reading here, their JSON.

    NoValueError: it is no value of the type.
    """
    read = _READINGS.get(item.type)
    if read is None:
        return canonical(value)
    if value is None or isinstance(value, list | dict):
        raise NoValueError
    try:
        return read(cell_text(value), item)
    except (ValueError, ArithmeticError, LookupError, TypeError, re.error) as error:
        raise NoValueError from error


_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?|-?INF")
_MONTH = re.compile(r"(-?[0-9]{4,20})-(0[1-9]|1[0-2])")


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return match


def _integer(text: str, _: Field) -> int:
    return int(_matched(_WHOLE, text)[0])


def _number_meant(text: str, _: Field) -> Decimal:
    return Decimal(_matched(_NUMBER, text)[0])


def _boolean(text: str, item: Field) -> bool:
    # JSON's own true and false mean the same however cells write them.
    return {"true": True, "false": False, **booleans(item)}[text]


def _is_iso(item: Field) -> bool:
    return item.format in ("default", "any")


def _in_its_format(text: str, item: Field) -> datetime:
    """A date, time or both in the field's own format, such as %d.%m.%Y."""
    return datetime.strptime(text, item.format)


def _day(text: str, item: Field) -> int:
    day = date.fromisoformat(text) if _is_iso(item) else _in_its_format(text, item)
    return day.toordinal()


def _time(text: str, item: Field) -> time:
    return time.fromisoformat(text) if _is_iso(item) else _in_its_format(text, item).time()


def _datetime(text: str, item: Field) -> datetime:
    return datetime.fromisoformat(text) if _is_iso(item) else _in_its_format(text, item)


def _month(text: str, _: Field) -> int:
    year, month = _matched(_MONTH, text).groups()
    return int(year) * 12 + int(month)


@dataclass(frozen=True)
class _Length:
    """A duration: its months, and its seconds. Of two it may be unknown which is longer."""

    months: int
    seconds: Fraction
    text: str = attribute(compare=False)

    def __lt__(self, other: "_Length") -> bool:
        return self._sign(other) < 0

    def __gt__(self, other: "_Length") -> bool:
        return self._sign(other) > 0

    def _sign(self, other: "_Length") -> int:
        found = compare(Field(""), self.text, other.text)
        if found is None:
            raise NoValueError
        return found


def _length_limits(text: str, _: Field) -> _Length:
    found = meaning(text)
    if found is None:
        raise ValueError(text)
    return _Length(*found, text)


def _as_written(text: str, _: Field) -> str:
    return text


_READINGS: dict[str, Callable[[str, Field], Any]] = {
    "string": _as_written,
    "any": _as_written,
    "duration": _length_limits,
    "integer": _integer,
    "year": _integer,
    "number": _number_meant,
    "boolean": _boolean,
    "date": _day,
    "time": _time,
    "datetime": _datetime,
    "yearmonth": _month,
}
"""Text to value, by type."""
