"""The tables from which codes get their labels, found by following foreign keys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from mtopendata.package.model import ForeignKey, Package, Resource

LABELS = ("title", "label", "name")
"""Fields that say in words what a row is; the first that a table has is its label."""


CAVEATS = ("definition", "caveat")
"""Fields that say what a row means and does not mean, taken along with its label."""


@dataclass(frozen=True, slots=True)
class Join:
    """A table that labels come from. `parent` is the join whose row it belongs to; None: the
    table itself. `labels` has the field by the label's name; a table that only leads to others has
    none.
    """

    resource: str
    key: ForeignKey
    parent: int | None
    labels: Mapping[str, str]


def joins_of(package: Package, resource: Resource, taken: Collection[str]) -> list[Join]:
    """A join for each foreign key of a table, and from tables not yet seen for theirs. Labels get
    no name that is `taken`.
    """
    found: list[Join] = []
    _follow(package, resource, None, {resource.name}, set(taken), found)
    while found and not found[-1].labels:
        found.pop()
    return found


def _follow(
    package: Package,
    resource: Resource,
    parent: int | None,
    seen: set[str],
    taken: set[str],
    joins: list[Join],
) -> None:
    """Add the joins of a table whose rows belong to the join `parent`."""
    for key in resource.schema.foreign_keys if resource.schema else ():
        target = package.resource(key.resource)
        if target is None or target.name not in package.tables:
            continue
        is_new = target.name not in seen
        is_followed = is_new or parent is None
        if not is_followed or not _is_join(package[resource.name], package[target.name], key):
            continue
        labels = _labels_from(package[target.name], key, is_own=parent is None)
        labels = {alias: name for alias, name in labels.items() if alias not in taken}
        taken |= set(labels)
        joins.append(Join(target.name, key, parent, labels))
        if is_new:
            seen.add(target.name)
            _follow(package, target, len(joins) - 1, seen, taken, joins)


def _is_join(here: pl.DataFrame, there: pl.DataFrame, key: ForeignKey) -> bool:
    """Whether both sides can be compared, and the reference is unique: else the join would
    multiply the rows.
    """
    pairs = zip(key.fields, key.reference, strict=True)
    return (
        set(key.fields) <= set(here.columns)
        and all(here.schema[ours] == there.schema.get(theirs) for ours, theirs in pairs)
        and not there.select(key.reference).is_duplicated().any()
    )


def _labels_from(frame: pl.DataFrame, key: ForeignKey, *, is_own: bool) -> dict[str, str]:
    """The fields that say in words what a row is, by the names of the labels. What labels' labels
    mean is told in their own views: caveats are those of the table itself alone.
    """
    label = next((name for name in LABELS if _is_label(frame, name, key)), None)
    caveats = [name for name in CAVEATS if is_own and _is_label(frame, name, key)]
    return {f"{key.fields[0]}_{name}": name for name in (label, *caveats) if name}


def _is_label(frame: pl.DataFrame, name: str, key: ForeignKey) -> bool:
    return frame.schema.get(name) == pl.String and name not in key.reference
