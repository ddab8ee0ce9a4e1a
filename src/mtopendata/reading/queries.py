"""Queries over typed columns: run by the engine that suits them, and two columns given one type."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from mtopendata.values.cells import cell_text

STREAMED = 100_000
"""Rows from which on Polars's streaming engine is faster than its in-memory one."""


def collect(query: pl.LazyFrame, height: int) -> pl.DataFrame:
    """The result of a query over `height` rows, by the engine that suits their number."""
    return query.collect(engine="streaming" if height > STREAMED else "in-memory")


def comparable(old: pl.Series, new: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Two columns with one type: of numbers the one that holds both exactly, else text."""
    types = old.dtype, new.dtype
    if types[0] == types[1]:
        return old, new
    if all(dtype.is_integer() for dtype in types):
        return old.cast(pl.Int128), new.cast(pl.Int128)
    if all(dtype.is_integer() or dtype.is_decimal() for dtype in types):
        scale = max(dtype.scale for dtype in types if isinstance(dtype, pl.Decimal))
        wide = [column.cast(pl.Decimal(38, scale), strict=False) for column in (old, new)]
        # A number that has no place among 38 digits would be missing.
        if [side.null_count() for side in wide] == [old.null_count(), new.null_count()]:
            return wide[0], wide[1]
    elif all(dtype.is_numeric() for dtype in types):
        return old.cast(pl.Float64), new.cast(pl.Float64)
    return as_text(old), as_text(new)


def as_text(column: pl.Series) -> pl.Series:
    """A column as the texts that cells of its values are."""
    if isinstance(column.dtype, pl.String):
        return column
    texts = [None if value is None else cell_text(value) for value in column]
    return pl.Series(column.name, texts, dtype=pl.String)


class Rows:
    """The rows of a frame as a collection of tuples, of which none is made before it is asked."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __len__(self) -> int:
        return self._frame.height

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._frame.iter_rows()

    def __contains__(self, row: object) -> bool:
        return any(row == other for other in self)
