"""Which areas lie directly below which, as the table of areas says by its column `parent`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtopendata.figures.tables import AREAS, text_columns
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Table

_COLUMNS = text_columns(AREAS, "area", "parent")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The areas directly below each area, in the order of their rows. With `faults` it is none."""

    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    faults: tuple[Finding, ...] = ()


def hierarchy_of(tables: Mapping[str, Table]) -> Hierarchy:
    """The hierarchy of a package's areas; an empty one where its areas have no parents."""
    areas = _COLUMNS.usable(tables)
    if areas is None:
        return Hierarchy()
    parents: dict[str, str] = {}
    rows: dict[str, int] = {}
    faults = []
    for index, (area, parent) in enumerate(areas.frame.select("area", "parent").iter_rows()):
        if area is None or parent is None or parents.get(area) == parent:
            continue
        if area in parents:
            message = f"the area {area!r} has two parents, {parents[area]!r} and {parent!r}"
            hint = "leave it one: rules add up the areas below an area"
            faults.append(areas.finding("area-parent", index, "parent", parent, message, hint))
            continue
        parents[area] = parent
        rows[area] = index
    faults += [_circle(areas, rows, circle) for circle in _circles(parents)]
    if faults:
        return Hierarchy({}, tuple(faults))
    parts: dict[str, list[str]] = {}
    for area, parent in parents.items():
        parts.setdefault(parent, []).append(area)
    return Hierarchy({whole: tuple(some) for whole, some in parts.items()})


def _circles(parents: Mapping[str, str]) -> list[list[str]]:
    """The areas that lie, by way of others, below themselves."""
    found = []
    done: set[str] = set()
    for start in parents:
        way: dict[str, None] = {}
        area: str | None = start
        while area is not None and area not in done and area not in way:
            way[area] = None
            area = parents.get(area)
        if area in way:
            names = list(way)
            found.append(names[names.index(str(area)) :])
        done.update(way)
    return found


_MOST_NAMED = 5


def _circle(areas: Table, rows: Mapping[str, int], names: list[str]) -> Finding:
    shown = [*names[:_MOST_NAMED], "…"] if len(names) > _MOST_NAMED else names
    message = f"areas lie below themselves: {' in '.join([*shown, names[0]])}"
    hint = "the largest area has no parent"
    return areas.finding("area-parent", rows[names[0]], "parent", None, message, hint)
