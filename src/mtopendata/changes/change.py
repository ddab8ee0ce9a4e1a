"""A change of a descriptor, and what all comparisons of descriptors say it with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.changes.steps import KINDS
from mtopendata.package.model import Field, Resource
from mtopendata.values.json_values import said, shown
from mtopendata.values.versions import Step

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
