"""The descriptor as tables, to be read with SQL: titles, descriptions, units, and it whole."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mtopendata.values.json_values import exact_json

if TYPE_CHECKING:
    from mtopendata.release.formats.sqlite.tables import SqliteTable

PACKAGE, RESOURCES, FIELDS = "datapackage", "datapackage_resources", "datapackage_fields"
RESERVED = (PACKAGE, RESOURCES, FIELDS)
"""Names that no table of the package's gets."""


class DescriptionTable(NamedTuple):
    """A table of texts."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def describe_package(descriptor: Mapping[str, Any]) -> DescriptionTable:
    """The package, in one row, with its descriptor."""
    columns = ("name", "title", "version", "description")
    texts = (descriptor.get(key) for key in columns)
    row = (*(text if isinstance(text, str) else None for text in texts), exact_json(descriptor))
    return DescriptionTable(PACKAGE, (*columns, "descriptor"), [row])


def describe_tables(
    tables: "Mapping[str, SqliteTable]", views: Mapping[str, str]
) -> DescriptionTable:
    """The tables, and the names of their views."""
    return DescriptionTable(
        RESOURCES,
        ("table_name", "view_name", "resource", "title", "description", "path"),
        [
            (
                table.name,
                views.get(name),
                name,
                *_title_and_description(table.resource.descriptor),
                table.resource.path,
            )
            for name, table in tables.items()
        ],
    )


def describe_fields(tables: "Mapping[str, SqliteTable]") -> DescriptionTable:
    """The columns of the tables."""
    return DescriptionTable(
        FIELDS,
        (
            "table_name",
            "column_name",
            "field",
            "type",
            "title",
            "description",
            "unit",
            "constraints",
        ),
        [
            (
                table.name,
                table.columns[item.name][0],
                item.name,
                item.type,
                *_title_and_description(item.descriptor),
                item.descriptor.get("unit"),
                json.dumps(item.constraints, ensure_ascii=False, default=str),
            )
            for table in tables.values()
            for item in (table.resource.schema.fields if table.resource.schema else ())
            if item.name in table.columns
        ],
    )


def _title_and_description(described: Mapping[str, Any]) -> list[str | None]:
    values = (described.get("title"), described.get("description"))
    return [value if isinstance(value, str) else None for value in values]
