"""JSON objects, which stay text."""

from mtopendata.package.json_cells import as_json
from mtopendata.package.json_texts import JSON_TEXT, canonical_json, json_length
from mtopendata.package.type import Type, in_any_format

TYPE = Type(
    "object",
    16,
    in_any_format(JSON_TEXT),
    'write a JSON object, such as {"a": 1}',
    length=json_length,
    takes_json_schema=True,
    canonical=canonical_json,
    written={"object": as_json},
    csvw=("json", None),
)
