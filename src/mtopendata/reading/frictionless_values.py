"""Values whose type or format is out of the ordinary, read by frictionless, each once.

Frictionless may raise anything on hostile input, so each call into it is fenced: what it raises
makes the value one that cannot be read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from mtopendata.package.constraints import CONSTRAINTS
from mtopendata.package.model import Field
from mtopendata.values.json_values import plain_json


@dataclass
class Verdicts:
    """What frictionless says of some values: those that it cannot read, those that fail a
    constraint, by its name, and what the others mean. Their column stays text.
    """

    unread: list[str] = field(default_factory=list)
    failed: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)


def read_values(item: Field, texts: Iterable[str]) -> Verdicts:
    """Read texts as values of a field, each once. Missing values must have been removed."""
    verdicts = Verdicts(unusable=unusable_constraints(item))
    usable = [name for name in delegated_constraints(item) if name not in verdicts.unusable]
    verdicts.failed = {name: [] for name in usable}
    try:
        reader = _frictionless_field(item, usable).create_cell_reader()
    except Exception:  # noqa: BLE001 - a format that it cannot compile
        verdicts.unread = list(texts)
        return verdicts
    _read_each(reader, texts, verdicts)
    return verdicts


def _read_each(reader: Any, texts: Iterable[str], verdicts: Verdicts) -> None:
    for text in texts:
        try:
            value, notes = reader(text)
        except Exception:  # noqa: BLE001 - such as comparing a zoned with an unzoned time
            value, notes = None, {"type": ""}
        notes = notes or {}
        if "type" in notes:
            verdicts.unread.append(text)
            continue
        verdicts.values[text] = value
        for name in notes:
            verdicts.failed.setdefault(name, []).append(text)


def is_left_out(item: Field, name: str) -> bool:
    """Whether frictionless does not test this constraint of the field, if it knows it at all.

    It reads patterns as Python's, with `a|b` as `^a|b$`, and for as long as it takes.
    """
    is_bound = name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    return name in ("jsonSchema", "categories", "pattern") or (item.type == "duration" and is_bound)


def delegated_constraints(item: Field) -> list[str]:
    """The constraints that frictionless tests when it reads this field's values."""
    return [name for name in item.constraints if CONSTRAINTS[name].is_of_values]


def unusable_constraints(item: Field) -> dict[str, str]:
    """Why each constraint whose own value is none cannot be tested."""
    try:
        read = _frictionless_field(item, ()).create_value_reader()
    except Exception:  # noqa: BLE001 - no value can be read at all
        return {}
    found = {}
    for name in delegated_constraints(item):
        constraint, value = CONSTRAINTS[name], item.constraints[name]
        try:
            constraint.compiled(value)
            for part in constraint.named(value):
                if read(plain_json(part)) is None:
                    found[name] = f"{part!r} is no {item.type}"
        except Exception as error:  # noqa: BLE001 - whatever a hostile value makes it raise
            found[name] = str(error).partition("\n")[0]
    return found


def _frictionless_field(item: Field, constraints: Iterable[str]) -> Any:
    import frictionless

    return frictionless.Field.from_descriptor(
        field_descriptor(item, constraints) | {"missingValues": []}
    )


def field_descriptor(item: Field, constraints: Iterable[str]) -> dict[str, Any]:
    """The field with these constraints, but for those that frictionless ignores, as it takes it."""
    kept = {name: item.constraints[name] for name in constraints if not is_left_out(item, name)}
    descriptor = {**item.descriptor, "name": item.name, "constraints": kept}
    descriptor.pop("example", None)
    return cast("dict[str, Any]", plain_json(descriptor))
