"""YAML that nobody vouches for, as the JSON that it stands for.

YAML guesses what a bare word means: `no` is false, `1.0` a number, `2024-01-01` a date. Here it is
a text wherever the standard wants one, and else the number or truth value that it can be: a version
stays `1.0`, and `required: yes` is true.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import yaml

from mtopendata.package.json_files import Json, exact_number, json_type
from mtopendata.package.properties import PROPERTIES

MAX_TEXT = 4 * 1024**2
"""Characters of the largest YAML: a thousand times as many bytes are needed to read it."""
_BUDGET, _OF_EACH = 64 * 1024**2, 64
"""What all values together may cost, and each besides its text: a few lines of aliases of aliases
stand for billions of values.
"""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""It makes no objects and guesses no types; the one in C is ten times as fast."""
_TAGS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))

_TEXTS = "texts"
"""The level of objects that have nothing but texts."""
_LEVELS = {
    ("package", "resources"): "resource",
    ("resource", "dialect"): "dialect",
    ("resource", "schema"): "schema",
    ("dialect", "csv"): "dialect",
    ("schema", "fields"): "field",
    ("schema", "foreignKeys"): "foreignKey",
    ("foreignKey", "reference"): "reference",
    ("field", "constraints"): "constraints",
    ("field", "categories"): "category",
    **{
        (level, name): _TEXTS
        for level in ("package", "resource")
        for name in ("contributors", "licenses", "sources")
    },
    ("schema", "missingValues"): _TEXTS,
    ("field", "missingValues"): _TEXTS,
    (_TEXTS, "roles"): _TEXTS,
}
"""What objects are that stand in a property of an object. Other objects are the publisher's own."""

_OF_FIELD = {
    "boolean": "boolean|string",
    **dict.fromkeys(("integer", "number", "year"), "number|string"),
    **dict.fromkeys(("any", "array", "geojson", "object"), "any"),
}
"""What a word can be that is a value of a field with one of these types; else it is a text."""
_VALUES = {
    "field": {"example", "categories"},
    "category": {"value"},
    "constraints": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum"},
}
"""The properties that hold values of the field."""


def yaml_value(text: str, level: str) -> tuple[Any, list[str]]:
    """The value that a YAML text stands for, and the keys that stand twice in an object. `level` is
    a key of PROPERTIES. ValueError: it is no YAML, or says what JSON cannot.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"it is longer than {MAX_TEXT:,} characters")
    try:
        node = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        what = error.problem or error.context or "it cannot be read"
        raise ValueError(_at(error.problem_mark, what)) from error
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    if node is None:
        raise ValueError("it is empty")
    values = _Values()
    return values.value(node, level, "any", "string"), values.twice


def _at(mark: yaml.Mark | None, what: str) -> str:
    return f"{what}: line {mark.line + 1} column {mark.column + 1}" if mark else what


class _Values:
    """Turns nodes into values."""

    def __init__(self) -> None:
        self.twice: list[str] = []
        self.left = _BUDGET

    def value(self, node: yaml.Node, level: str, types: str, of_field: str) -> Any:
        """The value of a node. `level` is that of the object that it may be; `types` are the JSON
        types that a word can have, and `of_field` those of a value of the field around it.
        """
        self.left -= _OF_EACH + (len(node.value) if isinstance(node, yaml.ScalarNode) else 0)
        if self.left < 0:
            raise ValueError(_at(node.start_mark, "aliases repeat too much"))
        if node.tag not in _TAGS:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            raise ValueError(_at(node.start_mark, f"the tag {tag} means nothing in JSON"))
        match node:
            case yaml.MappingNode():
                return self._object(node, level, of_field)
            case yaml.SequenceNode():
                return [self.value(item, level, types, of_field) for item in node.value]
            case yaml.ScalarNode(value=text, style=style):
                return text if style else _word(text, types)

    def _object(self, node: yaml.MappingNode, level: str, of_field: str) -> Json:
        members: dict[str, yaml.Node] = {}
        merged: Json = {}
        for key, item in self._members(node):
            if key == "<<":
                merged = self._merged(item, level, of_field) | merged
                continue
            if key in members:
                self.twice.append(key)
            members[key] = item
        if level == "field":
            type_ = members["type"].value if "type" in members else merged.get("type")
            of_field = _OF_FIELD.get(str(type_), "string")
        return merged | {
            key: self.value(
                item, _LEVELS.get((level, key), ""), *_wanted_nodes(level, key, of_field)
            )
            for key, item in members.items()
        }

    def _members(self, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ValueError(_at(key.start_mark, "a key is no text"))
            self.left -= len(key.value)
            yield key.value, item

    def _merged(self, node: yaml.Node, level: str, of_field: str) -> Json:
        """What `<<` takes over: of one object, or of several, of which the first goes before."""
        found: Json = {}
        for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if not isinstance(item, yaml.MappingNode):
                raise ValueError(_at(item.start_mark, "'<<' names something that is no object"))
            found = self.value(item, level, "any", of_field) | found
        return found


def _wanted_nodes(level: str, key: str, of_field: str) -> tuple[str, str]:
    """The JSON types that a word can have in a property, and `of_field` for what stands in it."""
    if key in _VALUES.get(level, ()):
        return of_field, of_field
    if level in (_TEXTS, "category"):
        return "string", of_field
    known = PROPERTIES.get(level, {}).get(key)
    types = known.types if known else "any"
    if types == "array":  # of its items
        types = "number" if key in ("headerRows", "commentRows") else "string"
    return types, of_field


_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NULLS = ("", "~", "null", "Null", "NULL")
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _word(text: str, types: str) -> Any:
    """The value of a word without quotes, of a JSON type among these if it can have one."""
    if text in _NULLS:
        return None
    wanted = types.split("|")
    lower = text.lower()
    value: Any = text
    if _NUMBER.fullmatch(text):
        value = int(text) if text.lstrip("-").isdigit() else exact_number(text)
    elif lower in ("true", "false") or (lower in _TRUTH and "boolean" in wanted):
        value = _TRUTH[lower]
    is_wanted = json_type(value) in wanted or (
        "number" in wanted and isinstance(value, int | Decimal)
    )
    return text if "string" in wanted and not is_wanted else value
