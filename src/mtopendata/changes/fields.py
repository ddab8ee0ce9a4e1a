"""Two declarations of a field: its type, its constraints, how its cells are read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mtopendata.changes.change import Change, Emit, Json
from mtopendata.changes.limits import limit_changes
from mtopendata.changes.metadata import metadata_changes
from mtopendata.package.model import Field
from mtopendata.package.properties import PROPERTIES
from mtopendata.package.types.boolean import BOOLEANS
from mtopendata.values.json_values import canonical, same


def has_own_missing(*fields: Field) -> bool:
    return any("missingValues" in item.descriptor for item in fields)


def missing_changes(old: Field, new: Field, change: Emit) -> Iterator[Change]:
    if set(old.missing) != set(new.missing):
        yield change("reading-changed", "missingValues", list(old.missing), list(new.missing))


_READING: dict[str, Any] = {
    "decimalChar": ".",
    "groupChar": "",
    "bareNumber": True,
    "floatNumber": False,
    **BOOLEANS,
    "delimiter": ",",
    "itemType": "string",
}
"""Properties that decide how cells are read, and what they are where they are absent."""


_STRUCTURE = {
    "name",
    "type",
    "format",
    "constraints",
    "missingValues",
    "categories",
    *_READING,
}


def own_properties(schema: Json) -> dict[str, Json]:
    """By field the properties that Table Schema does not know."""
    return {
        raw["name"]: {k: v for k, v in raw.items() if k not in PROPERTIES["field"]}
        for raw in schema.get("fields", ())
        if isinstance(raw.get("name"), str)
    }


def field_changes(
    old: Field,
    new: Field,
    keys: tuple[Sequence[str], Sequence[str]],
    own: tuple[Mapping[str, Json], Mapping[str, Json]],
    change: Emit,
) -> Iterator[Change]:
    yield from _cell_changes(old, new, change)
    for limit in limit_changes(old, new, *keys):
        kind = "constraint-tightened" if limit.tightened else "constraint-loosened"
        yield change(kind, limit.property, limit.before, limit.after, limit.message)
    yield from _category_changes(old, new, change)
    yield from _described_changes(
        {**own[0].get(old.name, {}), **old.descriptor},
        {**own[1].get(new.name, {}), **new.descriptor},
        change,
    )


def _cell_changes(old: Field, new: Field, change: Emit) -> Iterator[Change]:
    """How a cell is written, and as what it is read."""
    if old.type != new.type:
        yield change("type-changed", "type", old.type, new.type)
    if old.format != new.format:
        yield change("format-changed", "format", old.format, new.format)
    for name, default in _READING.items():
        before, after = old.descriptor.get(name, default), new.descriptor.get(name, default)
        if not same(_in_any_order(before), _in_any_order(after)):
            yield change("reading-changed", name, before, after)
    if has_own_missing(old, new):
        yield from missing_changes(old, new, change)


def _in_any_order(value: Any) -> Any:
    return sorted(map(canonical, value)) if isinstance(value, list) else value


def _described_changes(old: Json, new: Json, change: Emit) -> Iterator[Change]:
    without = set(_STRUCTURE)
    before, after = old.get("unit"), new.get("unit")
    if before is not None and after is not None:
        without.add("unit")
        if not same(before, after):
            yield change("unit-changed", "unit", before, after)
    if not new.get("categoriesOrdered") or old.get("categoriesOrdered"):
        without.add("categoriesOrdered")  # only to gain an order is mere description
    yield from metadata_changes(old, new, change, without)


def _category_changes(old: Field, new: Field, change: Emit) -> Iterator[Change]:
    """Order and labels; whether the values changed, the constraints say."""
    before, after = old.descriptor.get("categories"), new.descriptor.get("categories")
    was, now = _label_of_each(before), _label_of_each(after)
    common = was.keys() & now.keys()
    if old.descriptor.get("categoriesOrdered") and old.categories and new.categories:
        if not new.descriptor.get("categoriesOrdered"):
            message = "the categories are no longer ordered"
            yield change("category-order-changed", "categoriesOrdered", True, None, message)
        elif [v for v in was if v in common] != [v for v in now if v in common]:
            message = "the categories have another order"
            yield change("category-order-changed", "categories", before, after, message)
    if any(not same(was[value], now[value]) for value in common):
        message = "the labels of the categories changed"
        yield change("metadata-changed", "categories", before, after, message)


def _label_of_each(categories: Any) -> dict[str, Any]:
    """The label of each category; None: it has none."""
    labels = {}
    for item in categories or ():
        value = item.get("value") if isinstance(item, dict) else item
        if isinstance(value, str | int):
            labels[str(value)] = item.get("label") if isinstance(item, dict) else None
    return labels
