"""Several values in one cell, parted by a sign."""

from mtopendata.package.type import Type

TYPE = Type("list", 14, has_length=True)
