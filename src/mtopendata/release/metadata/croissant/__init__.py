"""Release → MLCommons Croissant 1.0: the files, and the records of the tables in them.

Croissant knows one way to write CSV: in UTF-8, with commas or tabs, double quotes and one line of
labels. A table written otherwise is listed as a file only.
"""

from typing import Any
from urllib.parse import quote

import polars as pl

from mtopendata.package.model import Dialect, Resource, Schema
from mtopendata.release.metadata import Standard
from mtopendata.release.metadata.croissant.context import CONTEXT
from mtopendata.release.metadata.croissant.datatypes import data_type, plain_booleans
from mtopendata.release.metadata.schema_org import agent, licence_term
from mtopendata.release.model import Release, StoredFile
from mtopendata.release.terms.files import media_type, path_address, resource_of
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
from mtopendata.release.terms.table_text import Column, columns, is_key
from mtopendata.values.json_values import exact_json

_TABLES = {",": "text/csv", "\t": "text/tab-separated-values"}
_UTF8 = ("utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii")


def croissant(release: Release) -> str:
    """croissant.json, to be read where the archive is unpacked."""
    descriptor = release.descriptor
    sets = {item.name: _Set(release, item) for item in release.package.resources}
    sets = {name: item for name, item in sets.items() if item.columns}
    file_ids = _file_ids(release, sets)
    for item in sets.values():
        item.file_id = file_ids[item.resource.paths[0]]
    return exact_json(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            **known(
                name=release.name,
                alternateName=text(descriptor, "title"),
                description=text(descriptor, "description"),
                url=homepage(descriptor),
                identifier=identifier(descriptor),
                version=release.version,
                datePublished=release.date.date().isoformat() if release.date else None,
                keywords=keywords(descriptor),
                license=[licence_term(licence) for licence in licences(descriptor)],
                creator=[agent(item) for item in creators(descriptor)],
                publisher=agent(issuer) if (issuer := publisher(descriptor)) else None,
                distribution=[
                    _file_object(release, stored, file_ids[stored.path], sets)
                    for stored in release.files
                ],
                recordSet=[_record_set(item, sets) for item in sets.values()],
            ),
        }
    )


class _Set:
    """A resource as a RecordSet; without columns where Croissant cannot express it."""

    def __init__(self, release: Release, resource: Resource) -> None:
        self.release = release
        self.resource = resource
        self.schema = resource.schema or Schema(())
        self.id = _id_step(resource.name)
        self.file_id = ""
        self.columns: list[Column] = []
        if _is_expressible(resource):
            self.columns = columns(release, resource)
        self.plain_booleans = plain_booleans(resource, self.columns)

    def field_id(self, name: str) -> str:
        """The id of the field of this name."""
        return f"{self.id}/{_id_step(name)}"

    def has(self, name: str) -> bool:
        """Whether the file has a column for the field of this name."""
        return any(column.field.name == name for column in self.columns)


def _id_step(name: str) -> str:
    """A name as one step of an id, which a reader resolves like an address: `..` would lead up."""
    encoded = quote(name, safe="")
    return encoded.replace(".", "%2E") if set(encoded) == {"."} else encoded


def _is_expressible(resource: Resource) -> bool:
    dialect = resource.dialect
    plain = Dialect(delimiter=dialect.delimiter, header_rows=dialect.header_rows)
    return (
        len(resource.files) == 1
        and resource.compression in ("", "gz")
        and resource.encoding.lower().replace("_", "-") in _UTF8
        and dialect.delimiter in _TABLES
        and dialect.header_rows in (None, (1,))
        and dialect == plain
    )


def _file_ids(release: Release, sets: dict[str, _Set]) -> dict[str, str]:
    """The id of each file by its path: its address, unless a record set or a field bears it."""
    taken = {item.id for item in sets.values()}
    taken |= {item.field_id(column.field.name) for item in sets.values() for column in item.columns}
    ids: dict[str, str] = {}
    for stored in release.files:
        address = path_address(stored.path)
        while address in taken:
            address += "_"
        taken.add(address)
        ids[stored.path] = address
    return ids


def _file_object(
    release: Release, stored: StoredFile, file_id: str, sets: dict[str, _Set]
) -> dict[str, Any]:
    found = resource_of(release, stored)
    table = next((item for item in sets.values() if stored.path in item.resource.paths), None)
    formats: str | list[str] = media_type(found, stored.path) or "application/octet-stream"
    if table:
        form = _TABLES[table.resource.dialect.delimiter]
        formats = ["application/gzip", form] if table.resource.compression else form
    return {
        "@type": "cr:FileObject",
        "@id": file_id,
        "name": stored.path.rpartition("/")[2],
        **known(description=text(found, "description")),
        "contentSize": f"{stored.bytes} B",
        # As it is on the disk: readers take what is no http address for a path, not for an address.
        "contentUrl": stored.path,
        "encodingFormat": formats,
        "sha256": stored.sha256,
    }


def _record_set(table: _Set, sets: dict[str, _Set]) -> dict[str, Any]:
    descriptor = table.resource.descriptor
    key = [name for name in table.schema.primary_key if table.has(name)]
    return {
        "@type": "cr:RecordSet",
        "@id": table.id,
        "name": table.resource.name,
        **known(
            alternateName=text(descriptor, "title"),
            description=text(descriptor, "description"),
            key=[{"@id": table.field_id(name)} for name in key],
        ),
        "field": [_croissant_field(column, table, sets) for column in table.columns],
    }


def _croissant_field(column: Column, table: _Set, sets: dict[str, _Set]) -> dict[str, Any]:
    item = column.field
    source = _extraction(column, table)
    reference = _joined_column(item.name, table, sets)
    return {
        "@type": "cr:Field",
        "@id": table.field_id(item.name),
        "name": item.name,
        **known(
            alternateName=text(item.descriptor, "title"),
            description=text(item.descriptor, "description"),
            equivalentProperty=web_address(item.descriptor.get("rdfType")),
        ),
        "dataType": data_type(item, item.name in table.plain_booleans),
        "source": source,
        **({"references": reference} if reference else {}),
    }


def _extraction(column: Column, table: _Set) -> dict[str, Any]:
    return {
        "fileObject": {"@id": table.file_id},
        "extract": {"column": column.label},
    }


def _joined_column(name: str, table: _Set, sets: dict[str, _Set]) -> dict[str, Any] | None:
    """The column to which this field refers. To a reader that is an order to join the tables field
    by field, so that only a column which is a key by itself can be named. It is named by its file:
    of a join with another record set, mlcroissant 1.1 loses rows when it reads several in a row.
    """
    tables = table.release.package.tables
    for key in table.schema.foreign_keys:
        target = sets.get(key.resource)
        if name not in key.fields or target is None or target is table:
            continue
        other = key.reference[key.fields.index(name)]
        column = next((item for item in target.columns if item.field.name == other), None)
        if (
            column
            and is_key(target.release, key.resource, (other,))
            and _looks_numeric(tables[table.resource.name][name])
            == _looks_numeric(tables[target.resource.name][other])
        ):
            return _extraction(column, target)
    return None


def _looks_numeric(values: pl.Series) -> bool:
    """Whether a reader that guesses types from the cells takes the column for numbers; it cannot
    join such a one with a column of words.
    """
    numbers = values.cast(pl.String).cast(pl.Float64, strict=False)
    return numbers.null_count() == values.null_count()


STANDARD = Standard("croissant.json", "for machine learning: Croissant 1.0", croissant)
