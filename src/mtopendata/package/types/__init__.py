"""The types of Table Schema, one file each: to add a type is to add its file."""

from mtopendata.package.type import Type
from mtopendata.values.alternatives import entries

TYPES: dict[str, Type] = {
    item.name: item for item in sorted(entries(__name__, "TYPE"), key=lambda item: item.order)
}
"""What is known of each type, in the order in which lists have them."""
