"""JSON arrays."""

from mtopendata.package.json_cells import as_json
from mtopendata.package.json_texts import canonical_json
from mtopendata.package.type import Type

TYPE = Type(
    "array",
    15,
    has_length=True,
    takes_json_schema=True,
    canonical=canonical_json,
    written={"array": as_json},
    csvw=("json", None),
)
