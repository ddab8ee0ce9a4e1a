"""The descriptor of a workbook that is to be filled in: the same schemas, read from its sheets."""

from collections.abc import Sequence
from typing import Any

from mtopendata.entry.template.plan import TemplateSheet
from mtopendata.package.model import Package, Resource, Schema

_OF_FILES = frozenset(
    [
        "path", "url", "data", "format", "mediatype", "encoding", "compression", "innerpath",
        "bytes", "hash", "dialect", "schema",
    ]
)  # fmt: skip
"""What a resource says of its own file."""


def template_descriptor(
    package: Package, sheets: Sequence[TemplateSheet], workbook: str
) -> dict[str, Any]:
    """The descriptor of a workbook, which is called `workbook` and lies beside it."""
    tables = {sheet.resource.name for sheet in sheets}
    return {
        **package.descriptor,
        "resources": [
            {
                **{key: v for key, v in sheet.resource.descriptor.items() if key not in _OF_FILES},
                "name": sheet.resource.name,
                "path": workbook,
                "format": "xlsx",
                "dialect": {"sheetName": sheet.name, "skipBlankRows": True},
                "schema": _template_schema(sheet.resource, tables),
            }
            for sheet in sheets
        ],
    }


def _template_schema(resource: Resource, tables: set[str]) -> dict[str, Any]:
    """The schema as it is declared, here even if it was in another file. Keys of tables that are
    not in the workbook are left out.
    """
    schema = resource.schema
    assert schema is not None  # noqa: S101 - tables are chosen so
    raw = resource.descriptor.get("schema")
    found = dict(raw) if isinstance(raw, dict) else _schema_of_file(schema)
    keys = [
        {
            "fields": list(key.fields),
            "reference": {
                "resource": "" if key.resource == resource.name else key.resource,
                "fields": list(key.reference),
            },
        }
        for key in schema.foreign_keys
        if key.resource in tables
    ]
    found.pop("foreignKeys", None)
    return found | ({"foreignKeys": keys} if keys else {})


def _schema_of_file(schema: Schema) -> dict[str, Any]:
    """A schema of another file, but for its foreign keys."""
    found: dict[str, Any] = {"fields": [dict(item.descriptor) for item in schema.fields]}
    [*missing] = dict.fromkeys(item.missing for item in schema.fields)
    if len(missing) == 1:
        found["missingValues"] = list(missing[0])
    else:
        for item, described in zip(schema.fields, found["fields"], strict=True):
            described["missingValues"] = list(item.missing)
    if schema.primary_key:
        found["primaryKey"] = list(schema.primary_key)
    if schema.unique_keys:
        found["uniqueKeys"] = [list(key) for key in schema.unique_keys]
    return found
