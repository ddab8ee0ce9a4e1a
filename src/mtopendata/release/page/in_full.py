"""Which figures of a measure a page tells in full: of many the rest are the rows of a table."""

from collections.abc import Mapping, Sequence

from mtopendata.figures.described import Described
from mtopendata.figures.source_order import comes_first

MOST_IN_FULL = 4
"""So many figures of a measure are all told in full."""
OF_MANY = 2
"""Of more: those of the latest year and the source that comes first, in so many areas."""


def told_in_full(
    items: Sequence[Described], same: Mapping[int, Sequence[Described]]
) -> frozenset[int]:
    """The indexes of the figures to be told in full. Of areas those come first that the package has
    the most measures of, since it is about them.
    """
    measures: dict[str, list[Described]] = {}
    for item in items:
        measures.setdefault(str(item.figure["measure"]), []).append(item)
    known = _measures_by_area(items)
    found: list[Described] = []
    for group in measures.values():
        if len(group) <= MOST_IN_FULL:
            found += group
            continue
        first = [item for item in group if comes_first(item, same)]
        reported = [item for item in first if item.figure.get("value") is not None] or first
        latest = max(_year(item) for item in reported)
        newest = [item for item in reported if _year(item) == latest]
        found += sorted(newest, key=lambda item: -known[_area(item)])[:OF_MANY]
    return frozenset(item.index for item in found)


def _measures_by_area(items: Sequence[Described]) -> dict[str, int]:
    """How many measures have a figure in each area."""
    measures: dict[str, set[str]] = {}
    for item in items:
        measures.setdefault(_area(item), set()).add(str(item.figure["measure"]))
    return {area: len(names) for area, names in measures.items()}


def _area(item: Described) -> str:
    return str(item.figure.get("area") or "")


def _year(item: Described) -> int:
    period = item.figure.get("period")
    return period if isinstance(period, int) else 0
