"""Two descriptors compared: what changed, and which version step each change needs.

The steps are those of https://datapackage.org/recipes/data-package-version/. What is declared is
compared, not how: a default that is written out, `"10"` for 10, or the order of the values of
`enum` is no change. The data are compared elsewhere.
"""

import codecs
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from mtopendata.changes.limits import limit_changes
from mtopendata.package.model import Field, ForeignKey, Package, Resource, Schema
from mtopendata.package.properties import PROPERTIES
from mtopendata.reading.tables import BOOLEANS
from mtopendata.values.json_values import canonical, said, same, shown
from mtopendata.values.versions import Step

KINDS: dict[str, tuple[Step, str]] = {
    "package-renamed": (Step.MAJOR, "the package has another name or id"),
    "resource-added": (Step.MINOR, "the package has a resource more"),
    "resource-removed": (Step.MAJOR, "a resource is gone"),
    "resource-renamed": (Step.MAJOR, "a resource has another name, and its path or schema"),
    # The recipe names this case: the data are the same wherever they lie.
    "path-changed": (Step.NONE, "the data lie in another place"),
    # To code that reads the files itself, these change every value, or make it fail.
    "reading-changed": (
        Step.MAJOR,
        "the files are read in another way: format, encoding, dialect, fieldsMatch, "
        "missing values, the characters of numbers and booleans",
    ),
    "schema-added": (Step.MAJOR, "a resource declares its fields, and did not before"),
    "schema-removed": (Step.MAJOR, "a resource no longer declares its fields"),
    "field-added": (Step.MAJOR, "a table has a field more"),
    "field-removed": (Step.MAJOR, "a field is gone"),
    "field-renamed": (Step.MAJOR, "a field has another name, and its place, type and constraints"),
    "fields-reordered": (Step.MAJOR, "fields that both have stand in another order"),
    "type-changed": (Step.MAJOR, "a field has another type"),
    "format-changed": (Step.MAJOR, "a field's values are written in another format"),
    # The same number of something else. Table Schema has no units, so the recipe cannot say it.
    "unit-changed": (Step.MAJOR, "a field's values count something else"),
    # `<` and sorting give something else. To gain an order breaks nothing.
    "category-order-changed": (Step.MAJOR, "ordered categories have another order, or none"),
    "constraint-tightened": (Step.MAJOR, "a value or row that was valid may not be so now"),
    "constraint-loosened": (Step.MINOR, "more values or rows are valid than before"),
    # The key says what one row is, and by it others join, update and compare the table.
    "primary-key-changed": (Step.MAJOR, "a primary key was added, removed or changed"),
    "reference-changed": (Step.MINOR, "a foreign key refers to another table or to other fields"),
    # Metadata, but no mere description: it decides what a reader may do, who has to be told.
    "licence-changed": (Step.MINOR, "licences or rights changed"),
    "metadata-changed": (Step.PATCH, "a property that describes was added, removed or changed"),
}
"""The kinds of changes: the version step that each needs, and its meaning."""

_LICENCES = {"licenses", "license", "rights"}
_OF_RELEASE = {"$schema", "profile", "version", "created", "bytes", "hash"}
"""Properties that follow from the release itself, or say by which rules to read the descriptor."""
_INHERITED = ("licenses", "sources")
"""Properties that a resource without them has from its package."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one property. `kind` is one of KINDS, and `message` says it to people.

    `resource` and `field` bear their names in the new package, or in the old where they are gone;
    None: of the package, of the whole resource. `before` and `after` are JSON values, with exact
    numbers as Decimals; None: absent.
    """

    kind: str
    step: Step
    message: str
    resource: str | None = None
    field: str | None = None
    property: str | None = None
    before: Any = None
    after: Any = None


def descriptor_changes(old: Package, new: Package) -> list[Change]:
    """What differs between the descriptors of two packages: first of the package, then resource by
    resource and field by field in the order of `new`, what is gone last.
    """
    pairs = _paired_resources(old.resources, new.resources)
    names = _Renamings(pairs)
    changes = list(_package_changes(old.descriptor, new.descriptor))
    for before, after in pairs:
        here, there = _name(before), _name(after)
        change = partial(_change, resource=there or here)
        changes += _come_or_gone("resource", here, there, change)
        if before and after:
            changes += _reading_changes(before, after, change)
            described = _with_inherited(before, old, after), _with_inherited(after, new, before)
            changes += _metadata_changes(*described, change, _OF_RELEASE | _RESOURCE_STRUCTURE)
            changes += _schema_changes(before, after, names, change)
    return changes


def _change(
    kind: str,
    property: str | None,
    before: Any,
    after: Any,
    message: str | None = None,
    *,
    resource: str | None = None,
    field: str | None = None,
) -> Change:
    words = message or said(property or "", before, after)
    return Change(kind, KINDS[kind][0], words, resource, field, property, before, after)


Emit = Callable[..., Change]
"""`_change` with the resource, or the resource and the field, filled in."""
Renamed = Callable[[Sequence[str]], tuple[str, ...]]
"""Names of fields as they are in the new package."""
Pairs = list[tuple[Field | None, Field | None]]
"""The fields of two schemas, those that are the same side by side."""


def _name(item: Resource | Field | None) -> str | None:
    return item.name if item else None


def _come_or_gone(what: str, old: str | None, new: str | None, change: Emit) -> Iterator[Change]:
    """A resource or a field that only one side has, or that bears another name."""
    if old is None:
        yield change(f"{what}-added", None, old, new, f"the {what} {shown(new)} is new")
    elif new is None:
        yield change(f"{what}-removed", None, old, new, f"the {what} {shown(old)} is gone")
    elif old != new:
        message = f"the {what} {shown(old)} is now called {shown(new)}"
        yield change(f"{what}-renamed", "name", old, new, message)


# Which belongs to which


class _Renamings:
    """Old names as the new package has them, so that a key that follows a renaming is the same."""

    def __init__(self, pairs: Sequence[tuple[Resource | None, Resource | None]]) -> None:
        self.resources: dict[str, str] = {}
        self.fields: dict[str, dict[str, str]] = {}
        for old, new in pairs:
            if old is None or new is None:
                continue
            self.resources.setdefault(old.name, new.name)
            if old.schema and new.schema:
                fields = _paired_fields(old.schema.fields, new.schema.fields)
                known = {here.name: there.name for here, there in fields if here and there}
                self.fields.setdefault(old.name, known)

    def of(self, resource: str, fields: Sequence[str]) -> tuple[str, ...]:
        known = self.fields.get(resource, {})
        return tuple(known.get(name, name) for name in fields)


def _paired_resources(
    old: Sequence[Resource], new: Sequence[Resource]
) -> list[tuple[Resource | None, Resource | None]]:
    """Old and new resources by name, then those renamed, in the order of `new`; the rest last."""
    here, there = _numbered(old), _numbered(new)
    found = {key: here.pop(key) for key in there if key in here}
    for identity in (_place, _structure):
        gone = _by(identity, here)
        come = _by(identity, {key: item for key, item in there.items() if key not in found})
        for what in gone.keys() & come.keys():
            if len(gone[what]) == len(come[what]) == 1:
                found[come[what][0]] = here.pop(gone[what][0])
    return [(found.get(key), item) for key, item in there.items()] + [
        (item, None) for item in here.values()
    ]


_Key = tuple[str, int]


def _by(
    identity: Callable[[Resource], Any], resources: Mapping[_Key, Resource]
) -> dict[Any, list[_Key]]:
    found: dict[Any, list[_Key]] = {}
    for key, item in resources.items():
        if what := identity(item):
            found.setdefault(what, []).append(key)
    return found


def _numbered(resources: Sequence[Resource]) -> dict[_Key, Resource]:
    """The resources by name; where two share one, which is a fault, by their order too."""
    seen: Counter[str] = Counter()
    numbered = {}
    for item in resources:
        numbered[item.name, seen[item.name]] = item
        seen[item.name] += 1
    return numbered


def _place(item: Resource) -> tuple[str, ...]:
    return item.paths


def _structure(item: Resource) -> str | None:
    if item.schema is None or not item.schema.fields:
        return None
    return canonical([field.descriptor for field in item.schema.fields])


def _paired_fields(old: Sequence[Field], new: Sequence[Field]) -> Pairs:
    """As `_paired_resources`. A field is renamed where one that is alike but for its name and title
    stood in its place.
    """
    by_name = {item.name: item for item in old}
    gone = dict(_places(old, {item.name for item in new}))
    pairs: Pairs = []
    come = {item.name: place for place, item in _places(new, set(by_name))}
    for item in new:
        before = by_name.get(item.name)
        place = come.get(item.name)
        if before is None and place in gone and _alike(gone[place], item):
            before = gone.pop(place)
        pairs.append((before, item))
    return pairs + [(item, None) for item in gone.values()]


def _places(
    fields: Sequence[Field], common: set[str]
) -> Iterator[tuple[tuple[str | None, int], Field]]:
    """The fields that are not common: each with the common one before it, and how far that is."""
    last, distance = None, 0
    for item in fields:
        if item.name in common:
            last, distance = item.name, 0
        else:
            distance += 1
            yield (last, distance), item


def _alike(old: Field, new: Field) -> bool:
    def rest(item: Field) -> dict[str, Any]:
        return {k: v for k, v in item.descriptor.items() if k not in ("name", "title", "type")}

    return old.type == new.type and same(rest(old), rest(new))


# Package and resource


def _package_changes(old: Json, new: Json) -> Iterator[Change]:
    given = {name for name in ("name", "id") if old.get(name) is not None}
    for name in sorted(given, reverse=True):
        before, after = old[name], new.get(name)
        if not same(before, after):
            message = f"the package's {said(name, before, after)}"
            yield _change("package-renamed", name, before, after, message)
    yield from _metadata_changes(old, new, _change, _OF_RELEASE | given | {"resources"})


def _metadata_changes(
    old: Json, new: Json, change: Emit, without: set[str], prefix: str = ""
) -> Iterator[Change]:
    """A change for each property that differs, but for those that are compared otherwise."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if name not in without and not same(before, after):
            kind = "licence-changed" if name in _LICENCES else "metadata-changed"
            yield change(kind, prefix + name, before, after)


def _with_inherited(item: Resource, package: Package, other: Resource) -> Json:
    """The resource's descriptor, and what it inherits where the other one declares it itself."""
    inherited = {
        name: package.descriptor.get(name)
        for name in _INHERITED
        if item.descriptor.get(name) is None and other.descriptor.get(name) is not None
    }
    return {**item.descriptor, **inherited}


_RESOURCE_STRUCTURE = {
    "name", "path", "data", "format", "encoding", "compression", "dialect", "schema",
}  # fmt: skip


def _codec(encoding: str) -> str:
    """The encoding by the one name that all its names stand for."""
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return encoding


def _header_rows(item: Resource) -> list[int]:
    """By default the first record that is no comment, which may not be record 1."""
    dialect = item.dialect
    may_differ = dialect.comment_char or dialect.comment_rows or dialect.skip_blank_rows
    return list(dialect.header_rows or (() if may_differ else (1,)))


def _property(name: str) -> Callable[[Resource], Any]:
    return lambda item: item.dialect_properties.get(name)


_READING: dict[str, Callable[[Resource], Any]] = {
    "format": lambda item: item.format,
    "encoding": lambda item: _codec(item.encoding),
    "compression": lambda item: item.compression or None,
    "dialect.delimiter": lambda item: item.dialect.delimiter,
    "dialect.quoteChar": lambda item: item.dialect.quote_char,
    "dialect.doubleQuote": lambda item: item.dialect.double_quote,
    "dialect.escapeChar": lambda item: item.dialect.escape_char,
    "dialect.skipInitialSpace": lambda item: item.dialect.skip_initial_space,
    "dialect.header": lambda item: item.dialect.header_rows != (),
    "dialect.headerRows": _header_rows,
    "dialect.headerJoin": lambda item: item.dialect.header_join,
    "dialect.caseSensitiveHeader": lambda item: item.dialect.case_sensitive,
    "dialect.commentChar": lambda item: item.dialect.comment_char,
    "dialect.commentRows": lambda item: sorted(item.dialect.comment_rows),
    "dialect.skipBlankRows": lambda item: item.dialect.skip_blank_rows,
    **{
        f"dialect.{name}": _property(name)
        for name in (
            "type", "property", "itemType", "itemKeys", "sheetNumber", "sheetName", "table",
            "json", "excel", "ods", "sql",
        )
    },
}  # fmt: skip
"""What decides how a resource's files are read, with defaults filled in."""


def _reading_changes(old: Resource, new: Resource, change: Emit) -> Iterator[Change]:
    if old.paths != new.paths:
        yield change("path-changed", "path", _one_or_all(old.paths), _one_or_all(new.paths))
    for name, value in _READING.items():
        before, after = value(old), value(new)
        if not same(before, after):
            yield change("reading-changed", name, before, after)
    # What has no meaning for reading here may have one elsewhere, as lineTerminator.
    told = {name.removeprefix("dialect.") for name in _READING} | {"$schema", "nullSequence"}
    default = {"lineTerminator": "\r\n"}
    here, there = (default | dict(item.dialect_properties) for item in (old, new))
    yield from _metadata_changes(here, there, change, told, "dialect.")


def _one_or_all(paths: tuple[str, ...]) -> Any:
    return None if not paths else paths[0] if len(paths) == 1 else list(paths)


# Schema


def _schema_changes(
    old: Resource, new: Resource, names: _Renamings, change: Emit
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
    pairs = _paired_fields(old.schema.fields, new.schema.fields)
    here, there = _inline(old, new)
    renamed = partial(names.of, old.name)
    changes = [
        *_whole_schema_changes(old.schema, new.schema, pairs, change),
        *_metadata_changes(here, there, change, set(PROPERTIES["schema"]) - _TEXTS, "schema."),
        *_key_changes(old.schema, new.schema, renamed, change),
        *_unique_changes(old.schema, new.schema, renamed, change),
        *_foreign_key_changes(old.schema, new.schema, renamed, names, change),
    ]
    keys = old.schema.primary_key, new.schema.primary_key
    own = _own_properties(here), _own_properties(there)
    for before, after in pairs:
        was, now = _name(before), _name(after)
        of_field = partial(change, field=now or was)
        changes += _come_or_gone("field", was, now, of_field)
        if before and after:
            changes += _field_changes(before, after, keys, own, of_field)
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
    for here, there in pairs:
        if here and there and not _has_own_missing(here, there):
            yield from _missing_changes(here, there, change)
            break  # what one field has from the schema, all have


def _has_own_missing(*fields: Field) -> bool:
    return any("missingValues" in item.descriptor for item in fields)


def _missing_changes(old: Field, new: Field, change: Emit) -> Iterator[Change]:
    if set(old.missing) != set(new.missing):
        yield change("reading-changed", "missingValues", list(old.missing), list(new.missing))


def _key_changes(old: Schema, new: Schema, renamed: Renamed, change: Emit) -> Iterator[Change]:
    before, after = list(renamed(old.primary_key)), list(new.primary_key)
    if set(before) != set(after):
        yield change("primary-key-changed", "primaryKey", before or None, after or None)


def _unique_changes(old: Schema, new: Schema, renamed: Renamed, change: Emit) -> Iterator[Change]:
    """A key is tightened where neither it nor a part of it was unique before."""
    was, now = _unique_keys(old, renamed), _unique_keys(new, tuple)
    common = set(renamed([item.name for item in old.fields])) & {item.name for item in new.fields}
    for kind, these, others, words in (
        ("constraint-tightened", now, was, "must be unique now"),
        ("constraint-loosened", was, now, "need no longer be unique"),
    ):
        for key, (declared, fields) in these.items():
            if declared == "primaryKey" or any(other <= key for other in others):
                continue
            value: list[str] | bool
            if declared == "uniqueKeys":
                of_key, value, subject = change, list(fields), f"the values of {shown(fields)}"
            elif key <= common:
                of_key, value, subject = partial(change, field=fields[0]), True, "the values"
            else:
                continue  # the field itself was added or removed
            before, after = (None, value) if these is now else (value, None)
            yield of_key(kind, declared, before, after, f"{subject} {words}")


def _unique_keys(
    schema: Schema, renamed: Renamed
) -> dict[frozenset[str], tuple[str, tuple[str, ...]]]:
    """What must be unique: each set of fields, the property that says so, and its names."""
    declared = [
        *(("uniqueKeys", key) for key in schema.unique_keys),
        *(("constraints.unique", (f.name,)) for f in schema.fields if f.constraints.get("unique")),
        *(("primaryKey", key) for key in [schema.primary_key] if key),
    ]
    return {frozenset(renamed(key)): (name, renamed(key)) for name, key in declared}


def _foreign_key_changes(
    old: Schema, new: Schema, renamed: Renamed, names: _Renamings, change: Emit
) -> Iterator[Change]:
    kept = [
        ForeignKey(
            renamed(key.fields),
            names.resources.get(key.resource, key.resource),
            names.of(key.resource, key.reference),
        )
        for key in old.foreign_keys
    ]
    was, now = ({_pairs_of(key): key for key in keys} for keys in (kept, new.foreign_keys))
    gone = [key for pairs, key in was.items() if pairs not in now]
    for key in (key for pairs, key in now.items() if pairs not in was):
        before = next((k for k in gone if set(k.fields) == set(key.fields)), None)
        if before is None:
            message = f"{_reference(key)} is new"
            yield change("constraint-tightened", "foreignKeys", None, _json_of(key), message)
        else:
            gone.remove(before)
            message = f"{_reference(before)} refers to {_target(key)} now"
            yield change(
                "reference-changed", "foreignKeys", _json_of(before), _json_of(key), message
            )
    for key in gone:
        message = f"{_reference(key)} is gone"
        yield change("constraint-loosened", "foreignKeys", _json_of(key), None, message)


def _reference(key: ForeignKey) -> str:
    return f"the foreign key {shown(key.fields)} to {_target(key)}"


def _target(key: ForeignKey) -> str:
    return f"{shown(key.resource)} {shown(key.reference)}"


def _pairs_of(key: ForeignKey) -> tuple[str, frozenset[tuple[str, str]]]:
    """A foreign key whatever the order of its fields."""
    return key.resource, frozenset(zip(key.fields, key.reference, strict=True))


def _json_of(key: ForeignKey) -> dict[str, Any]:
    reference = {"resource": key.resource, "fields": list(key.reference)}
    return {"fields": list(key.fields), "reference": reference}


# Fields


_FIELD_READING: dict[str, Any] = {
    "decimalChar": ".",
    "groupChar": "",
    "bareNumber": True,
    "floatNumber": False,
    **BOOLEANS,
    "delimiter": ",",
    "itemType": "string",
}
"""Properties that decide how cells are read, and what they are where they are absent."""

_FIELD_STRUCTURE = {
    "name", "type", "format", "constraints", "missingValues", "categories", *_FIELD_READING,
}  # fmt: skip


def _own_properties(schema: Json) -> dict[str, Json]:
    """By field the properties that Table Schema does not know."""
    return {
        raw["name"]: {k: v for k, v in raw.items() if k not in PROPERTIES["field"]}
        for raw in schema.get("fields", ())
        if isinstance(raw.get("name"), str)
    }


def _field_changes(
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
    for name, default in _FIELD_READING.items():
        before, after = old.descriptor.get(name, default), new.descriptor.get(name, default)
        if not same(_in_any_order(before), _in_any_order(after)):
            yield change("reading-changed", name, before, after)
    if _has_own_missing(old, new):
        yield from _missing_changes(old, new, change)


def _in_any_order(value: Any) -> Any:
    return sorted(map(canonical, value)) if isinstance(value, list) else value


def _described_changes(old: Json, new: Json, change: Emit) -> Iterator[Change]:
    without = set(_FIELD_STRUCTURE)
    before, after = old.get("unit"), new.get("unit")
    if before is not None and after is not None:
        without.add("unit")
        if not same(before, after):
            yield change("unit-changed", "unit", before, after)
    if not new.get("categoriesOrdered") or old.get("categoriesOrdered"):
        without.add("categoriesOrdered")  # only to gain an order is mere description
    yield from _metadata_changes(old, new, change, without)


def _category_changes(old: Field, new: Field, change: Emit) -> Iterator[Change]:
    """Order and labels; whether the values changed, the constraints say."""
    before, after = old.descriptor.get("categories"), new.descriptor.get("categories")
    was, now = _labels(before), _labels(after)
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


def _labels(categories: Any) -> dict[str, Any]:
    """The label of each category; None: it has none."""
    labels = {}
    for item in categories or ():
        value = item.get("value") if isinstance(item, dict) else item
        if isinstance(value, str | int):
            labels[str(value)] = item.get("label") if isinstance(item, dict) else None
    return labels
