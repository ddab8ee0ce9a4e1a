"""The constraints of Table Schema, and `categories`, which are one too: a file for each family.

To add a constraint is to add it to a file's `FAMILY`, or to add a file.
"""

from typing import Any

from mtopendata.package.constraint import Constraint
from mtopendata.package.model import Field
from mtopendata.values.alternatives import entries
from mtopendata.values.cells import cell_text

CONSTRAINTS: dict[str, Constraint] = {
    item.name: item
    for item in sorted(
        (item for family in entries(__name__, "FAMILY") for item in family),
        key=lambda item: item.order,
    )
}
"""What is known of each constraint, in the order in which lists have them."""


def in_force(item: Field) -> dict[str, Any]:
    """The constraints of a field and their values, but for `unique`, which is a key of one field.

    Categories that only repeat `enum` are left out: one test is both.
    """
    found = {
        name: value
        for name, value in item.constraints.items()
        if name != "unique" and not (name == "required" and value is False)
    }
    if item.categories is not None and not repeats_enum(item):
        found["categories"] = list(item.categories)
    return found


def repeats_enum(item: Field) -> bool:
    """Whether the categories are the values of `enum` again."""
    values = item.constraints.get("enum")
    if item.categories is None or not isinstance(values, list):
        return False
    return {cell_text(value) for value in values} == set(item.categories)
