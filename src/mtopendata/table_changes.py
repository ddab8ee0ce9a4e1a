"""Two versions of a table, compared by the primary key: rows added, withdrawn and changed.

Values are compared, not the text that writes them: `1.0` is `1`, and the order of rows has no
meaning.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal

import polars as pl

from mtopendata.keys import collect
from mtopendata.rounding import cell_text
from mtopendata.tables import Table
from mtopendata.versions import Step

Kind = Literal["added", "withdrawn", "changed"]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell before and after; None is a missing value, or no row."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that one version lacks, or whose cells differ. `key` has a value for each field of the
    primary key, and none where the table has no key. `cells` are those that differ; of a row that
    was added or withdrawn, all that hold something. `old` and `new` are its indexes.
    """

    kind: Kind
    key: tuple[Any, ...]
    cells: tuple[CellChange, ...]
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """Which rows belong together: indexes of the rows that only one side has, and of those that
    both have, in two columns of one length; None for the latter: the same index on both sides.
    """

    withdrawn: pl.Series
    added: pl.Series
    both: tuple[pl.Series, pl.Series] | None

    def common(self, old: pl.Series, new: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Two columns, one of each side, with the rows that both sides have."""
        if self.both is None:
            return old, new
        return old.gather(self.both[0]), new.gather(self.both[1])

    def indexes(self, row: int) -> tuple[int, int]:
        """The indexes of a common row on both sides."""
        return (row, row) if self.both is None else (self.both[0][row], self.both[1][row])


@dataclass(frozen=True, slots=True)
class TableChanges:
    """What changed in a table. `cells` counts the changed cells by field; `rows` lists the first
    changes of each kind. `step` is what the version recipe asks for. `match` and
    `differing` tell all: which rows belong together, and which of the common ones differ.
    """

    resource: str
    key: tuple[str, ...]
    before: int
    after: int
    added: int
    withdrawn: int
    changed: int
    cells: Mapping[str, int]
    rows: tuple[RowChange, ...]
    step: Step
    match: Match = attribute(repr=False, compare=False)
    differing: pl.Series = attribute(repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.added or self.withdrawn or self.changed)


def match_rows(old: pl.DataFrame, new: pl.DataFrame, key: Sequence[str]) -> Match:
    """Which rows of two frames have the same key. No key may stand twice on one side."""
    none = pl.Series([], dtype=pl.UInt32)
    pairs = [comparable(old.get_column(name), new.get_column(name)) for name in key]
    if old.height == new.height and all(here.equals(there) for here, there in pairs):
        return Match(none, none, None)
    names = [f"key{index}" for index in range(len(key))]
    sides = (
        pl.LazyFrame([pair[side].alias(name) for pair, name in zip(pairs, names, strict=True)])
        for side in (0, 1)
    )
    before, after = (side.with_row_index(name) for side, name in zip(sides, _SIDES, strict=True))
    joined = collect(
        before.join(after, on=names, how="full", nulls_equal=True).select(_SIDES),
        old.height + new.height,
    )
    both = joined.drop_nulls().sort("new")
    withdrawn = joined.filter(pl.col("new").is_null()).get_column("old").sort()
    added = joined.filter(pl.col("old").is_null()).get_column("new").sort()
    return Match(withdrawn, added, (both.get_column("old"), both.get_column("new")))


_SIDES = ("old", "new")


def differing_cells(
    old: pl.DataFrame, new: pl.DataFrame, match: Match, fields: Sequence[str]
) -> dict[str, pl.Series]:
    """For each field with a difference, whether each of the common rows differs in it."""
    found = {}
    for name in fields:
        here, there = match.common(old.get_column(name), new.get_column(name))
        differs = pl.Series.ne_missing(*comparable(here, there))
        if differs.any():
            found[name] = differs
    return found


def differing_rows(cells: Mapping[str, pl.Series]) -> pl.Series:
    """The common rows with a difference, by their numbers among the common rows."""
    if not cells:
        return pl.Series([], dtype=pl.UInt32)
    return pl.DataFrame(list(cells.values())).select(
        pl.any_horizontal(pl.all()).arg_true()
    ).to_series()  # fmt: skip


def table_changes(
    old: Table,
    new: Table,
    key: Sequence[str],
    limit: int,
    *,
    is_referenced: bool = False,
    is_log: bool = False,
) -> TableChanges:
    """Compare two tables by the fields that both have; at most `limit` changes a kind are listed.

    The key must hold on both sides. Without a key, whole rows are compared: equal rows belong
    together, and what is left was added or withdrawn. `is_referenced`: another table refers to this
    one, so that a row that is gone takes the meaning from theirs. `is_log`: its rows tell of
    changes elsewhere, and those ask for the step.
    """
    fields = [name for name in new.frame.columns if name in old.frame.columns]
    before, after = (table.frame.select(fields) for table in (old, new))
    by = list(key)
    if not key:
        before, after, by = *_numbered(before, after), [*fields, _COPY]
    match = match_rows(before, after, by)
    values = [name for name in fields if name not in by]
    cells = differing_cells(before, after, match, values)
    changed = differing_rows(cells)

    shown = values if key else fields

    def lone(kind: Kind, frame: pl.DataFrame, indexes: pl.Series) -> Iterator[RowChange]:
        for index in indexes.head(limit):
            row = frame.row(index, named=True)
            there = {name: row[name] for name in shown if row[name] is not None}
            if kind == "added":
                filled = [CellChange(name, None, value) for name, value in there.items()]
                yield RowChange(kind, tuple(row[n] for n in key), tuple(filled), None, index)
            else:
                filled = [CellChange(name, value, None) for name, value in there.items()]
                yield RowChange(kind, tuple(row[n] for n in key), tuple(filled), index, None)

    def common() -> Iterator[RowChange]:
        for number in changed.head(limit):
            here, there = match.indexes(number)
            one, other = before.row(here, named=True), after.row(there, named=True)
            differing = [
                CellChange(name, one[name], other[name])
                for name, differs in cells.items()
                if differs[number]
            ]
            yield RowChange("changed", tuple(other[n] for n in key), tuple(differing), here, there)

    rows = [
        *common(),
        *lone("withdrawn", before, match.withdrawn),
        *lone("added", after, match.added),
    ]

    return TableChanges(
        new.resource.name, tuple(key), old.frame.height, new.frame.height, len(match.added),
        len(match.withdrawn), len(changed),
        {name: int(differs.sum()) for name, differs in cells.items()}, tuple(rows),
        _step(match, len(changed), is_referenced=is_referenced, is_log=is_log), match, changed,
    )  # fmt: skip


def _step(match: Match, changed: int, *, is_referenced: bool, is_log: bool) -> Step:
    if len(match.withdrawn):
        # The recipe speaks of rows only that others refer to. To withdraw any other is less than a
        # broken reference, and more than a corrected value: a minor step.
        return Step.MAJOR if is_referenced else Step.MINOR
    if len(match.added):
        return Step.PATCH if is_log else Step.MINOR
    return Step.PATCH if changed else Step.NONE


_COPY = "copy\0"
"""The column that tells equal rows apart; no field of a CSV file can be called that."""


def _numbered(*frames: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The frames with each row numbered among those that equal it."""
    for frame in frames:
        yield frame.with_columns(pl.int_range(pl.len()).over(frame.columns).alias(_COPY))


def comparable(old: pl.Series, new: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Two columns with one type: of numbers the one that holds both exactly, else text."""
    types = old.dtype, new.dtype
    if types[0] == types[1]:
        return old, new
    if all(dtype.is_integer() for dtype in types):
        return old.cast(pl.Int128), new.cast(pl.Int128)
    if all(dtype.is_integer() or dtype.is_decimal() for dtype in types):
        scale = max(dtype.scale for dtype in types if isinstance(dtype, pl.Decimal))
        wide = [column.cast(pl.Decimal(38, scale), strict=False) for column in (old, new)]
        if all(a.null_count() == b.null_count() for a, b in zip(wide, (old, new), strict=True)):
            return wide[0], wide[1]
    return _as_text(old), _as_text(new)


def _as_text(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.String):
        return column
    texts = [None if value is None else cell_text(value) for value in column]
    return pl.Series(texts, dtype=pl.String)
