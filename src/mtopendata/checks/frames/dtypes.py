"""Types of columns that Pandera does not have: numbers of any width and scale.

What a number is does not depend on how many bits or digits its column has room for.
"""

from typing import Any

import polars as pl
from pandera.dtypes import immutable
from pandera.engines import polars_engine


@immutable
class Whole(polars_engine.Int64):  # type: ignore[misc]
    """Whole numbers of any width: Int64, as a package has them, Int128, Int32, UInt8 and so on."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        """Whether a column's type is one of whole numbers."""
        del data_container
        return isinstance(pandera_dtype, pl.DataType) and pandera_dtype.is_integer()

    def __str__(self) -> str:
        return "integer"


@immutable
class Moment(polars_engine.DateTime):  # type: ignore[misc]
    """Moments: local ones, or those of a time zone, of any unit."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        """Whether a column's type is one of moments."""
        del data_container
        found = getattr(pandera_dtype, "type", pandera_dtype)
        return isinstance(found, pl.Datetime) or found is pl.Datetime

    def __str__(self) -> str:
        return "datetime"


@immutable
class Number(polars_engine.Float64):  # type: ignore[misc]
    """Numbers: Decimal of any scale, as a package has them, Float64, Int64 and so on."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        """Whether a column's type is one of numbers."""
        del data_container
        return isinstance(pandera_dtype, pl.DataType) and pandera_dtype.is_numeric()

    def coerce(self, data_container: Any) -> pl.LazyFrame:
        """Numbers stay as they are, so that no Decimal becomes inexact; others become Float64."""
        if self.check(data_container.lazyframe.collect_schema()[data_container.key]):
            same: pl.LazyFrame = data_container.lazyframe
            return same
        coerced: pl.LazyFrame = super().coerce(data_container)
        return coerced

    def __str__(self) -> str:
        return "number"
