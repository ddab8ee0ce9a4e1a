"""Fields as Croissant's data types: text, unless readers cannot go wrong with more."""

from collections.abc import Callable

from mtopendata.package.model import Field, Resource
from mtopendata.release.terms.table_text import Column, cells_match


def _has_default_format(item: Field) -> bool:
    return item.format == "default" and "groupChar" not in item.descriptor


def _is_bare(item: Field) -> bool:
    bare = item.descriptor.get("bareNumber", True) is True
    return bare and _has_default_format(item) and item.descriptor.get("decimalChar", ".") == "."


_CROISSANT_TYPES: dict[str, tuple[str, Callable[[Field], bool]]] = {
    "integer": ("sc:Integer", _is_bare),
    "year": ("sc:Integer", _has_default_format),
    "number": ("sc:Float", _is_bare),
    "date": ("sc:Date", _has_default_format),
    "datetime": ("sc:DateTime", _has_default_format),
    "time": ("sc:Time", _has_default_format),
}
"""Field type → Croissant's, and what must hold of a field for its cells to be read as that."""


def data_type(item: Field, is_plain_boolean: bool) -> str:
    """Text, unless the cells can be read as more without a word on how they are written."""
    if item.type == "string" and item.format == "uri":
        return "sc:URL"
    if item.type == "boolean":
        return "sc:Boolean" if is_plain_boolean else "sc:Text"
    name, holds = _CROISSANT_TYPES.get(item.type, ("sc:Text", _has_default_format))
    return name if holds(item) and item.missing in ((), ("",)) else "sc:Text"


def plain_booleans(resource: Resource, columns: list[Column]) -> set[str]:
    """The boolean fields that only have true and false, whatever their case, or only 1 and 0:
    readers take any other word for true, and 0 among words.
    """
    usual = {
        index: column.field.name
        for index, column in enumerate(columns)
        if column.field.type == "boolean"
        and not {"trueValues", "falseValues"} & set(column.field.descriptor)
        and column.field.missing in ((), ("",))
    }
    plain: set[str] = set()
    for pattern in ("^(true|True|TRUE|false|False|FALSE)$", "^[01]$"):
        matched = cells_match(resource, columns, dict.fromkeys(usual, pattern))
        plain |= {usual[index] for index, matches in matched.items() if matches}
    return plain
