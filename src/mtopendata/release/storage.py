"""Typed columns in formats that know fewer types, and back: nothing loses a digit.

A number that the format's own numbers cannot hold exactly makes its whole column text, so that a
column is of one kind.
"""

import re
from collections.abc import Collection

import polars as pl

EXACT_DIGITS = 15
"""Significant digits that every binary floating point number of 64 bits keeps."""
_SLICE = 2**18
"""Rows of which the texts are made at a time."""


def number_type(series: pl.Series, largest: int) -> pl.DataType:
    """How a column of numbers is kept: as Int64 of at most `largest`, as exact Float64, or else as
    text.
    """
    if series.dtype == pl.Float64:
        return pl.Float64() if series.is_finite().all() else pl.String()
    digits = 0 if series.dtype == pl.Int64 else _most_digits(series)
    if digits:
        return pl.String() if digits > EXACT_DIGITS else pl.Float64()
    return pl.Int64() if _within(series, largest) else pl.String()


def _most_digits(series: pl.Series) -> int:
    """The most significant digits of a column of exact numbers; 0 where none has a fraction."""
    has_point, most = False, 0
    # As texts, the numbers take many times their memory.
    for start in range(0, len(series), _SLICE):
        text = as_text(series.alias("0").slice(start, _SLICE))
        has_point |= text.str.contains(".", literal=True).any()
        digits = text.str.replace_all(r"[-.]", "").str.strip_chars_start("0").str.len_bytes()
        most = max(most, int_or_0(digits.max()))
    return most if has_point else 0


def as_type(series: pl.Series, dtype: pl.DataType) -> pl.Series:
    """A column as the type in which a format keeps it."""
    if series.dtype == dtype:
        return series
    return as_text(series) if dtype == pl.String else series.cast(dtype)


def _within(series: pl.Series, largest: int) -> bool:
    low, high = series.min(), series.max()
    return low is None or (int(low) >= -largest and int(high) <= largest)  # type: ignore[arg-type]


def int_or_0(value: object) -> int:
    """A count that Polars returns as null for a column without values."""
    return value if isinstance(value, int) else 0


def as_text(series: pl.Series) -> pl.Series:
    """A column as text: digits without trailing zeros, ISO 8601, `true` and `false`, NaN, INF."""
    # By another name, because Polars takes some names for patterns.
    return _series_text(series.alias("0")).alias(series.name)


def _series_text(series: pl.Series) -> pl.Series:
    match series.dtype:
        case pl.String:
            return series
        case pl.Datetime(time_zone=zoned):
            zone = "Z" if zoned else ""
            return series.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.f{zone}")
        case pl.Time:
            return series.dt.to_string("%H:%M:%S%.f")
        case pl.Float64:
            text = series.map_elements(repr, return_dtype=pl.String)
            return text.replace({"inf": "INF", "-inf": "-INF", "nan": "NaN"})
        case pl.Decimal:
            text = series.cast(pl.String)
            point = text.str.contains(".", literal=True)
            bare = text.str.strip_chars_end("0").str.strip_chars_end(".")
            return pl.select(pl.when(point).then(bare).otherwise(text)).to_series()
        case _:
            return series.cast(pl.String)


def restored(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    """A column that was read back, as the type that it was written from; null where it is none.

    What the type cannot hold is rounded: compare the other way round too, by `as_read_back`.
    """
    if values.dtype == dtype:
        return values
    if values.dtype == pl.String:
        match dtype:
            case pl.Boolean:
                return values.replace_strict(
                    {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
                )
            case pl.Date:
                return values.str.to_date("%Y-%m-%d", strict=False)
            case pl.Time:
                return values.str.to_time("%H:%M:%S%.f", strict=False)
            case pl.Datetime(time_zone=zone):
                form = f"%Y-%m-%dT%H:%M:%S%.f{'Z' if zone else ''}"
                moment = values.str.to_datetime(form, strict=False, time_unit="us")
                return moment.dt.replace_time_zone(zone)
    return values.cast(dtype, strict=False)


def as_read_back(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    """A column of the package as the type that it was read back as."""
    if values.dtype == dtype:
        return values
    return as_text(values) if dtype == pl.String else values.cast(dtype, strict=False)


def utf16_length(text: str) -> int:
    """Characters as spreadsheets count them: those beyond the basic plane are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def unique_names(names: Collection[str], forbidden: str = "", longest: int = 10_000) -> list[str]:
    """Names for readers that ignore case: each of at most `longest` UTF-16 units, none twice.

    `forbidden` is a pattern of what may not stand in a name; it becomes a hyphen.
    """
    taken: set[str] = set()
    result = []
    for name in names:
        base = (re.sub(forbidden, "-", name) if forbidden else name) or "unnamed"
        unique, number = _first_units(base, longest), 2
        while unique.casefold() in taken:
            ending = f"_{number}"
            unique, number = _first_units(base, longest - len(ending)) + ending, number + 1
        taken.add(unique.casefold())
        result.append(unique)
    return result


def _first_units(text: str, longest: int) -> str:
    return text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")
