"""A package → the sheets of a template, and the lists that its cells are chosen from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.package.constraint import UnusableConstraintError, named_values
from mtopendata.package.model import Field, ForeignKey, Package, Resource
from mtopendata.release.formats.xlsx.plan import MAX_COLUMNS
from mtopendata.release.storage import unique_names

COLUMNS, LISTS = "Columns", "Lists"
"""The sheets that say what is wanted, and that hold the lists."""
_RESERVED = (COLUMNS, LISTS, "History")


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column to be filled in. Its cells are chosen from `values`, if there are any, or from the
    column `parent` of another sheet: the sheet's name and the index of the column.
    """

    item: Field
    values: tuple[Any, ...] = ()
    parent: tuple[str, int] | None = None
    refers_to: str = ""
    is_key: bool = False

    @property
    def is_required(self) -> bool:
        """Whether no cell may be empty."""
        return self.is_key or self.item.constraints.get("required") is True


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """A table to be filled in."""

    name: str
    resource: Resource
    columns: tuple[TemplateColumn, ...]


def planned_sheets(package: Package) -> tuple[TemplateSheet, ...]:
    """The sheets of all tables that have a schema."""
    tables = [one for one in package.resources if one.schema and one.schema.fields]
    tables = [one for one in tables if one.schema and len(one.schema.fields) <= MAX_COLUMNS]
    names = unique_names(
        [*_RESERVED, *(table.name for table in tables)], r"[\[\]:*?/\\\x00-\x1f]|^'|'$", 31
    )[len(_RESERVED) :]
    named = dict(zip((table.name for table in tables), names, strict=True))
    by_name = {table.name: table for table in tables}
    return tuple(
        TemplateSheet(named[table.name], table, tuple(_columns(table, by_name, named)))
        for table in tables
    )


def _columns(
    table: Resource, tables: Mapping[str, Resource], names: Mapping[str, str]
) -> Iterator[TemplateColumn]:
    schema = table.schema
    assert schema is not None  # noqa: S101 - tables are chosen so
    for item in schema.fields:
        parent, refers_to = None, ""
        for key in schema.foreign_keys:
            if item.name in key.fields and key.resource in tables:
                index, label = _referenced(item.name, key, tables[key.resource])
                if index is not None:
                    parent = names[key.resource], index
                    refers_to = f"{names[key.resource]}.{label}"
        values = () if parent else tuple(listed_values(item))
        yield TemplateColumn(item, values, parent, refers_to, item.name in schema.primary_key)


def _referenced(name: str, key: ForeignKey, parent: Resource) -> tuple[int | None, str]:
    """The index and the name of the column that a part of a key refers to."""
    label = key.reference[key.fields.index(name)]
    labels = [item.name for item in parent.schema.fields] if parent.schema else []
    return (labels.index(label), label) if label in labels else (None, label)


def listed_values(item: Field) -> Sequence[Any]:
    """All values that a field may have, as a sheet has them; none where they are not listed."""
    listed = item.constraints.get("enum")
    if not isinstance(listed, list):
        listed = list(item.categories or ())
    if item.type == "boolean" and not listed:
        words = [item.descriptor.get(name) for name in ("trueValues", "falseValues")]
        if any(isinstance(word, list) for word in words):
            return [word for some in words for word in (some or ())]
        return [True, False]
    try:
        return typed_values(item, listed)
    except UnusableConstraintError:
        return ()


def typed_values(item: Field, values: Sequence[Any]) -> Sequence[Any]:
    """Values of a descriptor as a sheet has them. UnusableConstraintError: one is none."""
    if not values:
        return ()
    if item.type in ("integer", "number", "year", "date", "datetime", "time"):
        return named_values(values, item).to_list()
    return [value if isinstance(value, str) else str(value) for value in values]
