"""Shapes on the earth as GeoJSON or TopoJSON."""

from mtopendata.package.json_cells import as_json
from mtopendata.package.json_texts import canonical_json
from mtopendata.package.type import Type, one_of

TYPE = Type(
    "geojson",
    13,
    canonical=canonical_json,
    written={"object": as_json},
    csvw=("json", None),
    format_fault=one_of("topojson"),
)
