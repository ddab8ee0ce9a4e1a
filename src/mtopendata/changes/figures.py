"""Figures that changed, in the words of their labels: how much, why, and whether it is more than
rounding explains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from mtopendata.changes.rows import Kind, RowChange, TableChanges
from mtopendata.figures.printed import EXACT
from mtopendata.figures.revisions import reasons
from mtopendata.figures.tables import FIGURE_COLUMNS
from mtopendata.package.model import Package
from mtopendata.reading.labels import LABELS, labelled, with_labels
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
class FigureChange:
    """A figure before and after; None: it is not in that version.

    `key` has the fields of the primary key, `labels` what they stand for, where that is said.
    `difference` is after less before, in the figure's unit, and `percent` the same in hundredths of
    before, to six places; None where one of them has no value, or before is 0. `beyond_rounding`
    tells whether no number lies within the bounds of both; None where that cannot be told, because
    the value is the same or the printed text sets no bounds. `reason` and `note` are those of its
    revision.
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


def figure_changes(
    old: ReadPackage, new: ReadPackage, tables: Sequence[TableChanges]
) -> list[FigureChange]:
    """The listed changes of the table of figures, row by row; none where it is no such table or has
    no key.
    """
    changes = next((item for item in tables if item.resource == "figures"), None)
    sides = old.tables.get("figures"), new.tables.get("figures")
    are_figures = all(table is not None and FIGURE_COLUMNS.is_met(table) for table in sides)
    if changes is None or not changes.key or not are_figures:
        return []
    before, after = old.tables["figures"], new.tables["figures"]
    kept = [row for row in changes.rows if row.new is not None]
    gone = [row for row in changes.rows if row.new is None]
    labels = {
        **_labels(new.package, new.tables, changes.key, kept, [row.new for row in kept]),
        **_labels(old.package, old.tables, changes.key, gone, [row.old for row in gone]),
    }
    why = reasons(new.tables, old.version, [row.key for row in changes.rows])
    return [
        _change(
            row,
            dict(zip(changes.key, row.key, strict=True)),
            labels.get(row.key, {}),
            None if row.old is None else _state(before, row.old),
            None if row.new is None else _state(after, row.new),
            why.get(row.key, (None, None)) if row.kind != "added" else (None, None),
        )
        for row in changes.rows
    ]


def _labels(
    package: Package, tables: Mapping[str, Table], key: Sequence[str],
    rows: Sequence[RowChange], indexes: Sequence[int | None],
) -> dict[tuple[Any, ...], dict[str, str]]:  # fmt: skip
    """What the codes of these rows stand for, by the rows' keys and the field that has the code."""
    frames = {name: table.frame for name, table in tables.items()}
    frames["figures"] = frames["figures"][[index for index in indexes if index is not None]]
    known = Package(
        package.name, package.folder, package.descriptor, package.resources, frames
    )  # fmt: skip
    resource = known.resource("figures")
    plan = labelled(known, resource) if resource else None
    if plan is None or not rows:
        return {}
    wide = with_labels(known, plan)
    found = {
        name: wide.get_column(label)
        for name in key
        for label in (f"{name}_{kind}" for kind in LABELS)
        if label in wide.columns
    }
    return {
        row.key: {name: column[index] for name, column in found.items() if column[index]}
        for index, row in enumerate(rows)
    }


def _state(figures: Table, index: int) -> FigureState:
    row = figures.frame.row(index, named=True)
    numbers = {
        name: None if row[name] is None else Decimal(row[name])
        for name in ("value", "lower", "upper")
    }
    return FigureState(
        numbers["value"], row["qualifier"], numbers["lower"], numbers["upper"],
        row.get("unit"), row.get("printed"),
    )  # fmt: skip


def _change(
    row: RowChange, key: Mapping[str, Any], labels: Mapping[str, str],
    before: FigureState | None, after: FigureState | None, why: tuple[str | None, str | None],
) -> FigureChange:  # fmt: skip
    difference = percent = beyond = None
    if before and after and before.value is not None and after.value is not None:
        with localcontext(EXACT):
            difference = after.value - before.value
            if before.value:
                share = 100 * difference / abs(before.value)
                percent = share.quantize(Decimal("0.000001")).normalize()
        beyond = _are_apart(before, after) if difference else None
    return FigureChange(
        row.kind, row, key, labels, before, after, difference, percent, beyond, *why
    )


def _are_apart(before: FigureState, after: FigureState) -> bool | None:
    """Whether no number lies within the bounds of both; None where one has no bounds at all."""
    if any(state.lower is None and state.upper is None for state in (before, after)):
        return None
    return _is_above(before, after) or _is_above(after, before)


def _is_above(one: FigureState, other: FigureState) -> bool:
    return one.lower is not None and other.upper is not None and one.lower > other.upper
