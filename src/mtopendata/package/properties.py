"""Every property that a Data Package may declare, and what becomes of it.

One table for three uses: the descriptor is checked against it, a key that is nearly one of these is
a warning, and docs/properties.md is written from it. It holds Data Package 1.0 and 2.0 together;
where the two differ the effect says so.

An effect begins with one word. `enforced`: a fault is a finding. `used`: it steers how the data are
read. `described`: text for people, checked for its JSON type alone.
"""

from dataclasses import dataclass

from mtopendata.package.constraints import CONSTRAINTS


@dataclass(frozen=True, slots=True)
class Property:
    """`types` are JSON types, joined by `|`; `effect` begins with enforced, used or described;
    `since` is the version of the standard that first has it.
    """

    types: str
    effect: str
    required: bool = False
    since: int = 1


P = Property
_TEXT = P("string", "described")

PROPERTIES: dict[str, dict[str, Property]] = {
    "package": {
        "$schema": P("string", "used: tells version 1 from 2; a profile elsewhere is not fetched"),
        "profile": P("string", "described: version 1's `$schema`"),
        "resources": P("array", "enforced: at least one, with unique names", required=True),
        "name": P("string", "described"),
        "id": _TEXT,
        "title": _TEXT,
        "description": _TEXT,
        "homepage": _TEXT,
        "version": _TEXT,
        "created": _TEXT,
        "image": _TEXT,
        "keywords": P("array", "described"),
        "contributors": P("array", "described"),
        "sources": P("array", "described"),
        "licenses": P("array", "described"),
    },
    "resource": {
        "name": P("string", "enforced: present and unique", required=True),
        "path": P(
            "string|array",
            "enforced: relative, inside the package, present; parts are "
            "read in turn, and the headers of later parts must repeat the first",
        ),
        "data": P(
            "any",
            "enforced: rows as a list, or as text of a format that is read; a warning says where a "
            "schema asks for rows and it holds none",
        ),
        "$schema": P("string", "described"),
        "profile": P("string", "described: version 1's `type`"),
        "type": P("string", "used: `table` asks for a table"),
        "title": _TEXT,
        "description": _TEXT,
        "homepage": _TEXT,
        "format": P(
            "string",
            "used: csv, tsv, json, jsonl, ndjson, parquet and sqlite are read here, others by "
            "frictionless",
        ),
        "mediatype": P("string", "described"),
        "encoding": P(
            "string",
            "enforced: bytes that are not text in it are an error; "
            "undeclared is UTF-8, never a guess",
        ),
        "compression": P("string", "used: gz, bz2, xz, and zip of one file"),
        "innerpath": P("string", "used: frictionless's name of the one file in a zip"),
        "bytes": P("integer", "enforced"),
        "hash": P(
            "string",
            "enforced: md5, sha1, sha256 or sha512; another algorithm is named as not enforced",
        ),
        "sources": P("array", "described"),
        "licenses": P("array", "described"),
        "dialect": P("object|string", "used: a file inside the package, or the dialect itself"),
        "schema": P("object|string", "used: a file inside the package, or the schema itself"),
    },
    "dialect": {
        "$schema": P("string", "described"),
        "name": _TEXT,
        "title": _TEXT,
        "description": _TEXT,
        "type": P("string", "used"),
        "header": P("boolean", "used"),
        "headerRows": P("array", "used"),
        "headerJoin": P("string", "used"),
        "headerCase": P("boolean", "used: frictionless's name of caseSensitiveHeader"),
        "caseSensitiveHeader": P("boolean", "used: version 1; default true, as in frictionless"),
        "commentChar": P("string", "used"),
        "commentRows": P("array", "used"),
        "skipBlankRows": P("boolean", "used: frictionless's"),
        "delimiter": P("string", "used"),
        "lineTerminator": P(
            "string", "enforced: LF, CRLF or CR, of which all end a line, whichever is declared"
        ),
        "quoteChar": P("string", "used"),
        "doubleQuote": P("boolean", "used"),
        "escapeChar": P("string", "used"),
        "nullSequence": P("string", "enforced: a missing value, which frictionless ignores"),
        "skipInitialSpace": P("boolean", "used"),
        "csvddfVersion": P("string|number", "described: version 1"),
        "csv": P("object", "used: frictionless's nesting of the CSV properties"),
        "property": P("string", "used: where the rows stand in JSON; `a.b` is b in a"),
        "itemType": P("string", "used: all rows of JSON must be an `array`, or an `object`"),
        "itemKeys": P("array", "used: the names of objects in JSON that are columns"),
        "sheetNumber": P("integer", "used by frictionless"),
        "sheetName": P("string", "used by frictionless"),
        "table": P("string", "used: the table of an SQLite database"),
        "json": P("object", "used: frictionless's nesting of the JSON properties"),
        "excel": P("object", "used by frictionless"),
        "ods": P("object", "used by frictionless"),
        "sql": P("object", "used by frictionless"),
    },
    "schema": {
        "$schema": P("string", "described"),
        "name": _TEXT,
        "title": _TEXT,
        "description": _TEXT,
        "fields": P("array", "enforced: unique names, matched with the header", required=True),
        "fieldsMatch": P("string|array", "enforced", since=2),
        "missingValues": P("array", "used"),
        "primaryKey": P("string|array", "enforced: unique, and no part of it missing"),
        "uniqueKeys": P(
            "array",
            "enforced, which frictionless ignores; a row with a missing part is not compared",
            since=2,
        ),
        "foreignKeys": P("array", "enforced"),
    },
    "field": {
        "name": P("string", "enforced", required=True),
        "type": P("string", "enforced"),
        "format": P("string", "enforced"),
        "title": _TEXT,
        "description": _TEXT,
        "example": P("any", "enforced: a value of the field; not for types read by frictionless"),
        "constraints": P("object", "enforced"),
        "missingValues": P("array", "used", since=2),
        "rdfType": P("string", "described"),
        "categories": P(
            CONSTRAINTS["categories"].json_types, CONSTRAINTS["categories"].effect, since=2
        ),
        "categoriesOrdered": P("boolean", "described", since=2),
        "trueValues": P("array", "used by boolean"),
        "falseValues": P("array", "used by boolean"),
        "bareNumber": P("boolean", "used by integer and number"),
        "groupChar": P("string", "used by integer and number"),
        "decimalChar": P("string", "used by number"),
        "floatNumber": P("boolean", "used by number: read as binary floating point"),
        "delimiter": P("string", "used by list"),
        "itemType": P("string", "used by list"),
    },
    "constraints": {
        name: P(item.json_types, item.effect)
        for name, item in CONSTRAINTS.items()
        if name != "categories"  # which stand beside the constraints
    },
    "foreignKey": {
        "fields": P("string|array", "enforced", required=True),
        "reference": P("object", "enforced", required=True),
    },
    "reference": {
        "resource": P("string", "enforced: another resource; absent or empty: its own"),
        "fields": P("string|array", "enforced", required=True),
    },
}
