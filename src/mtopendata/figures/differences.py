"""Figures that must never be equated, and why, as a package states it in the table `differences`.

A row with one measure twice says that two sources define it differently; one with two measures,
that neither can be told from the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.figures.tables import DIFFERENCES, TEXT, Demand
from mtopendata.reading.tables import Columns, Table

DIFFERENCE_COLUMNS = Demand(
    DIFFERENCES,
    {"measure": TEXT, "other_measure": TEXT, "reason": TEXT},
    dict.fromkeys(("difference", "area", "source", "other_source"), TEXT),
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """A figure that is told apart from another one. `area`, `source` None: any."""

    measure: str
    area: str | None
    source: str | None

    def has(self, figure: Row) -> bool:
        """Whether a figure is on this side."""
        return (
            figure["measure"] == self.measure
            and self.area in (None, figure.get("area"))
            and self.source in (None, figure.get("source"))
        )


@dataclass(frozen=True, slots=True)
class StatedDifference:
    """Two sides that are not to be compared. `index` is the row's own in its table."""

    name: str
    sides: tuple[Side, Side]
    reason: str
    index: int

    @property
    def measures(self) -> frozenset[str]:
        """Both measures; one alone where it is a difference of sources."""
        return frozenset(side.measure for side in self.sides)

    def other_side(self, figure: Row) -> Side | None:
        """What a figure is not to be compared with; None: the row does not speak of it."""
        one, other = self.sides
        return other if one.has(figure) else one if other.has(figure) else None


def readable_differences(tables: Mapping[str, Columns]) -> list[StatedDifference]:
    """The rows that can be used; none where a package has no such table."""
    table = DIFFERENCE_COLUMNS.usable(tables)
    if not isinstance(table, Table):
        return []
    return [
        _stated_difference(row, index)
        for index, row in enumerate(table.frame.iter_rows(named=True))
        if fault_of(row) is None
    ]


def _stated_difference(row: Row, index: int) -> StatedDifference:
    area = row.get("area")
    sides = (
        Side(row["measure"], area, row.get("source")),
        Side(row["other_measure"], area, row.get("other_source")),
    )
    return StatedDifference(
        row.get("difference") or f"row {index + 1}", sides, row["reason"], index
    )


def fault_of(row: Row) -> tuple[str, str] | None:
    """The column because of which a row cannot be used, and why."""
    for name in DIFFERENCE_COLUMNS.needed:
        if not (row[name] or "").strip():
            return name, f"has no {name.replace('_', ' ')}"
    if row["measure"] != row["other_measure"]:
        return None
    sources = row.get("source"), row.get("other_source")
    if sources == (None, None):
        return "other_source", "sets a measure apart from itself, without a source"
    if sources[0] == sources[1]:
        return "other_source", "sets a source apart from itself"
    return None


@dataclass(frozen=True, slots=True)
class NotCompared:
    """What a figure is not to be compared with: a measure, in an area and of a source if these are
    not null; and why.
    """

    difference: str
    measure: str
    title: str
    area: str | None
    source: str | None
    reason: str

    @property
    def other(self) -> str:
        """What it is, in a few words."""
        return ", ".join(filter(None, (self.title, self.area, self.source)))


def not_to_compare(
    figure: Row, differences: Sequence[StatedDifference], titles: Mapping[str, str]
) -> Iterator[NotCompared]:
    """What the package says that a figure is not to be compared with; `titles` are of measures."""
    for difference in differences:
        if other := difference.other_side(figure):
            title = titles.get(other.measure) or other.measure
            yield NotCompared(
                difference.name, other.measure, title, other.area, other.source, difference.reason
            )
