"""Shapes on the earth as GeoJSON or TopoJSON."""

from mtopendata.package.type import Type

TYPE = Type("geojson", 13, csvw=("json", None))
