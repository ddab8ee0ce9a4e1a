"""Codes and what they stand for: a table with its foreign keys and categories in words.

The joins are data, so that each format can make them in its own language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from mtopendata.package.model import Package, Resource
from mtopendata.reading.label_joins import Join, joins_of


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
    joins = joins_of(package, resource, columns)
    taken = {*columns, *(name for join in joins for name in join.labels)}
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


def with_labels(package: Package, plan: Labelled, rows: pl.DataFrame | None = None) -> pl.DataFrame:
    """The table, or some of its `rows`, with labels behind its own columns. A code without a label
    has null.
    """
    frame = package[plan.resource.name] if rows is None else rows
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
            how="left",
            maintain_order="left",
            coalesce=False,
        )
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
