"""Places on the earth as a longitude and a latitude, which stay text."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from mtopendata.package.json_cells import json_text_of
from mtopendata.package.json_texts import json_value, number_text
from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, each_once, one_of, only, where

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_PAIR = rf"^{_NUMBER}, ?{_NUMBER}$"
_LIMITS = (180, 90)
_Point = tuple[Decimal, Decimal]


def _as_pair(item: Field, text: pl.Expr) -> pl.Expr:
    """Pairs whose numbers are within the limits, or so near that only exact ones tell."""
    text = only(_PAIR, text)
    sizes = [
        text.str.extract(pattern).cast(pl.Float64, strict=False).abs()
        for pattern in (r"^([^,]*),", r", ?(.*)$")
    ]
    # To round a number to a binary one takes it to the limit, but never beyond.
    inside = (sizes[0] < _LIMITS[0]) & (sizes[1] < _LIMITS[1])
    near = ~inside & (sizes[0] <= _LIMITS[0]) & (sizes[1] <= _LIMITS[1])
    return pl.when(inside).then(text).otherwise(_where_point(item, pl.when(near).then(text)))


def _where_point(item: Field, text: pl.Expr) -> pl.Expr:
    return where(lambda one: _point(item, one) is not None, text)


def _point(item: Field, text: str) -> _Point | None:
    """The place that a cell means."""
    try:
        lon, lat = _PARTS.get(item.format, _of_pair)(text)
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(lon, Decimal) or not isinstance(lat, Decimal):
        return None
    is_on_earth = lon.copy_abs() <= _LIMITS[0] and lat.copy_abs() <= _LIMITS[1]
    return (lon, lat) if is_on_earth else None


def _of_pair(text: str) -> _Point:
    lon, lat = text.split(",")
    return Decimal(lon), Decimal(lat.removeprefix(" "))


def _of_array(text: str) -> _Point:
    value = json_value(text)
    if not isinstance(value, list):
        raise TypeError
    lon, lat = value
    return lon, lat


def _of_object(text: str) -> _Point:
    value = json_value(text)
    if not isinstance(value, dict) or len(value) != len(_LIMITS):
        raise TypeError
    return value["lon"], value["lat"]


_PARTS: dict[str, Callable[[str], _Point]] = {"array": _of_array, "object": _of_object}
_PAIRS = ColumnReading("geopoint", _as_pair)
_JSON = ColumnReading("geopoint in JSON", _where_point)


def _canonical_point(item: Field, values: pl.Series) -> pl.Series:
    def told(text: str) -> str | None:
        point = _point(item, text)
        return point and ",".join(map(number_text, point))

    return each_once(told, values, pl.String)


def _written_point(kind: str, item: Field, value: Any) -> str | None:
    return json_text_of(value) if item.format == kind else None


def _reading_of_point(item: Field) -> ColumnReading:
    return _JSON if item.format in _PARTS else _PAIRS


TYPE = Type(
    "geopoint",
    12,
    _reading_of_point,
    "write longitude and latitude in degrees, such as -112.04,46.59; in the format array "
    '[-112.04, 46.59], in the format object {"lon": -112.04, "lat": 46.59}',
    canonical=_canonical_point,
    written={kind: partial(_written_point, kind) for kind in _PARTS},
    format_fault=one_of("array", "object"),
)
