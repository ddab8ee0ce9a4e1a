"""Codes and what they stand for: a table with its foreign keys and categories in words.

The joins are data, so that each format can make them in its own language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Labelled:
    """How a table is read with labels. `categories` has label by value, by field."""

    resource: Resource
    joins: tuple[Join, ...]
    categories: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def columns(self) -> Iterator[tuple[str, int | None, str]]:
        """Each label's name, the join that it comes from, and its field there; for a label from
        categories the join is None.
        """
        for index, join in enumerate(self.joins):
            for name, source in join.labels.items():
                yield name, index, source
        for name in self.categories:
            yield f"{name}_label", None, name


def labelled(package: Package, resource: Resource) -> Labelled | None:
    """How to read the resource with labels; None where nothing in it has any."""
    schema = resource.schema
    if schema is None or resource.name not in package.tables:
        return None
    columns = package[resource.name].columns
    joins: list[Join] = []
    taken = set(columns)
    _follow(package, resource, None, {resource.name}, taken, joins)
    while joins and not joins[-1].labels:
        joins.pop()
    categories = {
        item.name: labels
        for item in schema.fields
        if item.name in columns
        and f"{item.name}_label" not in taken
        and (labels := _category_labels(item.descriptor.get("categories")))
    }
    return Labelled(resource, tuple(joins), categories) if joins or categories else None


def _category_labels(categories: object) -> dict[str, str]:
    return {
        str(item["value"]): item["label"]
        for item in (categories if isinstance(categories, list) else ())
        if isinstance(item, dict) and isinstance(item.get("label"), str) and "value" in item
    }


def _follow(
    package: Package, resource: Resource, parent: int | None, seen: set[str], taken: set[str],
    joins: list[Join],
) -> None:  # fmt: skip
    """Add a join for each foreign key of the table, and from tables not yet seen for theirs. A key
    whose reference is not unique is left out: its join would multiply the rows.
    """
    for key in resource.schema.foreign_keys if resource.schema else ():
        target = package.resource(key.resource)
        if target is None or target.name not in package.tables:
            continue
        is_new = target.name not in seen
        if not is_new and parent is not None:
            continue
        here, frame = package[resource.name], package[target.name]
        comparable = set(key.fields) <= set(here.columns) and all(
            here.schema[ours] == frame.schema.get(theirs)
            for ours, theirs in zip(key.fields, key.reference, strict=True)
        )
        if not comparable or frame.select(key.reference).is_duplicated().any():
            continue
        label = next((name for name in LABELS if _is_text(frame, name, key)), None)
        # Only the table itself: what its labels' labels mean is said in their own views.
        caveats = CAVEATS if parent is None else ()
        wanted = [name for name in (label, *caveats) if name and _is_text(frame, name, key)]
        labels = {f"{key.fields[0]}_{name}": name for name in wanted}
        labels = {alias: name for alias, name in labels.items() if alias not in taken}
        taken |= set(labels)
        joins.append(Join(target.name, key, parent, labels))
        if is_new:
            seen.add(target.name)
            _follow(package, target, len(joins) - 1, seen, taken, joins)


def _is_text(frame: pl.DataFrame, name: str, key: ForeignKey) -> bool:
    return frame.schema.get(name) == pl.String and name not in key.reference


def with_labels(package: Package, plan: Labelled) -> pl.DataFrame:
    """The table with its labels behind its own columns. A code without a label has null."""
    frame = package[plan.resource.name]
    columns = frame.columns
    # Names that no data can have keep a field called `*` or like a label out of the way.
    place: dict[tuple[int | None, str], str] = {
        (None, name): f"{index}" for index, name in enumerate(columns)
    }
    wide = pl.DataFrame([series.alias(str(index)) for index, series in enumerate(frame)])
    for index, join in enumerate(plan.joins):
        other = package[join.resource]
        names = {name: f"{index}\0{name}" for name in other.columns}
        other = other.rename(names)
        wide = wide.join(
            other,
            left_on=[place[join.parent, name] for name in join.key.fields],
            right_on=[names[name] for name in join.key.reference],
            how="left", maintain_order="left", coalesce=False,
        )  # fmt: skip
        place |= {(index, name): renamed for name, renamed in names.items()}
    labels = [
        wide.get_column(place[index, source]).alias(alias)
        if index is not None
        else wide.get_column(place[None, source])
        .cast(pl.String)
        .replace_strict(plan.categories[source], default=None, return_dtype=pl.String)
        .alias(alias)
        for alias, index, source in plan.columns
    ]
    return frame.with_columns(labels)
