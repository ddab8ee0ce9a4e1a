"""Sums of parts of the figures, and how those of one place are added up."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.rules.sums import SUMS, spans_of


@dataclass(frozen=True, slots=True)
class SumPart:
    """Sums of some figures, of which `scale` decimals were moved before the point; or spans."""

    frame: pl.DataFrame
    scale: int


def merged(parts: Sequence[SumPart], keys: Sequence[str]) -> SumPart:
    """The sums of all parts, by `keys`, in the widest type that one needs."""
    scale = max(part.scale for part in parts)
    frames = [scaled_part(part, scale) for part in parts]
    if len({frame.schema["lower"] for frame in frames}) > 1:
        frames = [frame.with_columns(pl.col("lower", "upper").cast(pl.Int128)) for frame in frames]
    if len(frames) == 1:
        return SumPart(frames[0], scale)
    sums = [pl.col(name).sum() for name in SUMS]
    blocks = [pl.col("first").min(), pl.col("last").max()]
    return SumPart(pl.concat(frames).group_by(keys).agg(*sums, *blocks), scale)


def merged_spans(parts: Sequence[SumPart]) -> SumPart:
    """The figures of all parts, whatever their source."""
    scale = max(part.scale for part in parts)
    frames = [
        scaled_part(part, scale).with_columns(pl.col("lower", "upper").cast(pl.Int128))
        for part in parts
    ]
    return SumPart(spans_of(pl.concat(frames)), scale)


def scaled_part(part: SumPart, scale: int) -> pl.DataFrame:
    """The bounds of a part with so many decimals before their point."""
    if part.scale == scale:
        return part.frame
    factor = pl.lit(10 ** (scale - part.scale), pl.Int128)
    return part.frame.with_columns(pl.col("lower", "upper").cast(pl.Int128) * factor)


def at_scale(part: SumPart | None, scale: int) -> pl.DataFrame | None:
    """Sums with so many decimals before their point."""
    return None if part is None else scaled_part(part, scale)
