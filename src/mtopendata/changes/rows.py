"""Two versions of a table, compared by the primary key: rows added, withdrawn and changed.

Values are compared, not the text that writes them: `1.0` is `1`, and the order of rows has no
meaning.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal

import polars as pl

from mtopendata.changes.matching import Match, differing_cells, differing_rows, match_rows
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
    match: Match = attribute(repr=False, compare=False)
    differing: pl.Series = attribute(repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.added or self.withdrawn or self.changed)

    @property
    def counts(self) -> str:
        """How many rows changed in which way, in words."""
        kinds = (("changed", self.changed), ("withdrawn", self.withdrawn), ("added", self.added))
        return ", ".join(f"{count:,} {kind}" for kind, count in kinds if count)


def table_changes(
    old: Table, new: Table, key: Sequence[str], limit: int,
    are_referenced: Callable[[pl.DataFrame], bool] = lambda _: False, *, is_log: bool = False,
) -> TableChanges:  # fmt: skip
    """Compare two tables by the fields that both have; at most `limit` changes a kind are listed.

    The key must hold on both sides. Without a key, whole rows are compared: equal rows belong
    together, and what is left was added or withdrawn. `are_referenced` tells whether other tables
    refer to one of some withdrawn rows. `is_log`: the rows tell of changes elsewhere, and those ask
    for the step.
    """
    fields = [name for name in new.frame.columns if name in old.frame.columns]
    if not fields:
        none = pl.Series([], dtype=pl.UInt32)
        match = Match(none, none, (none, none))
        return TableChanges(
            new.resource.name, (), old.frame.height, new.frame.height, 0, 0, 0, {}, (), Step.NONE,
            match, none,
        )  # fmt: skip
    before, after = (_columns(table.frame, fields) for table in (old, new))
    by = list(key)
    if not key:
        before, after, by = _numbered(before), _numbered(after), [*fields, _COPY]
    match = match_rows(before, after, by)
    values = [name for name in fields if name not in by]
    cells = differing_cells(before, after, match, values)
    changed = differing_rows(cells)
    shown = values if key else fields

    def lone(
        kind: Kind, frame: pl.DataFrame, indexes: pl.Series, place: Callable[[Any], tuple[Any, Any]]
    ) -> Iterator[RowChange]:
        """Rows of one side; `place` puts something onto that side, and None onto the other."""
        for index in indexes.head(limit):
            row = frame.row(index, named=True)
            filled = (CellChange(n, *place(row[n])) for n in shown if row[n] is not None)
            yield RowChange(kind, tuple(row[n] for n in key), tuple(filled), *place(index))

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
        *lone("withdrawn", before, match.withdrawn, lambda value: (value, None)),
        *lone("added", after, match.added, lambda value: (None, value)),
    ]
    return TableChanges(
        new.resource.name, tuple(key), old.frame.height, new.frame.height, len(match.added),
        len(match.withdrawn), len(changed),
        {name: int(differs.sum()) for name, differs in cells.items()}, tuple(rows),
        _step(old.frame, match, len(changed), are_referenced, is_log=is_log), match, changed,
    )  # fmt: skip


def _step(
    old: pl.DataFrame, match: Match, changed: int, are_referenced: Callable[[pl.DataFrame], bool],
    *, is_log: bool,
) -> Step:  # fmt: skip
    if len(match.withdrawn):
        # The recipe speaks of rows only that others refer to. To withdraw any other is less than a
        # broken reference, and more than a corrected value: a minor step.
        return Step.MAJOR if are_referenced(old[match.withdrawn]) else Step.MINOR
    if len(match.added):
        return Step.PATCH if is_log else Step.MINOR
    return Step.PATCH if changed else Step.NONE


_COPY = "copy\0"
"""The column that tells equal rows apart; no field of a CSV file can be called that."""


def _columns(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """These columns. To `select`, a field called `*` would mean all of them."""
    return pl.DataFrame([frame.get_column(name) for name in names])


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with each row numbered among those that equal it."""
    plain = frame.rename({name: f"{index}" for index, name in enumerate(frame.columns)})
    number = plain.select(pl.int_range(pl.len()).over(plain.columns)).to_series()
    return frame.with_columns(number.alias(_COPY))
