"""The first rows of a table, of which the likely keys are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

_HASHED = (pl.Int64, pl.String, pl.Date, pl.Datetime)
"""What the values of a key are: of these, equal ones have equal hashes in all blocks."""
_LONGEST = 80
"""Characters of the longest text in a key."""
_AMOUNT = r"^[<>~±+-]?\d[\d.,' ]*(?:\s[^\W\d]{1,4}|\s?[%°€$£])$"
"""A number with its unit."""


def hashes_of(values: Sequence[pl.Series]) -> list[pl.Series] | None:
    """A hash for each row; None where two are the same or something is missing."""
    if any(not isinstance(part.dtype, _HASHED) or part.null_count() for part in values):
        return None
    frame = pl.DataFrame([part.alias(str(index)) for index, part in enumerate(values)])
    found = frame.hash_rows()
    return [found] if found.n_unique() == len(found) else None


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of columns in some rows."""

    values: Mapping[str, pl.Series]

    def is_key(self, names: tuple[str, ...]) -> bool:
        """Whether no two rows are the same in these columns, and none has a gap there."""
        return hashes_of([self.values[name] for name in names]) is not None

    def share_of_pairs(self, one: str, other: str) -> float:
        """Of all pairs of two columns' values, the share that is there, if none is there twice."""
        values = self.values[one], self.values[other]
        return len(values[0]) / max(1, values[0].n_unique() * values[1].n_unique())

    def counts_up(self, name: str) -> bool:
        """Whether whole numbers go up or down by the same step from row to row."""
        steps = self.values[name].diff().drop_nulls()
        return steps.n_unique() == 1 and steps[0] != 0

    def is_of_short_texts(self, name: str) -> bool:
        """Whether the texts of a column could be names, and are no amounts with a unit."""
        texts = self.values[name].drop_nulls().alias("0")
        if not isinstance(texts.dtype, pl.String) or texts.is_empty():
            return False
        is_long = bool((texts.str.len_chars() > _LONGEST).any())
        return not is_long and 2 * int(texts.str.contains(_AMOUNT).sum()) < len(texts)
