"""Places on the earth as a longitude and a latitude."""

from mtopendata.package.type import Type

TYPE = Type("geopoint", 12)
