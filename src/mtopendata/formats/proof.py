"""What was read back from a file, against what was validated."""

from pathlib import Path

import polars as pl

from mtopendata.errors import MtopendataError
from mtopendata.formats.storage import restored


class UnprovenError(MtopendataError):
    """A file that was just written reads as something else: nothing of it is published."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            path.name, what, "nothing was published; report this with the package, please"
        )


def prove(path: Path, resource: str, expected: pl.DataFrame, actual: pl.DataFrame) -> None:
    """Compare a table cell by cell, nulls included. Types may differ where the format has not the
    exact one: then the values are compared as the exact type.

    UnprovenError: another number of rows or columns, or a cell that reads as something else.
    """
    if actual.columns != expected.columns:
        raise UnprovenError(path, f"has other columns than {resource}: {actual.columns}")
    if actual.height != expected.height:
        raise UnprovenError(
            path, f"has {actual.height:,} rows of {resource} instead of {expected.height:,}"
        )
    for wanted, got in zip(expected, actual, strict=True):
        back = restored(got, wanted.dtype)
        same = back.eq_missing(wanted)
        if not same.all():
            row = int((~same).arg_true()[0])
            raise UnprovenError(
                path,
                f"reads {got[row]!r} instead of {wanted[row]!r} in {resource}, row {row + 1} of "
                f"the data, {wanted.name!r}",
            )
