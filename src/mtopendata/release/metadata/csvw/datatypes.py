"""Fields as CSVW's datatypes, with the constraints that it has."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from mtopendata.package.model import Field, Resource
from mtopendata.package.types import TYPES
from mtopendata.release.terms.properties import (
    text_list,
)
from mtopendata.release.terms.table_text import Column, cells_match

Json = dict[str, Any]


_DATES: Mapping[str, str] = {
    "%Y-%m-%d": "yyyy-MM-dd",
    "%Y%m%d": "yyyyMMdd",
    "%d-%m-%Y": "dd-MM-yyyy",
    "%m-%d-%Y": "MM-dd-yyyy",
    "%d/%m/%Y": "dd/MM/yyyy",
    "%m/%d/%Y": "MM/dd/yyyy",
    "%d.%m.%Y": "dd.MM.yyyy",
    "%m.%d.%Y": "MM.dd.yyyy",
}
"""The date formats that CSVW has, of those that a field can declare."""


_ORDERED = ("integer", "decimal", "double", "date", "dateTime", "time")


_BOUNDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "minExclusive",
    "exclusiveMaximum": "maxExclusive",
}


def is_list(item: Field) -> bool:
    """Whether CSVW can express it as one: it has no word for a missing list but an empty cell."""
    return item.type == "list" and item.missing == ("",)


def datatypes(resource: Resource, columns: list[Column]) -> dict[str, Json]:
    """The datatype of each field: its base, and the constraints that CSVW has."""
    patterns = {
        index: pattern
        for index, column in enumerate(columns)
        if (pattern := _pattern_to_meet(column.field))
    }
    matched = cells_match(resource, columns, patterns)
    return {
        column.field.name: _datatype(column.field, matched.get(index, True))
        for index, column in enumerate(columns)
    }


def _pattern_to_meet(item: Field) -> str | None:
    if item.type == "boolean" and _boolean_format(item):
        return None
    return TYPES[item.type].csvw[1] if item.format == "default" else None


def _datatype(item: Field, is_written_so: bool) -> Json:
    """`is_written_so`: the cells are written as the base requires."""
    return _BY_TYPE.get(item.type, _plain_datatype)(item, is_written_so) or {"base": "string"}


def _plain_datatype(item: Field, is_written_so: bool) -> Json | None:
    """A type without a format of its own; None where its cells can be described as text only."""
    base = TYPES[item.type].csvw[0]
    if not is_written_so or (item.format != "default" and base != "json"):
        return None
    return {"base": base} | _csvw_bounds(item, base)


def _list_datatype(item: Field, _: bool) -> Json | None:
    kind = item.descriptor.get("itemType")
    return {"base": "integer"} if is_list(item) and kind == "integer" else None


def _number_datatype(item: Field, is_written_so: bool) -> Json | None:
    if item.descriptor.get("bareNumber", True) is not True:
        return None
    base = TYPES[item.type].csvw[0]
    if item.type == "number" and (not is_written_so or item.descriptor.get("floatNumber") is True):
        base = "double"
    return {"base": base} | _number_format(item) | _csvw_bounds(item, base)


def _boolean_datatype(item: Field, is_written_so: bool) -> Json | None:
    if form := _boolean_format(item):
        return {"base": "boolean", "format": form}
    if not is_written_so or {"trueValues", "falseValues"} & set(item.descriptor):
        return None
    return {"base": "boolean"}


def _date_datatype(item: Field, is_written_so: bool) -> Json | None:
    if item.format == "default":
        return _plain_datatype(item, is_written_so)
    form = _DATES.get(item.format)
    return {"base": "date", "format": form} if form else None


def _string_datatype(item: Field, _: bool) -> Json:
    if item.format == "uri":
        return {"base": "anyURI"}
    if item.format == "binary":
        return {"base": "base64Binary"}
    lengths = {
        name: value
        for name in ("minLength", "maxLength")
        if isinstance(value := item.constraints.get(name), int) and not isinstance(value, bool)
    }
    form = _regular_expression(item)
    return {"base": "string", **({"format": form} if form else {}), **lengths}


_BY_TYPE: Mapping[str, Callable[[Field, bool], Json | None]] = {
    "list": _list_datatype,
    "integer": _number_datatype,
    "number": _number_datatype,
    "boolean": _boolean_datatype,
    "date": _date_datatype,
    "string": _string_datatype,
}


def _number_format(item: Field) -> Json:
    signs = {
        name: sign
        for name in ("groupChar", "decimalChar")
        if isinstance(sign := item.descriptor.get(name), str) and len(sign) == 1
    }
    if signs.get("decimalChar") == ".":
        del signs["decimalChar"]
    return {"format": signs} if signs else {}


def _boolean_format(item: Field) -> str | None:
    """`yes|no`, which can name only one word for each."""
    true, false = (
        text_list(item.descriptor.get("trueValues")),
        text_list(item.descriptor.get("falseValues")),
    )
    if len(true) == len(false) == 1 and "|" not in true[0] + false[0]:
        return f"{true[0]}|{false[0]}"
    return None


_MEANS_ANOTHER = re.compile(r"\(\?[^:=!]|\\[AZzpPiIcCwW]|[*+?}]\+|\[[^\]]*(?<!\\)\[")
"""What a pattern may have that ECMAScript has not, or reads in another way, as `[a-z-[b]]`."""


def _regular_expression(item: Field) -> str | None:
    """The regular expression of a text: its allowed values, or its pattern, where that means in
    ECMAScript what it means here.
    """
    allowed = item.constraints.get("enum")
    if allowed is None and item.categories is not None:
        allowed = list(item.categories)
    if isinstance(allowed, list) and allowed and all(isinstance(value, str) for value in allowed):
        words = [re.sub(r"([\\^$.*+?()\[\]{}|/])", r"\\\1", value) for value in allowed]
        return f"^(?:{'|'.join(words)})$"
    pattern = item.constraints.get("pattern")
    if not isinstance(pattern, str) or _MEANS_ANOTHER.search(pattern):
        return None
    return f"^(?:{pattern})$"


def _csvw_bounds(item: Field, base: str) -> Json:
    """The bounds that CSVW can read; of an inclusive and an exclusive one the latter is kept."""
    if base not in _ORDERED:
        return {}
    bounds = {
        _BOUNDS[name]: value
        for name in _BOUNDS
        if _is_bound(value := item.constraints.get(name), base)
    }
    for inclusive, exclusive in (("minimum", "minExclusive"), ("maximum", "maxExclusive")):
        if exclusive in bounds:
            bounds.pop(inclusive, None)
    return bounds


def _is_bound(value: object, base: str) -> bool:
    if base in ("integer", "decimal", "double"):
        return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    pattern = TYPES[base.lower()].csvw[1] or r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    return isinstance(value, str) and re.search(pattern, value) is not None
