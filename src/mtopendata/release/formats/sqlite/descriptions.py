"""The descriptor as tables, to be read with SQL."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mtopendata.release.formats.sqlite.plan import (
    FIELDS,
    PACKAGE,
    RESOURCES,
    Table,
)
from mtopendata.release.model import Release
from mtopendata.release.reproducible import json_text


def descriptions(
    release: Release, tables: Mapping[str, Table], views: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    """Name, columns and rows of the tables that describe the package, its tables and their columns:
    titles, descriptions and units to be read with SQL, and the descriptor whole.
    """
    described = release.descriptor
    columns = ("name", "title", "version", "description")
    texts = (described.get(key) for key in columns)
    rows = [(*(text if isinstance(text, str) else None for text in texts), json_text(described))]
    yield PACKAGE, (*columns, "descriptor"), rows
    yield (
        RESOURCES,
        ("table_name", "view_name", "resource", "title", "description", "path"),
        [
            (table.name, views.get(name), name, *_title_and_description(table.resource.descriptor),
             table.resource.path)
            for name, table in tables.items()
        ],
    )  # fmt: skip
    yield (
        FIELDS,
        ("table_name", "column_name", "field", "type", "title", "description", "unit",
         "constraints"),
        [
            (table.name, table.columns[item.name][0], item.name, item.type,
             *_title_and_description(item.descriptor), item.descriptor.get("unit"),
             json.dumps(item.constraints, ensure_ascii=False, default=str))
            for table in tables.values()
            for item in (table.resource.schema.fields if table.resource.schema else ())
            if item.name in table.columns
        ],
    )  # fmt: skip


def _title_and_description(described: Mapping[str, Any]) -> list[str | None]:
    values = (described.get("title"), described.get("description"))
    return [value if isinstance(value, str) else None for value in values]
