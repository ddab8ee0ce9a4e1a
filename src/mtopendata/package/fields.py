"""JSON → the fields of a schema."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mtopendata.package.constraints import CONSTRAINTS
from mtopendata.package.declared import declared_properties
from mtopendata.package.json_files import Json
from mtopendata.package.model import Field
from mtopendata.package.place import Place
from mtopendata.package.type import Type
from mtopendata.package.types import TYPES


def read_field(
    raw: Json, place: Place, missing: tuple[str, ...], null_sequence: tuple[str, ...]
) -> Field:
    """A field of a schema with these missing values, in a dialect with this null sequence."""
    named = raw.get("name")
    has_name = isinstance(named, str) and named != ""
    name = str(named) if has_name else place.where
    place = replace(place, field=name)
    good = declared_properties("field", raw, place)
    if named == "":
        place.fault("missing-property", f"the name of {place.what} is empty", "name the field")
    form = str(good.get("format") or "default").removeprefix("fmt:")
    type_ = _declared_type(good, form, place) if "type" in good or "type" not in raw else None
    constraints = _declared_constraints(good, type_, place)
    if "missingValues" in good:
        of_schema = replace(place.at("missingValues"), field=None)
        missing = read_missing_values(good["missingValues"], of_schema)
    categories = None
    if "categories" in good and type_ is not None:
        categories = _declared_categories(good["categories"], type_, place)
        _note_beyond_categories(constraints.get("enum", ()), categories, place)
    return Field(
        name=name,
        type=(type_ or TYPES["any"]).name,
        format=form if type_ else "default",
        constraints=constraints,
        missing=missing + null_sequence,
        categories=categories,
        # Table Schema has no units, but many a schema gives one.
        descriptor=good | ({"unit": raw["unit"]} if isinstance(raw.get("unit"), str) else {}),
        version=place.version,
        has_name=has_name,
    )


def _declared_type(good: Json, form: str, place: Place) -> Type | None:
    """The type; None where there is none of its name, or the format is none of it."""
    name = good.get("type", "string")
    if name not in TYPES:
        place.fault(
            "field-type",
            f"'{place.where}.type' is {name!r}, which is no type of Table Schema",
            f"give one of {', '.join(TYPES)}",
        )
        return None
    if todo := TYPES[name].format_fault(form):
        place.fault(
            "field-type",
            f"'{place.where}.format' is {form!r}, which is no format of a {name}",
            todo,
        )
        return None
    return TYPES[name]


def _declared_constraints(good: Json, type_: Type | None, place: Place) -> Json:
    """The constraints that have a meaning for the type; of an unknown one, nobody can say."""
    inner = place.at("constraints")
    constraints = declared_properties("constraints", good.get("constraints", {}), inner)
    for name in [n for n in constraints if not CONSTRAINTS[n].applies_to(type_ or TYPES["any"])]:
        del constraints[name]
        if type_ is not None:
            place.fault(
                "constraint",
                f"'{inner.where}.{name}' has no meaning for the type {type_.name!r}",
                "remove it, or correct the type",
            )
    return constraints


def _declared_categories(items: Sequence[Any], type_: Type, place: Place) -> tuple[str, ...] | None:
    values = [item.get("value") if isinstance(item, dict) else item for item in items]
    texts = tuple(str(value) for value in values if isinstance(value, str | int))
    if len(texts) < len(values) or not CONSTRAINTS["categories"].applies_to(type_):
        place.fault(
            "constraint",
            f"'{place.where}.categories' are not values of the type {type_.name!r}",
            "categories belong to strings and integers",
        )
        return None
    if twice := [text for text, times in Counter(texts).items() if times > 1]:
        place.fault(
            "constraint",
            f"'{place.where}.categories' has {twice[0]!r} twice",
            "name each category once",
        )
    return texts


def _note_beyond_categories(
    enum: Sequence[Any], categories: tuple[str, ...] | None, place: Place
) -> None:
    """Data Package 2: the values of an `enum` must be among the categories."""
    others = [value for value in enum if categories is not None and str(value) not in categories]
    if others:
        place.fault(
            "constraint",
            f"'{place.where}.constraints.enum' has {others[0]!r}, which is none of the categories",
            "add it to the categories, or remove it from 'enum'",
        )


def read_missing_values(items: Sequence[Any], place: Place) -> tuple[str, ...]:
    """The texts that stand for no value: each a string, or an object with one."""
    texts = []
    for item in items:
        text = item.get("value") if isinstance(item, dict) else item
        if isinstance(text, str):
            texts.append(text)
        else:
            place.fault(
                "property-type",
                f"{place.where!r} holds something other than strings",
                "give each as a string, or as an object with a string 'value'",
            )
    return tuple(texts)
