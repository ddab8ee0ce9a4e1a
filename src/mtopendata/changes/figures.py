"""Figures that changed, in the words of their labels: how much, why, and whether it is more than
rounding explains.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

from mtopendata.changes.as_written import Side
from mtopendata.changes.rows import Kind, RowChange, TableChanges, changes_of
from mtopendata.checks.sound_rows import wrong_rows
from mtopendata.figures.printed_numbers import EXACT
from mtopendata.figures.revisions import reasons
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES
from mtopendata.reading.label_joins import LABELS
from mtopendata.reading.labels import labelled, with_labels
from mtopendata.reading.packages import ReadPackage
from mtopendata.reading.tables import Table


@dataclass(frozen=True, slots=True)
class FigureState:
    """A figure's cells in one version. None: the source leaves it out, or sets no such bound."""

    value: Decimal | None
    qualifier: str | None
    lower: Decimal | None
    upper: Decimal | None
    unit: str | None
    printed: str | None


@dataclass(frozen=True, slots=True)
class Movement:
    """What lies between two states of a figure. `difference`, `percent` and `beyond_rounding` are
    as in a FigureChange; `wrong` names a side with errors.
    """

    before: FigureState | None
    after: FigureState | None
    difference: Decimal | None
    percent: Decimal | None
    beyond_rounding: bool | None
    wrong: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure before and after; None: it is not in that version.

    `key` has the fields of the primary key, `labels` what they stand for, where that is said.
    `difference` is after less before, in the figure's unit, and `percent` the same in hundredths of
    before, to six places; None where one of them has no value, or before is 0. `beyond_rounding`
    tells whether no number lies within the bounds of both; None where that cannot be told, because
    the value is the same, the printed text sets no bounds, or a row has errors of its own. Then
    `wrong` names its side. `reason` and `note` are those of its revision.
    """

    kind: Kind
    row: RowChange
    key: Mapping[str, Any]
    labels: Mapping[str, str]
    before: FigureState | None
    after: FigureState | None
    difference: Decimal | None
    percent: Decimal | None
    beyond_rounding: bool | None
    reason: str | None
    note: str | None
    wrong: tuple[Side, ...] = ()


def figure_changes(
    old: ReadPackage, new: ReadPackage, tables: Sequence[TableChanges]
) -> list[FigureChange]:
    """The listed changes of the table of figures, row by row; none where it is no such table or has
    no key.
    """
    changes = changes_of(tables, FIGURES)
    before, after = old.tables.get(FIGURES), new.tables.get(FIGURES)
    if changes is None or not changes.key or before is None or after is None:
        return []
    if not FIGURE_COLUMNS.is_met(before) or not FIGURE_COLUMNS.is_met(after):
        return []
    labels = _labels_of_codes(old, new, changes)
    kept = [row.key for row in changes.rows if row.kind != "added"]
    wrong = (
        wrong_rows(before, [row.old for row in changes.rows if row.old is not None], old.tables),
        wrong_rows(after, [row.new for row in changes.rows if row.new is not None], new.tables),
    )
    why = reasons(new.tables, old.version, kept)
    return [
        _figure_change(
            row,
            dict(zip(changes.key, row.key, strict=True)),
            labels.get(row.key, {}),
            _figure_state(before, row.old),
            _figure_state(after, row.new),
            why.get(row.key, (None, None)),
            _wrong_sides(row, *wrong),
        )
        for row in changes.rows
    ]


def _wrong_sides(row: RowChange, old: Collection[int], new: Collection[int]) -> tuple[Side, ...]:
    """The sides of a change whose rows are among those with errors."""
    found: list[Side] = ["old"] if row.old in old else []
    return (*found, "new") if row.new in new else tuple(found)


Labels = dict[tuple[Any, ...], dict[str, str]]
"""What codes stand for, by the key of their row and the field that has the code."""


def _labels_of_codes(old: ReadPackage, new: ReadPackage, changes: TableChanges) -> Labels:
    """What the codes in the keys of the listed rows stand for: as they do now, where they do."""
    here = {row.old: row.key for row in changes.rows if row.old is not None and row.new is None}
    there = {row.new: row.key for row in changes.rows if row.new is not None}
    return {**_side_labels(new, changes.key, there), **_side_labels(old, changes.key, here)}


def _side_labels(
    read: ReadPackage, key: Sequence[str], rows: Mapping[int, tuple[Any, ...]]
) -> Labels:
    """What the codes of some of one version's figures stand for. `rows` has keys by index."""
    frames = {name: table.frame for name, table in read.tables.items()}
    frames[FIGURES] = frames[FIGURES][list(rows)]
    package = replace(read.package, tables=frames)
    resource = package.resource(FIGURES)
    plan = labelled(package, resource) if resource and rows else None
    if plan is None:
        return {}
    wide = with_labels(package, plan)
    names = {f"{name}_{kind}": name for name in key for kind in LABELS}
    columns = {
        name: wide.get_column(label) for label, name in names.items() if label in wide.columns
    }
    return {
        row: {name: column[index] for name, column in columns.items() if column[index]}
        for index, row in enumerate(rows.values())
    }


def _figure_state(figures: Table, index: int | None) -> FigureState | None:
    return None if index is None else figure_state(figures.frame.row(index, named=True))


def figure_state(row: Mapping[str, Any]) -> FigureState:
    """The state that a row of figures has."""
    return FigureState(
        value=_exact_decimal(row["value"]),
        qualifier=row["qualifier"],
        lower=_exact_decimal(row["lower"]),
        upper=_exact_decimal(row["upper"]),
        unit=row.get("unit"),
        printed=row.get("printed"),
    )


def _exact_decimal(number: Any) -> Decimal | None:
    return None if number is None else Decimal(number)


def _figure_change(
    row: RowChange,
    key: Mapping[str, Any],
    labels: Mapping[str, str],
    before: FigureState | None,
    after: FigureState | None,
    why: tuple[str | None, str | None],
    wrong: tuple[Side, ...],
) -> FigureChange:
    found = difference_between(before, after, wrong)
    return FigureChange(
        row.kind, row, key, labels, before, after,
        found.difference, found.percent, found.beyond_rounding, *why, wrong,
    )  # fmt: skip


def difference_between(
    before: FigureState | None, after: FigureState | None, wrong: tuple[Side, ...] = ()
) -> Movement:
    """How far a value has moved, and whether that is more than rounding explains."""
    difference = percent = beyond = None
    if before and after and before.value is not None and after.value is not None:
        with localcontext(EXACT):
            difference = after.value - before.value
            if before.value:
                share = 100 * difference / abs(before.value)
                percent = share.quantize(Decimal("0.000001")).normalize()
        beyond = are_apart(before, after) if difference and not wrong else None
    return Movement(before, after, difference, percent, beyond, wrong)


def are_apart(before: FigureState, after: FigureState) -> bool | None:
    """Whether no number lies within the bounds of both; None where one has no bounds at all."""
    if any(state.lower is None and state.upper is None for state in (before, after)):
        return None
    return _is_above(before, after) or _is_above(after, before)


def _is_above(one: FigureState, other: FigureState) -> bool:
    return one.lower is not None and other.upper is not None and one.lower > other.upper
