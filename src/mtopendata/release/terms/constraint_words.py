"""What a field demands of its cells, in a reader's words."""

from collections.abc import Callable, Mapping
from typing import Any

from mtopendata.package.model import DESCRIPTOR, Field

_BOUNDS: Mapping[str, str] = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "pattern": "matches {}",
}
_LENGTHS: Mapping[str, str] = {"minLength": "at least {} {}", "maxLength": "at most {} {}"}
_COUNTED: Mapping[str, str] = {"array": "items", "list": "items", "object": "properties"}

Shown = Callable[[Any], str]
"""How a value of the descriptor is written where the words are to stand."""


def constraint_words(field: Field, shown: Shown, *, with_missing: bool) -> list[str]:
    """Each constraint of a field; `with_missing` also what stands for a missing value."""
    rules = field.constraints
    words = [word for word in ("required", "unique") if rules.get(word) is True]
    words += [form.format(shown(rules[name])) for name, form in _BOUNDS.items() if name in rules]
    counted = _COUNTED.get(field.type, "characters")
    words += [
        form.format(shown(rules[name]), counted) for name, form in _LENGTHS.items() if name in rules
    ]
    allowed = rules.get("enum")
    if isinstance(allowed, list) and set(map(str, allowed)) != set(field.categories or ()):
        words.append("one of " + ", ".join(map(shown, allowed)))
    if "jsonSchema" in rules:
        words.append(f"fits the JSON Schema in {shown(DESCRIPTOR)}")
    if with_missing and field.missing != ("",):
        words.append(f"missing: {missing_values(field, shown)}")
    return words


def missing_values(field: Field, shown: Shown) -> str:
    """What stands for a missing value."""
    return ", ".join(shown(value) if value else "empty" for value in field.missing)
