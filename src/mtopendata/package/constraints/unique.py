"""Whether a value may occur twice: tested with the keys, of which it is one of a single field."""

from mtopendata.package.constraint import Constraint

FAMILY = (Constraint("unique", 2, "boolean", is_of_values=False),)
