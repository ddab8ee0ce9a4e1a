"""What was read back from a file, against what was validated."""

from pathlib import Path

import polars as pl

from mtopendata.errors import MtopendataError
from mtopendata.formats.storage import restored, stored_as
from mtopendata.report import CELL_LENGTH


class UnprovenError(MtopendataError):
    """A file that was just written reads as something else: nothing of it is published."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            path.name, what, "nothing was published; report this with the package, please"
        )


def prove(path: Path, resource: str, expected: pl.DataFrame, actual: pl.DataFrame) -> None:
    """Compare a table cell by cell, nulls included. Types may differ where the format has not the
    exact one: then the values are compared as either type, so that no rounding hides a difference.

    UnprovenError: another number of rows or columns, or a cell that reads as something else.
    """
    if actual.columns != expected.columns:
        raise UnprovenError(path, f"has other columns than {resource}: {_cut(actual.columns)}")
    if actual.height != expected.height:
        raise UnprovenError(
            path, f"has {actual.height:,} rows of {resource} instead of {expected.height:,}"
        )
    for wanted, got in zip(expected, actual, strict=True):
        # By another name, because Polars takes some names for patterns.
        wanted, got, name = wanted.alias("0"), got.alias("0"), wanted.name
        same = restored(got, wanted.dtype).eq_missing(wanted)
        if got.dtype != wanted.dtype:
            same &= stored_as(wanted, got.dtype).eq_missing(got)
        if not same.all():
            row = int((~same).arg_true()[0])
            raise UnprovenError(
                path,
                f"reads {_cut(got[row])} instead of {_cut(wanted[row])} in {resource}, row "
                f"{row + 1} of the data, {_cut(name)}",
            )


def _cut(value: object) -> str:
    text = repr(value)
    return text if len(text) <= CELL_LENGTH else text[:CELL_LENGTH] + "…"
