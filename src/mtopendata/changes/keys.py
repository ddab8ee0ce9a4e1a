"""Primary, unique and foreign keys of two schemas."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from mtopendata.changes.change import Change, Emit, Renamed
from mtopendata.changes.renamings import Renamings
from mtopendata.package.model import ForeignKey, Schema
from mtopendata.values.json_values import shown


def key_changes(old: Schema, new: Schema, renamed: Renamed, change: Emit) -> Iterator[Change]:
    before, after = list(renamed(old.primary_key)), list(new.primary_key)
    if set(before) != set(after):
        yield change("primary-key-changed", "primaryKey", before or None, after or None)


def unique_changes(old: Schema, new: Schema, renamed: Renamed, change: Emit) -> Iterator[Change]:
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


def foreign_key_changes(
    old: Schema, new: Schema, renamed: Renamed, names: Renamings, change: Emit
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
            message = f"{_key_words(key)} is new"
            yield change("constraint-tightened", "foreignKeys", None, _key_json(key), message)
        else:
            gone.remove(before)
            message = f"{_key_words(before)} refers to {_target_words(key)} now"
            yield change(
                "reference-changed", "foreignKeys", _key_json(before), _key_json(key), message
            )
    for key in gone:
        message = f"{_key_words(key)} is gone"
        yield change("constraint-loosened", "foreignKeys", _key_json(key), None, message)


def _key_words(key: ForeignKey) -> str:
    return f"the foreign key {shown(key.fields)} to {_target_words(key)}"


def _target_words(key: ForeignKey) -> str:
    return f"{shown(key.resource)} {shown(key.reference)}"


def _pairs_of(key: ForeignKey) -> tuple[str, frozenset[tuple[str, str]]]:
    """A foreign key whatever the order of its fields."""
    return key.resource, frozenset(zip(key.fields, key.reference, strict=True))


def _key_json(key: ForeignKey) -> dict[str, Any]:
    reference = {"resource": key.resource, "fields": list(key.reference)}
    return {"fields": list(key.fields), "reference": reference}
