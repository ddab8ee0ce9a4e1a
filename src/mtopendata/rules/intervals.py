"""Figures as intervals of whole numbers, as sums are made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import polars as pl

from mtopendata.rules.model import PLACE


@dataclass(frozen=True, slots=True)
class Intervals:
    """Figures as keys and bounds, which are whole numbers: so many `scale` decimals were moved
    before the point. `largest` is their largest magnitude.
    """

    frame: pl.DataFrame
    scale: int
    largest: int


def figure_intervals(figures: pl.DataFrame) -> Intervals:
    """Figures as intervals. A package that states no bounds has exact figures. All numbers must be
    exact.
    """
    names = ("lower", "upper") if {"lower", "upper"} <= set(figures.columns) else ("value",) * 2
    (lower, upper), scale = _as_whole_numbers([figures.get_column(name) for name in names])
    keys = [
        figures.get_column(name)
        if name in figures.columns
        else pl.repeat(None, figures.height, dtype=dtype, eager=True).alias(name)
        for name, dtype in PLACE.items()
        if name in figures.columns or name != "source"  # no source: one key less to group by
    ]
    frame = pl.DataFrame(
        [figures.get_column("measure"), *keys, lower.alias("lower"), upper.alias("upper")]
    )
    return Intervals(frame, scale, _largest([lower, upper]))


def _as_whole_numbers(columns: Sequence[pl.Series]) -> tuple[list[pl.Series], int]:
    """Exact numbers times one power of ten that makes all of them whole, and its exponent."""
    scale = max(c.dtype.scale if isinstance(c.dtype, pl.Decimal) else 0 for c in columns)
    if scale:
        columns = [column.cast(pl.Decimal(38, scale)) for column in columns]
    # A Decimal is a 128-bit whole number of its last decimals.
    columns = [c.to_physical() if isinstance(c.dtype, pl.Decimal) else c for c in columns]
    width = pl.Int64 if _largest(columns) < 2**31 else pl.Int128
    return [column.cast(width) for column in columns], scale


def _largest(columns: Iterable[pl.Series]) -> int:
    """The largest magnitude in some whole-numbered columns."""
    ends = [end for column in columns for end in (column.min(), column.max())]
    return max(abs(cast("int", end or 0)) for end in ends)
