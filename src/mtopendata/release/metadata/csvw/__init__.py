"""Release → CSV on the Web: the CSV tables with the dialect, types and keys that it can express.

A table that is compressed, or in a dialect which CSVW has no words for, is left out. A table in
several files becomes a table for each file, which no foreign key can refer to.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from mtopendata.package.model import ForeignKey, Resource
from mtopendata.release.metadata import Standard
from mtopendata.release.metadata.csvw.datatypes import Json, datatypes, is_list
from mtopendata.release.metadata.csvw.dialect import dialect_of
from mtopendata.release.model import Release
from mtopendata.release.terms.files import path_address
from mtopendata.release.terms.licences import licences
from mtopendata.release.terms.people import creators, publisher
from mtopendata.release.terms.properties import (
    homepage,
    identifier,
    keywords,
    known,
    text,
    web_address,
)
from mtopendata.release.terms.required import LackingError
from mtopendata.release.terms.sources import sources
from mtopendata.release.terms.table_text import Column, columns, is_key
from mtopendata.values.json_values import exact_json


def csvw(release: Release) -> str:
    """csvw-metadata.json. LackingError: no table that CSVW can describe."""
    found = (_CsvwTable(release, item) for item in release.package.resources)
    tables = {table.resource.name: table for table in found if table.columns}
    if not tables:
        raise LackingError("CSV on the Web requires a CSV file that it can express; there is none")
    return exact_json(
        {
            "@context": "http://www.w3.org/ns/csvw",
            **_dublin_core(release),
            "tables": [
                table.described(path, tables)
                for table in tables.values()
                for path in table.resource.paths
            ],
        }
    )


def _dublin_core(release: Release) -> Json:
    """What the group of tables is, who made it, and from what, in the words of Dublin Core."""
    descriptor = release.descriptor
    return known(
        **{
            "dc:title": text(descriptor, "title") or release.name,
            "dc:description": text(descriptor, "description"),
            "dc:identifier": identifier(descriptor),
            "dc:issued": release.date.date().isoformat() if release.date else None,
            "dc:creator": [agent.name for agent in creators(descriptor)],
            "dc:publisher": issuer.name if (issuer := publisher(descriptor)) else None,
            "dc:subject": keywords(descriptor),
            "dc:license": [
                {"@id": item.address} if item.address else item.label
                for item in licences(descriptor)
            ],
            "dc:source": [
                {"@id": address} if (address := web_address(item.path)) else item.title
                for item in sources(descriptor)
                if web_address(item.path) or item.title
            ],
            "schema:version": release.version,
            "schema:url": {"@id": page} if (page := homepage(descriptor)) else None,
        }
    )


class _CsvwTable:
    """A resource as a CSVW table; without columns where CSVW cannot express it."""

    def __init__(self, release: Release, resource: Resource) -> None:
        self.release = release
        self.resource = resource
        self.columns: list[Column] = []
        if resource.is_csv and resource.files and not resource.compression:
            dialect = dialect_of(resource)
            if dialect is not None:
                self.dialect = dialect
                self.columns = columns(release, resource)
        self.types = datatypes(resource, self.columns)

    def described(self, path: str, tables: Mapping[str, "_CsvwTable"]) -> Json:
        """The table in the file `path`."""
        descriptor = self.resource.descriptor
        schema = self.resource.schema
        key = schema.primary_key if schema else ()
        return {
            "url": path_address(path),
            **known(
                **{
                    "dc:title": text(descriptor, "title"),
                    "dc:description": text(descriptor, "description"),
                }
            ),
            **({"dialect": self.dialect} if self.dialect else {}),
            "tableSchema": {
                "columns": [
                    _csvw_column(
                        column, self.types[column.field.name], "header" not in self.dialect
                    )
                    for column in self.columns
                ],
                **known(
                    primaryKey=[_csvw_name(name) for name in key] if self.has(key) else None,
                    foreignKeys=[
                        self.foreign_key(item, tables[item.resource])
                        for item in (schema.foreign_keys if schema else ())
                        if item.resource in tables and self.refers(item, tables[item.resource])
                    ],
                ),
            },
        }

    def has(self, names: tuple[str, ...]) -> bool:
        """Whether the file has columns for all these fields."""
        return set(names) <= set(self.types)

    def refers(self, key: ForeignKey, target: "_CsvwTable") -> bool:
        """Whether the key is one in CSVW: columns of the same type, and one row for each value."""
        return (
            len(target.resource.paths) == 1
            and self.has(key.fields)
            and target.has(key.reference)
            and len(key.fields) == len(key.reference)
            and all(
                self.types[name]["base"] == target.types[other]["base"]
                for name, other in zip(key.fields, key.reference, strict=True)
            )
            and is_key(self.release, key.resource, key.reference)
        )

    def foreign_key(self, key: ForeignKey, target: "_CsvwTable") -> Json:
        """A foreign key in CSVW's words."""
        return {
            "columnReference": [_csvw_name(name) for name in key.fields],
            "reference": {
                "resource": path_address(target.resource.paths[0]),
                "columnReference": [_csvw_name(name) for name in key.reference],
            },
        }


def _csvw_name(field: str) -> str:
    """A field's name as CSVW allows it: letters, digits and inner _, all else percent-encoded."""
    encoded = re.sub(r"[-.~]", lambda found: f"%{ord(found[0]):02X}", quote(field, safe=""))
    return f"%5F{encoded[1:]}" if encoded.startswith("_") else encoded


def _csvw_column(column: Column, datatype: Json, has_header: bool) -> Json:
    item = column.field
    missing = list(item.missing)
    separator = item.descriptor.get("delimiter", ",") if is_list(item) else None
    return {
        "name": _csvw_name(item.name),
        **({"titles": column.label} if has_header else {}),
        **known(
            **{
                "rdfs:label": text(item.descriptor, "title"),
                "dc:description": text(item.descriptor, "description"),
                "propertyUrl": web_address(item.descriptor.get("rdfType")),
                "schema:unitText": text(item.descriptor, "unit"),
                "separator": separator,
            }
        ),
        "datatype": datatype["base"] if set(datatype) == {"base"} else datatype,
        **({"null": missing} if missing != [""] else {}),
        **({"required": True} if item.constraints.get("required") is True else {}),
    }


STANDARD = Standard("csvw-metadata.json", "the tables for the web of data: CSV on the Web", csvw)
