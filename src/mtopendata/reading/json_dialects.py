"""Which JSON is a table, and what its dialect says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.package.model import Resource


def is_json_table(resource: Resource) -> bool:
    """Whether a resource is JSON that is to be read as a table."""
    if not resource.is_json:
        return False
    if not resource.is_inline:
        return bool(resource.files) and resource.is_tabular
    data = resource.descriptor["data"]
    if isinstance(data, list):
        return resource.is_tabular or _are_rows(data)
    is_named = isinstance(data, dict) and json_dialect(resource).path is not None
    return resource.is_tabular and (isinstance(data, str) or is_named)


def _are_rows(items: Sequence[Any]) -> bool:
    """Whether a list that nobody calls a table has the form of one."""
    if not items or not all(type(item) is type(items[0]) for item in items):
        return False
    if isinstance(items[0], dict):
        return True
    is_lists = isinstance(items[0], list) and all(len(item) == len(items[0]) for item in items)
    return is_lists and all(isinstance(label, str) for label in items[0])


@dataclass(frozen=True, slots=True)
class JsonDialect:
    """What a dialect says of JSON: where the rows are, what they are, and which names count."""

    path: str | None
    kind: str | None
    names: tuple[str, ...] | None


def json_dialect(resource: Resource) -> JsonDialect:
    """By version 2's names, or by those that frictionless has for them."""
    properties = resource.dialect_properties
    other: Mapping[str, Any] = properties.get("json", {})
    path = properties.get("property", other.get("property"))
    kind = properties.get("itemType", "object" if other.get("keyed") is True else None)
    names = properties.get("itemKeys", other.get("keys"))
    return JsonDialect(
        path if isinstance(path, str) else None,
        kind if kind in ("array", "object") else None,
        tuple(map(str, names)) if isinstance(names, list) else None,
    )
