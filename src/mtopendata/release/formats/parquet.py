"""A table as Parquet, with exact types and what each field means in the file itself.

It is written and read back some rows at a time, so that no copy of the whole table is made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from mtopendata.package.model import Field, Resource
from mtopendata.reading.options import Progress
from mtopendata.release.formats import Format, Plan
from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError, prove
from mtopendata.values.json_values import exact_json
from mtopendata.values.plurals import plural

USUAL_DECIMALS = 2
"""Decimals that numbers have at least, so that next year's file has this year's type: readers that
put files together may round to the first one's type."""
LONG_DIGITS = 38
SHORT_DIGITS = 18
"""Digits of a decimal that fits 64 bits, which more readers know than the wider form."""


ROW_GROUP = 2**18
"""Rows that are written together."""
READ = 2**16
"""Rows that are read back at a time."""


@dataclass(frozen=True)
class ParquetTable(Plan):
    """A table as Parquet gets it: the rows of the resource, in these types."""

    resource: Resource
    frame: pl.DataFrame
    types: Mapping[str, pl.DataType]

    def parts(self, rows: int) -> Iterator[tuple[int, pl.DataFrame]]:
        """So many rows at a time, at least once, each time with the number of rows before them."""
        for start in range(0, max(1, self.frame.height), rows):
            yield start, self.frame.slice(start, rows)


def plan_parquet(release: Release, name: str) -> ParquetTable:
    """The table of the resource `name`."""
    resource = release.package.resource(name)
    assert resource is not None  # noqa: S101 - a table is a resource's
    frame = release.package[name]
    return ParquetTable(release, (), resource, frame, {s.name: _narrowed(s) for s in frame})


def write_parquet(plan: ParquetTable, path: Path, _: Progress | None) -> None:
    """Write a table. The file's metadata hold the resource's descriptor, and each field's its
    title, description and unit where it has one.
    """
    import pyarrow as pa
    from pyarrow import parquet

    schema = plan.resource.schema
    fields = {item.name: item for item in schema.fields} if schema else {}
    typed = pa.schema(
        [
            pa.field(
                column.name,
                # Nanoseconds are more than the cells have, and more than some readers know.
                pa.time64("us") if pa.types.is_time(column.type) else column.type,
                metadata=_field_metadata(fields.get(column.name)),
            )
            for column in _stored(plan, plan.frame.clear()).to_arrow().schema
        ],
        metadata=_table_metadata(plan.release, plan.resource),
    )
    with parquet.ParquetWriter(path, typed, compression="snappy") as writer:
        for _start, rows in plan.parts(ROW_GROUP):
            writer.write_table(_stored(plan, rows).to_arrow().cast(typed), ROW_GROUP)


def _stored(plan: ParquetTable, rows: pl.DataFrame) -> pl.DataFrame:
    """Some rows in Parquet's types."""
    return pl.DataFrame([series.cast(plan.types[series.name]) for series in rows])


def _narrowed(series: pl.Series) -> pl.DataType:
    """The type of a column: of decimals one of few, and of wide whole numbers a decimal."""
    if series.dtype == pl.Int128:
        return pl.Decimal(LONG_DIGITS, 0)
    return _decimal(series) if isinstance(series.dtype, pl.Decimal) else series.dtype


def _decimal(series: pl.Series) -> pl.DataType:
    """The narrowest of three decimal types that holds the column."""
    scale = series.dtype.scale if isinstance(series.dtype, pl.Decimal) else 0
    usual = max(scale, USUAL_DECIMALS)
    for digits, decimals in ((SHORT_DIGITS, usual), (LONG_DIGITS, usual)):
        if decimals <= digits and _fits_type(series, dtype := pl.Decimal(digits, decimals)):
            return dtype
    return series.dtype


def _fits_type(series: pl.Series, dtype: pl.DataType) -> bool:
    parts = (series.slice(start, ROW_GROUP) for start in range(0, len(series), ROW_GROUP))
    return all(part.cast(dtype, strict=False).null_count() == part.null_count() for part in parts)


def _field_metadata(item: Field | None) -> dict[str, str]:
    """Title, description, unit and codes of a field, where it has them."""
    if item is None:
        return {}
    described = item.descriptor
    texts = {key: described.get(key) for key in ("title", "description", "unit")}
    metadata = {key: text for key, text in texts.items() if isinstance(text, str) and text}
    if categories := described.get("categories"):
        metadata["categories"] = exact_json(categories)
    return metadata | {"type": item.type}


def _table_metadata(release: Release, resource: Resource) -> dict[str, str]:
    """The resource's descriptor, and of the package what tells which release this is."""
    described = release.descriptor
    metadata = {"resource": exact_json(resource.descriptor)}
    for key in ("name", "title", "version", "homepage"):
        if isinstance(text := described.get(key), str) and text:
            metadata[f"package_{key}"] = text
    if isinstance(licences := described.get("licenses"), list):
        metadata["package_licenses"] = exact_json(licences)
    for key in ("title", "description"):
        if isinstance(text := resource.descriptor.get(key), str) and text:
            metadata[key] = text
    return metadata


def prove_parquet(plan: ParquetTable, path: Path, _: Progress | None) -> None:
    """Read the file with another library than wrote it, and compare every cell.

    UnprovenError: a cell or a type reads otherwise than it was validated, or nothing can be read.
    """
    name = plan.resource.name
    stored = pl.scan_parquet(path)
    height = _read_back_table(path, stored.select(pl.len())).item()
    if height != plan.frame.height:
        raise UnprovenError(
            path, f"has {plural(height, 'row')} of {name} instead of {plan.frame.height:,}"
        )
    for start, rows in plan.parts(READ):
        actual = _read_back_table(path, stored.slice(start, rows.height))
        for wanted, got in zip(plan.types.values(), actual, strict=False):
            if got.dtype != wanted:
                raise UnprovenError(path, f"has the type {got.dtype} in {got.name!r} of {name}")
        prove(path, name, rows, actual, start)


def _read_back_table(path: Path, query: pl.LazyFrame) -> pl.DataFrame:
    """What a query has of a file. UnprovenError: it cannot be read."""
    try:
        return query.collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error


def _arrow_failures() -> tuple[type[Exception], ...]:
    from pyarrow import ArrowException

    return (ArrowException,)


FORMAT = Format(
    "parquet",
    ".parquet",
    plan_parquet,
    write_parquet,
    prove_parquet,
    per_table=True,
    failures=_arrow_failures,
    writers=("pyarrow",),
    purpose="one table, for programs",
)
