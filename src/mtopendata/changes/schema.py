"""Two schemas, field by field."""

from collections.abc import Iterator
from functools import partial

from mtopendata.changes.change import Change, Emit, Json, Pairs, come_or_gone, name_of
from mtopendata.changes.fields import (
    field_changes,
    has_own_missing,
    missing_changes,
    own_properties,
)
from mtopendata.changes.keys import foreign_key_changes, key_changes, unique_changes
from mtopendata.changes.metadata import metadata_changes
from mtopendata.changes.renamings import Renamings, paired_fields
from mtopendata.package.model import Resource, Schema
from mtopendata.package.properties import PROPERTIES


def schema_changes(
    old: Resource, new: Resource, names: Renamings, change: Emit
) -> Iterator[Change]:
    if old.schema is None or new.schema is None:
        if new.schema is not None:
            yield change(
                "schema-added", "schema", None, _field_names(new.schema), "the schema is new"
            )
        elif old.schema is not None:
            yield change(
                "schema-removed", "schema", _field_names(old.schema), None, "the schema is gone"
            )
        return
    pairs = paired_fields(old.schema.fields, new.schema.fields)
    here, there = _inline(old, new)
    renamed = partial(names.of, old.name)
    changes = [
        *_whole_schema_changes(old.schema, new.schema, pairs, change),
        *metadata_changes(here, there, change, set(PROPERTIES["schema"]) - _TEXTS, "schema."),
        *key_changes(old.schema, new.schema, renamed, change),
        *unique_changes(old.schema, new.schema, renamed, change),
        *foreign_key_changes(old.schema, new.schema, renamed, names, change),
    ]
    keys = old.schema.primary_key, new.schema.primary_key
    own = own_properties(here), own_properties(there)
    for before, after in pairs:
        was, now = name_of(before), name_of(after)
        of_field = partial(change, field=now or was)
        changes += come_or_gone("field", was, now, of_field)
        if before and after:
            changes += field_changes(before, after, keys, own, of_field)
    places = {item.name: place for place, item in enumerate(new.schema.fields)}
    last = len(places)
    yield from sorted(changes, key=lambda c: -1 if c.field is None else places.get(c.field, last))


def _field_names(schema: Schema) -> list[str]:
    return [item.name for item in schema.fields]


_TEXTS = {"name", "title", "description"}


def _inline(old: Resource, new: Resource) -> tuple[Json, Json]:
    """The schemas as JSON where both stand in the descriptors; what a file of its own says beyond
    the schema's structure is not known here.
    """
    here, there = old.descriptor.get("schema"), new.descriptor.get("schema")
    return (here, there) if isinstance(here, dict) and isinstance(there, dict) else ({}, {})


def _whole_schema_changes(old: Schema, new: Schema, pairs: Pairs, change: Emit) -> Iterator[Change]:
    if old.fields_match != new.fields_match:
        # Also where it lets more data pass: then a reader may find fewer columns than it knew.
        yield change("reading-changed", "fieldsMatch", old.fields_match, new.fields_match)
    common = {here.name: there.name for here, there in pairs if here and there}
    was = [common[item.name] for item in old.fields if item.name in common]
    now = [there.name for here, there in pairs if here and there]
    if was != now:
        yield change("fields-reordered", "fields", was, now, "the fields stand in another order")
    yield from _common_missing_changes(pairs, change)


def _common_missing_changes(pairs: Pairs, change: Emit) -> Iterator[Change]:
    for here, there in pairs:
        if here and there and not has_own_missing(here, there):
            yield from missing_changes(here, there, change)
            break  # what one field has from the schema, all have
