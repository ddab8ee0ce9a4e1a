"""A table as Parquet, with exact types and what each field means in the file itself."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from mtopendata.package.model import Field, Resource
from mtopendata.reading.options import Progress
from mtopendata.release.formats import Format, Plan
from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError, prove
from mtopendata.values.json_values import exact_json

USUAL_DECIMALS = 2
"""Decimals that numbers have at least, so that next year's file has this year's type: readers that
put files together may round to the first one's type."""
LONG_DIGITS = 38
SHORT_DIGITS = 18
"""Digits of a decimal that fits 64 bits, which more readers know than the wider form."""


@dataclass(frozen=True)
class ParquetTable(Plan):
    """A table as Parquet gets it: `stored` has the rows of the resource in Parquet's types."""

    resource: Resource
    stored: pl.DataFrame


def plan_parquet(release: Release, name: str) -> ParquetTable:
    """The table of the resource `name`."""
    resource = release.package.resource(name)
    assert resource is not None  # noqa: S101 - a table is a resource's
    return ParquetTable(release, (), resource, _narrowed(release.package[name]))


def write_parquet(plan: ParquetTable, path: Path, _: Progress | None) -> None:
    """Write a table. The file's metadata hold the resource's descriptor, and each field's its
    title, description and unit where it has one.
    """
    import pyarrow as pa
    from pyarrow import parquet

    schema, data = plan.resource.schema, plan.stored.to_arrow()
    fields = {item.name: item for item in schema.fields} if schema else {}
    typed = pa.schema(
        [
            pa.field(
                column.name,
                # Nanoseconds are more than the cells have, and more than some readers know.
                pa.time64("us") if pa.types.is_time(column.type) else column.type,
                metadata=_field_metadata(fields.get(column.name)),
            )
            for column in data.schema
        ],
        metadata=_table_metadata(plan.release, plan.resource),
    )
    parquet.write_table(data.cast(typed), path, compression="snappy")


def _narrowed(frame: pl.DataFrame) -> pl.DataFrame:
    """Decimals in one of few types, and wide whole numbers as decimals."""
    columns = []
    for series in frame:
        if series.dtype == pl.Int128:
            series = series.cast(pl.Decimal(LONG_DIGITS, 0))
        elif isinstance(series.dtype, pl.Decimal):
            series = _decimal(series)
        columns.append(series)
    return pl.DataFrame(columns)


def _decimal(series: pl.Series) -> pl.Series:
    """The narrowest of three decimal types that holds the column."""
    scale = series.dtype.scale if isinstance(series.dtype, pl.Decimal) else 0
    usual = max(scale, USUAL_DECIMALS)
    for digits, decimals in ((SHORT_DIGITS, usual), (LONG_DIGITS, usual)):
        if decimals <= digits:
            fitting = series.cast(pl.Decimal(digits, decimals), strict=False)
            if fitting.null_count() == series.null_count():
                return fitting
    return series


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
    try:
        # A row more than there should be tells as much as all of them.
        actual = pl.read_parquet(path, use_pyarrow=False, n_rows=plan.stored.height + 1)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error
    for wanted, got in zip(plan.stored, actual, strict=False):
        if got.dtype != wanted.dtype:
            raise UnprovenError(path, f"has the type {got.dtype} in {got.name!r} of {name}")
    prove(path, name, plan.release.package[name], actual)


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
