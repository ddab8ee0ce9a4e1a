"""What was read back from a file, against what was validated."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from mtopendata.ledger.report import CELL_LENGTH
from mtopendata.release.storage import as_read_back, restored
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural


class UnprovenError(MtopendataError):
    """A file that was just written reads as something else: nothing of it is published."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            path.name, what, "nothing was published; report this with the package, please"
        )


def prove(
    path: Path, resource: str, expected: pl.DataFrame, actual: pl.DataFrame, before: int = 0
) -> None:
    """Compare a table, or some rows with so many before them, cell by cell, nulls included. Types
    may differ where the format has not the exact one: then the values are compared as either type,
    so that no rounding hides a difference.

    UnprovenError: another number of rows or columns, or a cell that reads as something else.
    """
    if actual.columns != expected.columns:
        raise UnprovenError(path, f"has other columns than {resource}: {_cut_repr(actual.columns)}")
    if actual.height != expected.height:
        raise UnprovenError(
            path,
            f"has {plural(before + actual.height, 'row')} of {resource} instead of "
            f"{before + expected.height:,}",
        )
    for wanted, got in zip(expected, actual, strict=True):
        # By another name, because Polars takes some names for patterns.
        wanted, got, name = wanted.alias("0"), got.alias("0"), wanted.name
        same = as_read_back(wanted, got.dtype).eq_missing(got)
        # Binary numbers are compared as such: as decimals they would have to be rounded.
        if got.dtype not in (wanted.dtype, pl.Float64):
            same &= restored(got, wanted.dtype).eq_missing(wanted)
        if not same.all():
            row = int((~same).arg_true()[0])
            raise UnprovenError(
                path,
                f"reads {_cut_repr(got[row])} instead of {_cut_repr(wanted[row])} in {resource}, "
                f"row {before + row + 1} of the data, {_cut_repr(name)}",
            )


_PYTHON: dict[type[pl.DataType], type] = {
    pl.Int64: int,
    pl.Float64: float,
    pl.String: str,
    pl.Boolean: bool,
    pl.Date: date,
}


def frame_of(
    path: Path, resource: str, rows: Sequence[Sequence[object]], schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """Rows of a reader's as a table, without any conversion.

    UnprovenError: a value is of another type than its column.
    """
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    series = []
    for (name, dtype), values in zip(schema.items(), columns, strict=True):
        kind = _PYTHON[type(dtype)]
        if set(map(type, values)) - {kind, type(None)}:
            value = next(v for v in values if v is not None and type(v) is not kind)
            raise UnprovenError(
                path,
                f"reads {_cut_repr(value)}, no {kind.__name__}, in {resource}, {_cut_repr(name)}",
            )
        series.append(pl.Series(name, values, dtype))
    return pl.DataFrame(series)


def _cut_repr(value: object) -> str:
    text = repr(value)
    return text if len(text) <= CELL_LENGTH else text[:CELL_LENGTH] + "…"
