"""JSON arrays."""

from mtopendata.package.type import Type

TYPE = Type("array", 15, has_length=True, takes_json_schema=True, csvw=("json", None))
