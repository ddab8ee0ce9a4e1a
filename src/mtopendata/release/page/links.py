"""The tables and the foreign keys between them as a drawing: parents on the left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtopendata.package.model import Resource
from mtopendata.values.excerpts import cut

MOST = 40
"""Tables that a drawing has room for."""
_WIDE, _HIGH, _LINE = 168, 24, 16
_GAP_X, _GAP_Y, _EDGE = 64, 20, 8
_NAME = 21


@dataclass(frozen=True, slots=True)
class Box:
    """A table: its place, its name, and what stands under it, which is cut to the box."""

    name: str
    keys: tuple[str, ...]
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link from a table's column to the table that it refers to, as a path of SVG."""

    path: str
    words: str


@dataclass(frozen=True, slots=True)
class Links:
    """The drawing, and its size."""

    boxes: tuple[Box, ...]
    lines: tuple[LinkLine, ...]
    width: int
    height: int
    box: int = _WIDE


def links_of(resources: Sequence[Resource]) -> Links | None:
    """The drawing of tables that refer to each other; None where none does, or there are too many.

    Each table stands to the right of those that it refers to.
    """
    tables = {item.name: item for item in resources if item.schema}
    links = list(_links_between(tables))
    parents: dict[str, list[str]] = {name: [] for link in links for name in link[:2]}
    for at, to, _ in links:
        parents[at].append(to)
    linked = [name for name in tables if name in parents]
    if not links or len(linked) > MOST:
        return None
    levels = _levels(linked, parents)
    boxes = _table_boxes([tables[name] for name in linked], levels)
    lines = [
        LinkLine(_link_path(boxes[at], boxes[to], index), f"{at}: {fields} refers to {to}")
        for index, (at, to, fields) in enumerate(links)
    ]
    width = 2 * _EDGE + _WIDE + max(levels.values()) * (_WIDE + _GAP_X)
    bottom = max(box.y + box.height for box in boxes.values())
    return Links(tuple(boxes.values()), tuple(lines), width, bottom + _EDGE)


def _links_between(tables: Mapping[str, Resource]) -> Iterator[tuple[str, str, str]]:
    """Each table, another one that it refers to, and by which fields."""
    for name, item in tables.items():
        for key in item.schema.foreign_keys if item.schema else ():
            if key.resource in tables and key.resource != name:
                yield name, key.resource, ", ".join(key.fields)


def _table_boxes(resources: Sequence[Resource], levels: Mapping[str, int]) -> dict[str, Box]:
    """The tables with their keys, each below those of its level that come before it."""
    boxes: dict[str, Box] = {}
    bottoms: dict[int, int] = {}
    for item in resources:
        level = levels[item.name]
        keys = item.schema.primary_key if item.schema else ()
        shown = tuple(cut(key, _NAME + 2) for key in keys)
        height = _HIGH + _LINE * len(shown) + (8 if shown else 0)
        y = bottoms.get(level, _EDGE)
        x = _EDGE + level * (_WIDE + _GAP_X)
        boxes[item.name] = Box(cut(item.name, _NAME), shown, x, y, height)
        bottoms[level] = y + height + _GAP_Y
    return boxes


def _levels(names: Sequence[str], parents: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many tables stand at most between one and the left edge; a circle is cut open."""
    levels: dict[str, int] = {}

    def level(name: str, on_the_way: frozenset[str]) -> int:
        if name not in levels:
            way = on_the_way | {name}
            found = (level(parent, way) + 1 for parent in parents[name] if parent not in way)
            levels[name] = max(found, default=0)
        return levels[name]

    return {name: level(name, frozenset()) for name in names}


def _link_path(at: Box, to: Box, index: int) -> str:
    """A curve from a table's side to that of the one it refers to, each a little further down."""
    down = 12 + 5 * (index % 5)
    y1, y2 = at.y + down, to.y + down
    is_right = at.x > to.x
    x1 = at.x if is_right else at.x + _WIDE
    x2 = to.x + _WIDE
    bend = _GAP_X // 2
    x1_bend = x1 - bend if is_right else x1 + bend
    return f"M{x1} {y1}C{x1_bend} {y1} {x2 + bend} {y2} {x2} {y2}"
