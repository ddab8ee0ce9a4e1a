"""The JSON Schema of arrays and objects, which frictionless does not test."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, cast

from mtopendata.package.constraint import Constraint, UnusableConstraintError
from mtopendata.package.model import Field
from mtopendata.package.patterns.timed import found_test
from mtopendata.values.json_values import plain_json

IsFound = Callable[[str, str], bool]
"""Whether a pattern is found in a text."""


def json_schema_test(schema: Any) -> Callable[[Any], bool]:
    """A test of values against a JSON Schema. It fetches nothing, raises for a bad schema, and
    gives the schema's patterns, which are found anywhere in a text, a limited time.
    """
    from jsonschema.validators import extend, validator_for
    from referencing import Registry

    descriptor = plain_json(schema)
    kind = validator_for(descriptor)
    kind.check_schema(descriptor)
    if {"patternProperties", "unevaluatedProperties"} <= set(_keys(descriptor)):
        raise UnusableConstraintError(
            "unevaluatedProperties beside patternProperties: use additionalProperties"
        )
    tests = cache(found_test)

    def is_found(pattern: str, text: str) -> bool:
        return tests(pattern)(text)

    others = partial(_additional, is_found, kind.VALIDATORS.get("additionalProperties"))
    timed = {
        "pattern": partial(_pattern, is_found),
        "patternProperties": partial(_pattern_properties, is_found),
        "additionalProperties": others,
    }
    test = extend(kind, timed)(descriptor, registry=Registry())
    return cast("Callable[[Any], bool]", test.is_valid)


def _keys(schema: Any) -> Iterator[str]:
    """All keys of a schema, however deep they stand."""
    left = [schema]
    while left:
        match left.pop():
            case dict() as found:
                yield from found
                left += found.values()
            case list() as found:
                left += found


# The keywords of JSON Schema that run patterns, which jsonschema runs for as long as they take


def _pattern(
    is_found: IsFound, validator: Any, pattern: str, value: Any, _: Mapping[str, Any]
) -> Iterator[Exception]:
    from jsonschema.exceptions import ValidationError

    if validator.is_type(value, "string") and not is_found(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(
    is_found: IsFound, validator: Any, patterns: Mapping[str, Any], value: Any, _: Mapping[str, Any]
) -> Iterator[Exception]:
    if validator.is_type(value, "object"):
        for pattern, schema in patterns.items():
            for name, item in value.items():
                if is_found(pattern, name):
                    yield from validator.descend(item, schema, path=name, schema_path=pattern)


def _additional(
    is_found: IsFound, test: Any, validator: Any, wanted: Any, value: Any, schema: Mapping[str, Any]
) -> Iterator[Exception]:
    """The library's own test, told which properties match a pattern."""
    patterns = schema.get("patternProperties", {})
    if validator.is_type(value, "object") and patterns:
        named = [name for name in value if any(is_found(pattern, name) for pattern in patterns)]
        schema = {"properties": {**schema.get("properties", {}), **dict.fromkeys(named)}}
    yield from test(validator, wanted, value, schema) or ()


def _not_described(_: Any, cell: str, __: Field) -> tuple[str, str]:
    return f"{cell[:80]!r} does not fit the field's JSON Schema", "correct the cell"


FAMILY = (
    Constraint(
        "jsonSchema",
        12,
        "object",
        None,
        _not_described,
        "enforced, which frictionless ignores",
        applies_to=lambda type_: type_.takes_json_schema,
        compiled=json_schema_test,
    ),
)
