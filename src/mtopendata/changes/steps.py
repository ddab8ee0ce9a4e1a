"""Every kind of change of a descriptor, and the step of the version that each asks for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.package.model import Field, Resource
from mtopendata.values.json_values import said, shown
from mtopendata.values.versions import Step

KINDS: dict[str, tuple[Step, str]] = {
    "package-renamed": (Step.MAJOR, "the package has another name or id"),
    "resource-added": (Step.MINOR, "the package has a resource more"),
    "resource-removed": (Step.MAJOR, "a resource is gone"),
    "resource-renamed": (Step.MAJOR, "a resource has another name, and its path or schema"),
    # The recipe names this case: the data are the same wherever they lie.
    "path-changed": (Step.NONE, "the data lie in another place"),
    # To code that reads the files itself, these change every value, or make it fail.
    "reading-changed": (
        Step.MAJOR,
        "the files are read in another way: format, encoding, dialect, fieldsMatch, "
        "missing values, the characters of numbers and booleans",
    ),
    "schema-added": (Step.MAJOR, "a resource declares its fields, and did not before"),
    "schema-removed": (Step.MAJOR, "a resource no longer declares its fields"),
    "field-added": (Step.MAJOR, "a table has a field more"),
    "field-removed": (Step.MAJOR, "a field is gone"),
    "field-renamed": (Step.MAJOR, "a field has another name, and its place, type and constraints"),
    "fields-reordered": (Step.MAJOR, "fields that both have stand in another order"),
    "type-changed": (Step.MAJOR, "a field has another type"),
    "format-changed": (Step.MAJOR, "a field's values are written in another format"),
    # The same number of something else. Table Schema has no units, so the recipe cannot say it.
    "unit-changed": (Step.MAJOR, "a field's values count something else"),
    # `<` and sorting give something else. To gain an order breaks nothing.
    "category-order-changed": (Step.MAJOR, "ordered categories have another order, or none"),
    "constraint-tightened": (Step.MAJOR, "a value or row that was valid may not be so now"),
    "constraint-loosened": (Step.MINOR, "more values or rows are valid than before"),
    # The key says what one row is, and by it others join, update and compare the table.
    "primary-key-changed": (Step.MAJOR, "a primary key was added, removed or changed"),
    "reference-changed": (Step.MINOR, "a foreign key refers to another table or to other fields"),
    # Metadata, but no mere description: it decides what a reader may do, who has to be told.
    "licence-changed": (Step.MINOR, "licences or rights changed"),
    "metadata-changed": (Step.PATCH, "a property that describes was added, removed or changed"),
}
"""The kinds of changes: the version step that each needs, and its meaning."""


Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one property. `kind` is one of KINDS, and `message` says it to people.

    `resource` and `field` bear their names in the new package, or in the old where they are gone;
    None: of the package, of the whole resource. `before` and `after` are JSON values, with exact
    numbers as Decimals; None: absent.
    """

    kind: str
    step: Step
    message: str
    resource: str | None = None
    field: str | None = None
    property: str | None = None
    before: Any = None
    after: Any = None


def change_of(
    kind: str,
    property: str | None,
    before: Any,
    after: Any,
    message: str | None = None,
    *,
    resource: str | None = None,
    field: str | None = None,
) -> Change:
    words = message or said(property or "", before, after)
    return Change(kind, KINDS[kind][0], words, resource, field, property, before, after)


Emit = Callable[..., Change]
"""`change_of` with the resource, or the resource and the field, filled in."""


Renamed = Callable[[Sequence[str]], tuple[str, ...]]
"""Names of fields as they are in the new package."""


Pairs = list[tuple[Field | None, Field | None]]
"""The fields of two schemas, those that are the same side by side."""


def name_of(item: Resource | Field | None) -> str | None:
    return item.name if item else None


def come_or_gone(what: str, old: str | None, new: str | None, change: Emit) -> Iterator[Change]:
    """A resource or a field that only one side has, or that bears another name."""
    if old is None:
        yield change(f"{what}-added", None, old, new, f"the {what} {shown(new)} is new")
    elif new is None:
        yield change(f"{what}-removed", None, old, new, f"the {what} {shown(old)} is gone")
    elif old != new:
        message = f"the {what} {shown(old)} is now called {shown(new)}"
        yield change(f"{what}-renamed", "name", old, new, message)
