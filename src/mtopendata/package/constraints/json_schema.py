"""The JSON Schema of arrays and objects, which frictionless does not test."""

from collections.abc import Callable
from typing import Any, cast

from mtopendata.package.constraint import Constraint
from mtopendata.package.model import Field
from mtopendata.values.json_values import plain_json


def json_schema_test(schema: Any) -> Callable[[Any], bool]:
    """A test of values against a JSON Schema. It fetches nothing, and raises for a bad schema."""
    from jsonschema.validators import validator_for
    from referencing import Registry

    descriptor = plain_json(schema)
    kind = validator_for(descriptor)
    kind.check_schema(descriptor)
    return cast("Callable[[Any], bool]", kind(descriptor, registry=Registry()).is_valid)


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
