"""JSON → the schema of a table: its fields and keys."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from mtopendata.package.declared import declared_names, declared_properties
from mtopendata.package.fields import read_field, read_missing_values
from mtopendata.package.json_files import Json, json_type
from mtopendata.package.model import Field, ForeignKey, Schema
from mtopendata.package.place import Place
from mtopendata.package.profiles import enforce_profiles
from mtopendata.package.references import inline_or_named
from mtopendata.values.plurals import plural

_MATCHES = ("exact", "equal", "subset", "superset", "partial")
"""How the fields of a schema may match the columns of the data."""


def read_schema(value: Any, place: Place, null_sequence: tuple[str, ...]) -> Schema | None:
    """A schema, given inline or by the path of its file; None where no fields can be read.

    `null_sequence`: what the dialect gives as a missing value.
    """
    raw = inline_or_named(value, place, "schema")
    if raw is None:
        return None
    place = place.by_profile(raw)
    good = declared_properties("schema", raw, place)
    enforce_profiles(raw, place)
    if "fields" not in good:
        return None
    if not good["fields"]:
        message = f"'{place.where}.fields' is empty, so that no cell is checked"
        place.fault("missing-property", message, "declare the fields of the table")
        return None
    missing = read_missing_values(good.get("missingValues", [""]), place.at("missingValues"))
    fields = _declared_fields(good["fields"], place, missing, null_sequence)
    if fields is None:
        return None
    names = [item.name for item in fields]
    return Schema(
        fields=fields,
        fields_match=_declared_match(good, place),
        primary_key=_declared_primary_key(good, names, place.at("primaryKey")),
        unique_keys=tuple(_declared_unique_keys(good.get("uniqueKeys", []), names, place)),
        foreign_keys=tuple(_declared_foreign_keys(good.get("foreignKeys", []), names, place)),
    )


def _declared_fields(
    items: Sequence[Any], place: Place, missing: tuple[str, ...], null_sequence: tuple[str, ...]
) -> tuple[Field, ...] | None:
    """The fields; None where one is no object."""
    fields: list[Field] = []
    for item, inner in zip(items, place.items("fields", len(items)), strict=True):
        if not isinstance(item, dict):
            inner.fault(
                "property-type",
                f"{inner.where!r} is {json_type(item)}, not object",
                "describe the field by an object",
            )
            return None
        fields.append(read_field(item, inner, missing, null_sequence))
    return tuple(_with_own_names(fields, place))


def _with_own_names(fields: Sequence[Field], place: Place) -> Iterator[Field]:
    """The fields; one that bears the name of another gets a name that none has."""
    names = {item.name for item in fields}
    seen: set[str] = set()
    for item in fields:
        name = item.name
        if name in seen:
            name = next(new for n in count(2) if (new := f"{item.name} ({n})") not in names)
            names.add(name)
            place.fault(
                "duplicate-field",
                f"{place.what} has two fields called {item.name!r}: the later is {name!r} here",
                "give each field its own name",
                # Data Package 1 does not forbid it.
                "note" if place.version == 1 else "error",
                field=name,
            )
        seen.add(name)
        yield replace(item, name=name)


def _declared_match(good: Json, place: Place) -> str:
    match = declared_names(good.get("fieldsMatch", "exact"), place.at("fieldsMatch"))
    if len(match) == 1 and match[0] in _MATCHES:
        return match[0]
    place.fault(
        "schema",
        f"'{place.where}.fieldsMatch' is {good['fieldsMatch']!r}, which means nothing",
        f"give one of {', '.join(_MATCHES)}",
    )
    return "exact"


# Keys


def _declared_primary_key(good: Json, names: Collection[str], place: Place) -> tuple[str, ...]:
    if good.get("primaryKey") == []:
        message = f"{place.where!r} names no field, so that no key is checked"
        place.fault("schema", message, "name its fields, or remove it", "warning")
    return _declared_key(good.get("primaryKey", []), names, place)


def _declared_unique_keys(
    items: Sequence[Any], names: Collection[str], place: Place
) -> Iterator[tuple[str, ...]]:
    for item, inner in zip(items, place.items("uniqueKeys", len(items)), strict=True):
        if key := _declared_key(item, names, inner):
            yield key
        elif item == []:
            inner.fault("schema", f"{inner.where!r} names no field", "name one, or remove it")


def _declared_key(value: Any, names: Collection[str], place: Place) -> tuple[str, ...]:
    """The fields of a key; none where one is no field of the schema, or is named twice."""
    fields = declared_names(value, place)
    for name in fields:
        if name not in names:
            place.fault(
                "schema",
                f"{place.where!r} names {name!r}, which is no field of this schema",
                "correct the name",
            )
            return ()
    return () if _names_twice(fields, place) else fields


def _names_twice(fields: tuple[str, ...], place: Place) -> bool:
    """Whether a key names a field twice, which is a fault."""
    if len(set(fields)) == len(fields):
        return False
    place.fault("schema", f"{place.where!r} names a field twice", "name each field once")
    return True


def _declared_foreign_keys(
    items: Sequence[Any], names: Collection[str], place: Place
) -> Iterator[ForeignKey]:
    for item, inner in zip(items, place.items("foreignKeys", len(items)), strict=True):
        if not isinstance(item, dict):
            inner.fault(
                "property-type",
                f"{inner.where!r} is {json_type(item)}, not object",
                "give 'fields' and 'reference'",
            )
        elif key := _declared_foreign_key(item, names, inner):
            yield key


def _declared_foreign_key(raw: Json, names: Collection[str], place: Place) -> ForeignKey | None:
    good = declared_properties("foreignKey", raw, place)
    if len(good) < 2:
        return None
    reference = declared_properties("reference", good["reference"], place.at("reference"))
    fields = _declared_key(good["fields"], names, place.at("fields"))
    target = place.at("reference.fields")
    there = declared_names(reference.get("fields", []), target)
    if _names_twice(there, target):
        return None
    if [] in (good["fields"], reference.get("fields")):
        place.fault("schema", f"{place.where!r} names no field", "name one, or remove it")
    if not fields or not there:
        return None
    if len(fields) != len(there):
        place.fault(
            "schema",
            f"{place.where!r} has {plural(len(fields), 'field')} here and {len(there)} there",
            "name as many on both sides",
        )
        return None
    return ForeignKey(fields, reference.get("resource") or place.resource, there)
