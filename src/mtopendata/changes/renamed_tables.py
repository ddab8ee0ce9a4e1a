"""A table of an earlier version, with its fields called as they are now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mtopendata.changes.change import Change
from mtopendata.reading.tables import Table


def renamed_fields(descriptor: Iterable[Change], resource: str) -> dict[str, str]:
    """New names of a resource's fields by their old ones."""
    return {
        item.before: item.after
        for item in descriptor
        if item.kind == "field-renamed" and item.resource == resource
    }


def with_names(table: Table, renamed: Mapping[str, str]) -> Table:
    """The table with some of its fields renamed, but for what its schema calls them."""
    present = _has_value(table, renamed)
    if not present:
        return table
    return replace(
        table,
        frame=table.frame.rename(present),
        unread={present.get(name, name): rows for name, rows in table.unread.items()},
        cells={present.get(name, name): texts for name, texts in table.cells.items()},
    )


def _has_value(table: Table, renamed: Mapping[str, str]) -> dict[str, str]:
    """The new names of those fields that the data have, but for names that are taken."""
    columns = table.frame.columns
    taken = set(columns) - renamed.keys()  # by what no schema tells of
    return {
        name: renamed[name] for name in columns if name in renamed and renamed[name] not in taken
    }


def as_named_now(table: Table, renamed: Mapping[str, str]) -> Table:
    """The table with some of its fields renamed, in its schema and its primary key too."""
    present = _has_value(table, renamed)
    schema = table.resource.schema
    if not present or schema is None:
        return table
    fields = tuple(replace(f, name=present.get(f.name, f.name)) for f in schema.fields)
    key = tuple(present.get(name, name) for name in schema.primary_key)
    resource = replace(table.resource, schema=replace(schema, fields=fields, primary_key=key))
    return replace(with_names(table, renamed), resource=resource)
