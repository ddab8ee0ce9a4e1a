"""Columns that are the sums of others in all rows: what may be a rule."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import polars as pl

_ROWS = 500
"""Rows of a sample in which sums are looked for."""
_COLUMNS = 12
"""Columns of numbers of which all pairs are tried."""
_MOST = 10
"""Sums of a table that are proposed."""
_LEAST = 3
"""Rows that must have numbers other than 0."""


class Sum(NamedTuple):
    """`parts` add up to `total`."""

    parts: tuple[str, ...]
    total: str

    def __str__(self) -> str:
        return f"{' + '.join(self.parts)} = {self.total}"


def possible_sums(values: Mapping[str, pl.Series]) -> list[Sum]:
    """The sums that hold in a sample of rows, of which each says something."""
    numbers = {
        name: column.head(_ROWS)
        for name, column in values.items()
        if isinstance(column.dtype, pl.Int64 | pl.Decimal) and column.null_count() < len(column)
    }
    found: list[Sum] = []
    for one in _tried(list(numbers)):
        is_part_of_known = any({*one.parts, one.total} == {*a.parts, a.total} for a in found)
        if not is_part_of_known and _is_substantial(one, numbers) and holds(one, numbers):
            found.append(one)
            if len(found) == _MOST:
                break
    return found


def _tried(names: Sequence[str]) -> Iterator[Sum]:
    """Each total with all that stands before or behind it in a row, and with every pair."""
    for index, total in enumerate(names):
        for first in range(index - 1):
            yield Sum(tuple(names[first:index]), total)
        for last in range(index + 3, len(names) + 1):
            yield Sum(tuple(names[index + 1 : last]), total)
    few = names[:_COLUMNS]
    for total in few:
        for pair in combinations([name for name in few if name != total], 2):
            yield Sum(pair, total)


def _frame(one: Sum, values: Mapping[str, pl.Series]) -> pl.DataFrame:
    names = (one.total, *one.parts)
    return pl.DataFrame([values[name].alias(str(i)) for i, name in enumerate(names)]).drop_nulls()


def _is_substantial(one: Sum, values: Mapping[str, pl.Series]) -> bool:
    """Whether in some rows each part is more than nothing."""
    frame = _frame(one, values)
    rows = frame.filter(pl.all_horizontal(pl.all() != 0)) if frame.width else frame
    return rows.n_unique() >= _LEAST if rows.height else False


def holds(one: Sum, values: Mapping[str, pl.Series]) -> bool:
    """Whether the parts add up to the total in all rows that have all of them."""
    frame = _frame(one, values)
    parts = pl.sum_horizontal(pl.exclude("0"))
    return bool(frame.select((parts == pl.col("0")).fill_null(value=False).all()).item())
