"""Release → CSV on the Web: the CSV tables with the dialect, types and keys that it can express.

A table that is compressed, or in a dialect which CSVW has no words for, is left out. A table in
several files becomes a table for each file, which no foreign key can refer to.
"""

import codecs
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from mtopendata.package.model import Field, ForeignKey, Resource
from mtopendata.release.metadata import Standard
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
    text_list,
    web_address,
)
from mtopendata.release.terms.required import LackingError
from mtopendata.release.terms.sources import sources
from mtopendata.release.terms.table_text import Column, cells_match, columns, is_key
from mtopendata.values.json_values import exact_json

Json = dict[str, Any]

_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"

_BASES: Mapping[str, tuple[str, str | None]] = {
    "integer": ("integer", None),
    "number": ("decimal", r"^[^eEN]*$"),
    "boolean": ("boolean", r"^(true|false|1|0)$"),
    "date": ("date", None),
    "time": ("time", rf"^{_CLOCK}$"),
    "datetime": ("dateTime", rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}$"),
    "year": ("gYear", r"^[0-9]{4}$"),
    "yearmonth": ("gYearMonth", r"^[0-9]{4}-[0-9]{2}$"),
    "duration": (
        "duration",
        r"^-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$",
    ),
    "object": ("json", None),
    "array": ("json", None),
    "geojson": ("json", None),
}
"""Field type → CSVW's, and how all cells must be written for it to hold."""

_DATES: Mapping[str, str] = {
    "%Y-%m-%d": "yyyy-MM-dd",
    "%Y%m%d": "yyyyMMdd",
    "%d-%m-%Y": "dd-MM-yyyy",
    "%m-%d-%Y": "MM-dd-yyyy",
    "%d/%m/%Y": "dd/MM/yyyy",
    "%m/%d/%Y": "MM/dd/yyyy",
    "%d.%m.%Y": "dd.MM.yyyy",
    "%m.%d.%Y": "MM.dd.yyyy",
}
"""The date formats that CSVW has, of those that a field can declare."""

_ORDERED = ("integer", "decimal", "double", "date", "dateTime", "time")
_BOUNDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "minExclusive",
    "exclusiveMaximum": "maxExclusive",
}


def csvw(release: Release) -> str:
    """csvw-metadata.json. LackingError: no table that CSVW can describe."""
    found = (_Table(release, item) for item in release.package.resources)
    tables = {table.resource.name: table for table in found if table.columns}
    if not tables:
        raise LackingError("CSV on the Web requires a CSV file that it can express; there is none")
    descriptor = release.descriptor
    return exact_json(
        {
            "@context": "http://www.w3.org/ns/csvw",
            **known(
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
            ),
            "tables": [
                table.described(path, tables)
                for table in tables.values()
                for path in table.resource.paths
            ],
        }
    )


class _Table:
    """A resource as a CSVW table; without columns where CSVW cannot express it."""

    def __init__(self, release: Release, resource: Resource) -> None:
        self.release = release
        self.resource = resource
        self.columns: list[Column] = []
        if resource.is_csv and not resource.compression:
            dialect = _dialect(resource)
            if dialect is not None:
                self.dialect = dialect
                self.columns = columns(release, resource)
        self.types = _datatypes(resource, self.columns)

    def described(self, path: str, tables: Mapping[str, "_Table"]) -> Json:
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
                    _column(column, self.types[column.field.name], "header" not in self.dialect)
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

    def refers(self, key: ForeignKey, target: "_Table") -> bool:
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

    def foreign_key(self, key: ForeignKey, target: "_Table") -> Json:
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


def _dialect(resource: Resource) -> Json | None:
    """What differs from CSVW's defaults; None where CSVW has no words for it."""
    dialect = resource.dialect
    rows = (1,) if dialect.header_rows is None else dialect.header_rows
    header_comment = dialect.comment_char and dialect.header_rows
    escape = dialect.escape_char if dialect.double_quote else None
    if (
        dialect.comment_rows
        or header_comment
        or len(rows) > 1
        or escape is not None
        or (not dialect.double_quote and dialect.escape_char not in (None, "\\"))
    ):
        return None
    encoding = codecs.lookup(resource.encoding).name
    properties: Json = {}
    if encoding not in ("utf-8", "utf-8-sig", "ascii"):
        properties["encoding"] = encoding
    if dialect.delimiter != ",":
        properties["delimiter"] = dialect.delimiter
    if dialect.quote_char != '"':
        properties["quoteChar"] = dialect.quote_char
    if not dialect.double_quote:
        properties["doubleQuote"] = False
    if dialect.skip_initial_space:
        properties["skipInitialSpace"] = True
    if dialect.skip_blank_rows:
        properties["skipBlankRows"] = True
    if dialect.comment_char:
        properties["commentPrefix"] = dialect.comment_char
    if not rows:
        properties |= {"header": False, "headerRowCount": 0}
    elif rows != (1,):
        properties["skipRows"] = rows[0] - 1
    return properties


def _column(column: Column, datatype: Json, has_header: bool) -> Json:
    item = column.field
    missing = list(item.missing)
    separator = item.descriptor.get("delimiter", ",") if _is_list(item) else None
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


def _is_list(item: Field) -> bool:
    return item.type == "list" and item.missing == ("",)


def _datatypes(resource: Resource, columns: list[Column]) -> dict[str, Json]:
    """The datatype of each field: its base, and the constraints that CSVW has."""
    patterns = {
        index: pattern
        for index, column in enumerate(columns)
        if (pattern := _pattern_to_meet(column.field))
    }
    held = cells_match(resource, columns, patterns)
    return {
        column.field.name: _datatype(column.field, held.get(index, True))
        for index, column in enumerate(columns)
    }


def _pattern_to_meet(item: Field) -> str | None:
    if item.type == "boolean" and _boolean_format(item):
        return None
    return _BASES.get(item.type, ("", None))[1] if item.format == "default" else None


def _datatype(item: Field, is_written_so: bool) -> Json:
    """`is_written_so`: the cells are written as the base requires."""
    base = _BASES.get(item.type, ("string", None))[0]
    datatype: Json = {"base": base}
    match item.type:
        case "list" if _is_list(item):
            kind = item.descriptor.get("itemType")
            return {"base": "integer" if kind == "integer" else "string"}
        case "integer" | "number":
            if item.descriptor.get("bareNumber", True) is not True:
                return {"base": "string"}
            if item.type == "number" and (
                not is_written_so or item.descriptor.get("floatNumber") is True
            ):
                datatype["base"] = "double"
            datatype |= _number_format(item)
        case "boolean":
            if form := _boolean_format(item):
                datatype["format"] = form
            elif not is_written_so or {"trueValues", "falseValues"} & set(item.descriptor):
                return {"base": "string"}
        case "date" if item.format != "default":
            form = _DATES.get(item.format)
            return {"base": "date", "format": form} if form else {"base": "string"}
        case "string":
            return _string(item)
        case _:
            if item.format != "default" and base != "json":
                return {"base": "string"}
    if not is_written_so and item.type != "number":
        return {"base": "string"}
    return datatype | _bounds(item, datatype["base"])


def _number_format(item: Field) -> Json:
    signs = {
        name: sign
        for name in ("groupChar", "decimalChar")
        if isinstance(sign := item.descriptor.get(name), str) and len(sign) == 1
    }
    if signs.get("decimalChar") == ".":
        del signs["decimalChar"]
    return {"format": signs} if signs else {}


def _boolean_format(item: Field) -> str | None:
    """`yes|no`, which can name only one word for each."""
    true, false = (
        text_list(item.descriptor.get("trueValues")),
        text_list(item.descriptor.get("falseValues")),
    )
    if len(true) == len(false) == 1 and "|" not in true[0] + false[0]:
        return f"{true[0]}|{false[0]}"
    return None


def _string(item: Field) -> Json:
    if item.format == "uri":
        return {"base": "anyURI"}
    if item.format == "binary":
        return {"base": "base64Binary"}
    lengths = {
        name: value
        for name in ("minLength", "maxLength")
        if isinstance(value := item.constraints.get(name), int) and not isinstance(value, bool)
    }
    form = _format(item)
    return {"base": "string", **({"format": form} if form else {}), **lengths}


def _format(item: Field) -> str | None:
    """The regular expression of a text: its allowed values, or its pattern, where that means in
    ECMAScript what it means here.
    """
    allowed = item.constraints.get("enum")
    if allowed is None and item.categories is not None:
        allowed = list(item.categories)
    if isinstance(allowed, list) and allowed and all(isinstance(value, str) for value in allowed):
        words = [re.sub(r"([\\^$.*+?()\[\]{}|/])", r"\\\1", value) for value in allowed]
        return f"^(?:{'|'.join(words)})$"
    pattern = item.constraints.get("pattern")
    if not isinstance(pattern, str) or re.search(r"\(\?[^:=!]|\\[AZz]|[*+?}]\+", pattern):
        return None
    return f"^(?:{pattern})$"


def _bounds(item: Field, base: str) -> Json:
    """The bounds that CSVW can read; of an inclusive and an exclusive one the latter is kept."""
    if base not in _ORDERED:
        return {}
    bounds = {
        _BOUNDS[name]: value
        for name in _BOUNDS
        if _is_bound(value := item.constraints.get(name), base)
    }
    for inclusive, exclusive in (("minimum", "minExclusive"), ("maximum", "maxExclusive")):
        if exclusive in bounds:
            bounds.pop(inclusive, None)
    return bounds


def _is_bound(value: object, base: str) -> bool:
    if base in ("integer", "decimal", "double"):
        return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    pattern = _BASES[{"dateTime": "datetime"}.get(base, base)][1] or r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    return isinstance(value, str) and re.search(pattern, value) is not None


STANDARD = Standard("csvw-metadata.json", "the tables for the web of data: CSV on the Web", csvw)
