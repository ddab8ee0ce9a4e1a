"""JSON objects."""

from mtopendata.package.type import Type

TYPE = Type("object", 16, has_length=True, takes_json_schema=True, csvw=("json", None))
