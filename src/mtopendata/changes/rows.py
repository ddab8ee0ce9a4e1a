"""Two versions of a table, compared by the primary key: rows added, withdrawn and changed.

The order of rows has no meaning.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal

import polars as pl

from mtopendata.changes.matching import (
    NO_COMMON_ROWS,
    RowMatch,
    differing_cells,
    differing_rows,
    match_rows,
)
from mtopendata.changes.side_by_side import Frames, Texts, side_by_side
from mtopendata.reading.tables import Table
from mtopendata.values.versions import Step

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
    match: RowMatch = attribute(repr=False, compare=False)
    differing: pl.Series = attribute(repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.added or self.withdrawn or self.changed)

    @property
    def counts(self) -> str:
        """How many rows changed in which way, in words."""
        kinds = (("changed", self.changed), ("withdrawn", self.withdrawn), ("added", self.added))
        return ", ".join(f"{count:,} {kind}" for kind, count in kinds if count)


def changes_of(tables: Iterable[TableChanges], resource: str) -> TableChanges | None:
    """What changed in the resource's table; None: it was not compared."""
    return next((item for item in tables if item.resource == resource), None)


def _unknown(_: int) -> None:
    """No column's texts."""


def table_changes(
    old: Table,
    new: Table,
    key: Sequence[str],
    limit: int,
    are_referenced: Callable[[pl.DataFrame], bool] = lambda _: False,
    *,
    is_log: bool = False,
    has_faults: bool = False,
    texts: tuple[Texts, Texts] = (_unknown, _unknown),
) -> TableChanges:
    """Compare two tables by the fields that both have; at most `limit` changes a kind are listed.

    Without a key, or where one of it stands twice, whole rows are compared: equal rows belong
    together, and what is left was added or withdrawn. `are_referenced` tells whether other tables
    refer to one of some withdrawn rows. `is_log`: the rows tell of changes elsewhere, and those ask
    for the step. `has_faults`: a key may stand twice on a side. `texts` tell how a column of either
    is written.
    """
    fields = [name for name in new.frame.columns if name in old.frame.columns]
    columns = side_by_side(old, new, fields, texts)
    before, after = columns.shown
    same = columns.compared
    key = tuple(key) if fields and not (has_faults and _has_twins(same, key)) else ()
    values = [name for name in fields if name not in key]
    match = _match_by(*same, key)
    cells = differing_cells(*same, match, values) if key else {}
    changed = differing_rows(cells)
    rows = [
        *(_changed_row(before, after, match, cells, key, n) for n in changed.head(limit)),
        *(_withdrawn_row(before, index, key, values) for index in match.withdrawn.head(limit)),
        *(_added_row(after, index, key, values) for index in match.added.head(limit)),
    ]
    return TableChanges(
        resource=new.resource.name,
        key=key,
        before=old.height,
        after=new.height,
        added=len(match.added),
        withdrawn=len(match.withdrawn),
        changed=len(changed),
        cells={name: int(differs.sum()) for name, differs in cells.items()},
        rows=tuple(rows),
        step=_step(old.frame, match, len(changed), are_referenced, is_log=is_log),
        match=match,
        differing=changed,
    )


def _has_twins(sides: Frames, key: Sequence[str]) -> bool:
    """Whether a key stands twice on a side, be it a whole one or not."""
    for frame in sides:
        keys = pl.DataFrame([frame.get_column(n).alias(f"{i}") for i, n in enumerate(key)])
        if keys.is_duplicated().any():
            return True
    return False


def _match_by(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> RowMatch:
    """Which rows have the same key; where there is no key, which are equal."""
    if not before.columns:
        return NO_COMMON_ROWS
    if key:
        return match_rows(before, after, key)
    return match_rows(_numbered(before), _numbered(after), [*before.columns, _COPY])


def _changed_row(
    before: pl.DataFrame,
    after: pl.DataFrame,
    match: RowMatch,
    cells: Mapping[str, pl.Series],
    key: Sequence[str],
    number: int,
) -> RowChange:
    here, there = match.indexes(number)
    was, now = before.row(here, named=True), after.row(there, named=True)
    names = [name for name, differs in cells.items() if differs[number]]
    differing = tuple(CellChange(name, was[name], now[name]) for name in names)
    return RowChange("changed", tuple(now[name] for name in key), differing, here, there)


def _withdrawn_row(
    frame: pl.DataFrame, index: int, key: Sequence[str], fields: Sequence[str]
) -> RowChange:
    row = frame.row(index, named=True)
    cells = tuple(CellChange(n, row[n], None) for n in fields if row[n] is not None)
    return RowChange("withdrawn", tuple(row[name] for name in key), cells, index, None)


def _added_row(
    frame: pl.DataFrame, index: int, key: Sequence[str], fields: Sequence[str]
) -> RowChange:
    row = frame.row(index, named=True)
    cells = tuple(CellChange(n, None, row[n]) for n in fields if row[n] is not None)
    return RowChange("added", tuple(row[name] for name in key), cells, None, index)


def _step(
    old: pl.DataFrame,
    match: RowMatch,
    changed: int,
    are_referenced: Callable[[pl.DataFrame], bool],
    *,
    is_log: bool,
) -> Step:
    if len(match.withdrawn):
        # The recipe speaks of rows only that others refer to. To withdraw any other is less than a
        # broken reference, and more than a corrected value: a minor step.
        return Step.MAJOR if are_referenced(old[match.withdrawn]) else Step.MINOR
    if len(match.added):
        return Step.PATCH if is_log else Step.MINOR
    return Step.PATCH if changed else Step.NONE


_COPY = "copy\0"
"""The column that tells equal rows apart; no field of a CSV file can be called that."""


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with each row numbered among those that equal it."""
    plain = frame.rename({name: f"{index}" for index, name in enumerate(frame.columns)})
    number = plain.select(pl.int_range(pl.len()).over(plain.columns)).to_series()
    return frame.with_columns(number.alias(_COPY))
