"""Files of Parquet, by Polars."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from mtopendata.package.model import Field, Resource
from mtopendata.reading.cells import Column
from mtopendata.reading.faults import Fault, Faults, TooLargeError, UnreadableError
from mtopendata.reading.options import Options

_CELL = 8
"""Bytes that a cell is reckoned to have."""


def expanded(rows: pl.DataFrame) -> int:
    """The bytes that rows take of memory."""
    return int(rows.estimated_size())


class ParquetFile:
    """A file of Parquet, whose columns have one type each."""

    def __init__(self, file: Path, _: Resource, options: Options) -> None:
        self._rows = pl.scan_parquet(file, glob=False, hive_partitioning=False)
        self._max_bytes = options.max_bytes
        with _cannot_be_read():
            self._schema = self._rows.collect_schema()
            self.height = int(self._rows.select(pl.len()).collect().item())
        self.labels = self._schema.names()

    def faults(self, columns: Sequence[Column]) -> Iterator[Fault]:
        """Columns whose type is not that of their field."""
        for column, dtype in zip(columns, self._schema.dtypes(), strict=False):
            item = column.field
            if dtype != pl.Null and not _FITS[item.type](dtype):
                message = f"the column holds {dtype}, where the schema has {item.type}"
                hint = f"write the column as {item.type}, or correct the schema"
                yield Fault("stored-type", message, hint, field=item.name)

    def block_height(self, size: int) -> int:
        """The rows of a block of about so many bytes."""
        return max(1, size // (_CELL * max(1, len(self.labels))))

    def blocks(self, size: int, rows: range | None = None) -> Iterator[pl.DataFrame]:
        """The rows, or these of them. What they take of memory counts as what the file expands
        to. TooLargeError: that is more than is allowed.
        """
        height = self.block_height(size)
        left = self._max_bytes
        rows = range(self.height) if rows is None else rows
        for start in rows[::height]:
            with _cannot_be_read():
                block = self._rows.slice(start, min(height, rows.stop - start)).collect()
            left -= expanded(block)
            if left < 0:
                raise TooLargeError(self._max_bytes)
            yield block

    def texts(
        self, rows: pl.DataFrame, columns: Sequence[Column], line: int, faults: Faults
    ) -> list[pl.Series]:
        """A part of the rows as columns of text."""
        del line, faults  # a column has one type, which is judged as a whole
        pairs = zip(rows, columns, strict=True)
        with _cannot_be_read():  # such as a date in a year that no calendar has
            return [_texts_of_column(series, column.field) for series, column in pairs]


_POLARS = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


@contextmanager
def _cannot_be_read() -> Iterator[None]:
    try:
        yield
    except (*_POLARS, OSError, OverflowError, ValueError) as error:
        message = f"it is no Parquet that can be read ({str(error).partition(chr(10))[0]})"
        raise UnreadableError(message, "write it again, or store the table as CSV") from error


def _holds_text(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.String | pl.Categorical | pl.Enum)


def _is(*types: type[pl.DataType]) -> Callable[[pl.DataType], bool]:
    """Of one of these types, or text in the field's format."""
    return lambda dtype: isinstance(dtype, types) or _holds_text(dtype)


def _is_whole(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or (isinstance(dtype, pl.Decimal) and dtype.scale == 0)


_FITS: dict[str, Callable[[pl.DataType], bool]] = {
    "string": _holds_text,
    "integer": _is_whole,
    "number": lambda dtype: dtype.is_numeric(),
    "boolean": lambda dtype: isinstance(dtype, pl.Boolean),
    "year": lambda dtype: dtype.is_integer() or _holds_text(dtype),
    "date": _is(pl.Date),
    "time": _is(pl.Time),
    "datetime": _is(pl.Datetime),
    "duration": _is(pl.Duration),
    "yearmonth": _is(),
    "list": _is(pl.List, pl.Array),
    "array": _is(pl.List, pl.Array),
    "object": _is(pl.Struct),
    "geopoint": _is(pl.List, pl.Array, pl.Struct),
    "geojson": _is(pl.Struct),
    "any": lambda dtype: not isinstance(dtype, pl.Binary),
}
"""Whether a column of a type of Polars can be a field of a type of Table Schema. Text is no number
and no truth value, for which Parquet has types; the others may be text in the field's format.
"""


_WORDS = ("true", "false")


def _texts_of_column(values: pl.Series, item: Field) -> pl.Series:
    """The values of a column as the cells of a CSV would be."""
    dtype = values.dtype
    if isinstance(dtype, pl.Boolean):
        yes, no = ((item.descriptor.get(f"{word}Values") or [word])[0] for word in _WORDS)
        text = pl.when(values).then(pl.lit(yes)).when(~values).then(pl.lit(no))
        return pl.select(text).to_series()
    if dtype.is_numeric():
        return _number_texts(values, item)
    if dtype.is_temporal():
        return _time_texts(values, item)
    if isinstance(dtype, pl.Binary):
        return pl.Series([None if one is None else f"<{len(one)} bytes>" for one in values])
    if isinstance(dtype, pl.List) and item.type == "list" and not dtype.inner.is_nested():
        joined = values.list.eval(pl.element().cast(pl.String))
        return joined.list.join(item.descriptor.get("delimiter", ","))
    if dtype.is_nested():
        cells = [None if one is None else json.dumps(one, default=str) for one in values.to_list()]
        return pl.Series(cells, dtype=pl.String)
    return values.cast(pl.String)


def _number_texts(values: pl.Series, item: Field) -> pl.Series:
    texts = values.cast(pl.String)
    if item.type == "year":  # which has at least four digits
        sign, digits = texts.str.extract("^(-?)"), texts.str.strip_prefix("-").str.zfill(4)
        return sign + digits
    if item.type == "integer":  # that it was stored as another number is told once
        return texts.str.replace(r"\.0$", "")
    point = item.descriptor.get("decimalChar", ".") if item.type == "number" else "."
    return texts.str.replace(".", point, literal=True)


def _time_texts(values: pl.Series, item: Field) -> pl.Series:
    """Dates, times and durations: in the field's own format, or as ISO 8601 has them."""
    if item.format not in ("default", "any"):
        try:
            return values.dt.to_string(item.format)
        except _POLARS:
            pass  # a format that is none, as the descriptor's faults say
    match values.dtype:
        case pl.Time():
            return values.dt.to_string("%H:%M:%S%.f")
        case pl.Datetime(time_zone=None):
            return values.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
        case pl.Datetime():
            return values.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ")
    return values.dt.to_string("iso")
