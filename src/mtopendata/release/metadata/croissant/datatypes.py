"""Fields as Croissant's data types: text, unless readers cannot go wrong with more."""

from mtopendata.package.model import Field, Resource
from mtopendata.package.types import TYPES
from mtopendata.release.terms.table_text import Column, cells_match


def _has_default_format(item: Field) -> bool:
    return item.format == "default" and "groupChar" not in item.descriptor


def _is_bare(item: Field) -> bool:
    bare = item.descriptor.get("bareNumber", True) is True
    return bare and _has_default_format(item) and item.descriptor.get("decimalChar", ".") == "."


def data_type(item: Field, is_plain_boolean: bool) -> str:
    """Text, unless the cells can be read as more without a word on how they are written."""
    if item.type == "string" and item.format == "uri":
        return "sc:URL"
    if item.type == "boolean":
        return "sc:Boolean" if is_plain_boolean else "sc:Text"
    kind = TYPES[item.type]
    is_plain = _is_bare(item) if kind.is_number else _has_default_format(item)
    return kind.croissant if is_plain and item.missing in ((), ("",)) else "sc:Text"


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
