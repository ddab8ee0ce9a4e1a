"""Text."""

from mtopendata.package.type import TEXT, Type, in_formats

TYPE = Type("string", 1, in_formats(TEXT, "default", "any"), has_length=True)
