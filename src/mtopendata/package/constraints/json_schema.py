"""The JSON Schema of arrays and objects, which frictionless does not test."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, cast

import polars as pl

from mtopendata.package.constraint import Constraint, Test, UnusableConstraintError
from mtopendata.package.model import Field
from mtopendata.package.patterns.timed import found_test
from mtopendata.package.type import each_once
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


def _is_described(schema: Any, _: Field, __: pl.DataType) -> Test:
    """The test of cells of JSON. UnusableConstraintError: the schema is none; or, from the test,
    it turns out to be none, such as one with a reference that leads nowhere.
    """
    try:
        test = json_schema_test(schema)
    except Exception as error:  # whatever a hostile schema makes it raise
        raise _no_json_schema(error) from error
    return lambda column: column.map_batches(partial(_are_described, test), pl.Boolean)


def _are_described(test: Callable[[Any], bool], cells: pl.Series) -> pl.Series:
    def is_described(text: str) -> bool:
        return test(json.loads(text, parse_int=_as_whole_number))

    try:
        return each_once(is_described, cells, pl.Boolean)
    except Exception as error:  # as above
        raise _no_json_schema(error) from error


def _as_whole_number(digits: str) -> float:
    """A number without a point; one that Python takes for an attack is as good as endless."""
    return int(digits) if len(digits) < _LONGEST else float(digits)


_LONGEST = 4_000


def _no_json_schema(error: Exception) -> UnusableConstraintError:
    return UnusableConstraintError(str(error).partition("\n")[0])


def _not_described(_: Any, cell: str, __: Field) -> tuple[str, str]:
    return f"{cell[:80]!r} does not fit the field's JSON Schema", "correct the cell"


FAMILY = (
    Constraint(
        "jsonSchema",
        12,
        "object",
        _is_described,
        _not_described,
        "enforced, which frictionless ignores",
        applies_to=lambda type_: type_.takes_json_schema,
        compiled=json_schema_test,
    ),
)
