"""The columns of two versions of a table side by side: as they are compared, and as they are shown.

Values are compared, not the text that writes them: `1.0` is `1`. A cell that did not parse has no
value, and is compared as it is written; so are the columns of fields whose types differ so that
only the texts can be equal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.package.texts import canonical_pair
from mtopendata.reading.queries import as_text, comparable
from mtopendata.reading.tables import Table

Texts = Callable[[int], pl.Series | None]
"""The column at an index as it is written, without missing values; None: nobody knows."""
Frames = tuple[pl.DataFrame, pl.DataFrame]
Pair = tuple[pl.Series, pl.Series]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Columns of two versions of a table, under the same names on both sides: `compared` has equal
    values where they mean the same, `shown` those that people are told.
    """

    compared: Frames
    shown: Frames


def side_by_side(
    old: Table, new: Table, names: Sequence[str], texts: tuple[Texts, Texts]
) -> SideBySide:
    """The columns of these names, which both have."""
    pairs = [_one_pair(old, new, name, texts) for name in names]
    compared, shown = zip(*pairs, strict=True) if pairs else ((), ())
    return SideBySide(_frames(names, compared), _frames(names, shown))


def _frames(names: Sequence[str], pairs: Sequence[Pair]) -> Frames:
    """To Polars, a field called `*` would mean all of them: hence no selection by names."""
    first, second = (
        pl.DataFrame([pair[side].alias(name) for name, pair in zip(names, pairs, strict=True)])
        for side in (0, 1)
    )
    return first, second


def _one_pair(old: Table, new: Table, name: str, texts: tuple[Texts, Texts]) -> tuple[Pair, Pair]:
    """A column of both versions as it is compared, and as it is shown."""
    here, there = old.frame.get_column(name), new.frame.get_column(name)
    if _are_unlike(old, new, name):
        written = _texts_as_written(old, name, texts[0]), _texts_as_written(new, name, texts[1])
        return written, written
    compared = canonical_pair((old.field(name), new.field(name)), (here, there))
    if not _has_unread(old, name) and not _has_unread(new, name):
        return compared, (here, there)
    one, other = comparable(*compared)
    return (
        (_with_unread(old, name, one), _with_unread(new, name, other)),
        (_with_unread(old, name, here), _with_unread(new, name, there)),
    )


def _are_unlike(old: Table, new: Table, name: str) -> bool:
    """Whether two columns are of types that have no values in common."""
    declared = [item.type if item else None for item in (old.field(name), new.field(name))]
    types = old.frame.schema[name], new.frame.schema[name]
    are_numbers = all(dtype.is_numeric() for dtype in types)
    return declared[0] != declared[1] and types[0] != types[1] and not are_numbers


def _texts_as_written(table: Table, name: str, texts: Texts) -> pl.Series:
    """A column as it is written, or as its values are where nobody knows that."""
    column = table.frame.get_column(name)
    if column.dtype != pl.String:
        written = texts(table.frame.columns.index(name))
        if written is not None and len(written) == len(column):
            return written
    return _with_unread(table, name, column)


def _has_unread(table: Table, name: str) -> bool:
    return len(table.unread.get(name, ())) > 0


def _with_unread(table: Table, name: str, column: pl.Series) -> pl.Series:
    """A column as text, with the text of the cells that did not parse."""
    column = as_text(column)
    if not _has_unread(table, name) or name not in table.cells:
        return column
    return column.clone().scatter(table.unread[name], table.cells[name])
