"""Values of any kind, which stay text."""

from mtopendata.package.json_cells import ANY
from mtopendata.package.type import TEXT, Type, in_formats

TYPE = Type("any", 11, in_formats(TEXT, "default", "any"), written=ANY)
