"""Which resources and fields of two versions are the same under another name."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mtopendata.changes.change import Pairs
from mtopendata.package.model import Field, Resource
from mtopendata.values.json_values import canonical, same


class Renamings:
    """Old names as the new package has them, so that a key that follows a renaming is the same."""

    def __init__(self, pairs: Sequence[tuple[Resource | None, Resource | None]]) -> None:
        self.resources: dict[str, str] = {}
        self.fields: dict[str, dict[str, str]] = {}
        for old, new in pairs:
            if old is None or new is None:
                continue
            self.resources.setdefault(old.name, new.name)
            if old.schema and new.schema:
                fields = paired_fields(old.schema.fields, new.schema.fields)
                known = {here.name: there.name for here, there in fields if here and there}
                self.fields.setdefault(old.name, known)

    def of(self, resource: str, fields: Sequence[str]) -> tuple[str, ...]:
        known = self.fields.get(resource, {})
        return tuple(known.get(name, name) for name in fields)


def paired_resources(
    old: Sequence[Resource], new: Sequence[Resource]
) -> list[tuple[Resource | None, Resource | None]]:
    """Old and new resources by name, then those renamed, in the order of `new`; the rest last."""
    here, there = _numbered_resources(old), _numbered_resources(new)
    found = {key: here.pop(key) for key in there if key in here}
    for identity in (_paths_of, _fields_of):
        gone = _by_identity(identity, here)
        come = _by_identity(
            identity, {key: item for key, item in there.items() if key not in found}
        )
        for what in gone.keys() & come.keys():
            if len(gone[what]) == len(come[what]) == 1:
                found[come[what][0]] = here.pop(gone[what][0])
    return [(found.get(key), item) for key, item in there.items()] + [
        (item, None) for item in here.values()
    ]


_Key = tuple[str, int]


def _by_identity(
    identity: Callable[[Resource], Any], resources: Mapping[_Key, Resource]
) -> dict[Any, list[_Key]]:
    found: dict[Any, list[_Key]] = {}
    for key, item in resources.items():
        if what := identity(item):
            found.setdefault(what, []).append(key)
    return found


def _numbered_resources(resources: Sequence[Resource]) -> dict[_Key, Resource]:
    """The resources by name; where two share one, which is a fault, by their order too."""
    seen: Counter[str] = Counter()
    numbered = {}
    for item in resources:
        numbered[item.name, seen[item.name]] = item
        seen[item.name] += 1
    return numbered


def _paths_of(item: Resource) -> tuple[str, ...]:
    return item.paths


def _fields_of(item: Resource) -> str | None:
    if item.schema is None or not item.schema.fields:
        return None
    return canonical([field.descriptor for field in item.schema.fields])


def paired_fields(old: Sequence[Field], new: Sequence[Field]) -> Pairs:
    """As `paired_resources`. A field is renamed where one that is alike but for its name and title
    stood in its place.
    """
    by_name = {item.name: item for item in old}
    gone = dict(_field_places(old, {item.name for item in new}))
    pairs: Pairs = []
    come = {item.name: place for place, item in _field_places(new, set(by_name))}
    for item in new:
        before = by_name.get(item.name)
        place = come.get(item.name)
        if before is None and place in gone and _are_alike(gone[place], item):
            before = gone.pop(place)
        pairs.append((before, item))
    return pairs + [(item, None) for item in gone.values()]


def _field_places(
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


def _are_alike(old: Field, new: Field) -> bool:
    def rest(item: Field) -> dict[str, Any]:
        return {k: v for k, v in item.descriptor.items() if k not in ("name", "title", "type")}

    return old.type == new.type and same(rest(old), rest(new))
