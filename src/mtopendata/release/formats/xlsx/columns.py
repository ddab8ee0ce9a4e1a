"""The last sheet: what each column of the others means."""

from typing import TYPE_CHECKING

import polars as pl

from mtopendata.package.model import Resource
from mtopendata.release.formats.xlsx.plan import (
    MAX_CELL,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def write_columns(
    sheet: "Worksheet",
    tables: dict[str, tuple[Resource, pl.DataFrame]],
    formats: "dict[str, Format]",
) -> None:
    """What each column of the other sheets means."""
    head = ("Sheet", "Column", "Type", "Title", "Meaning", "Unit")
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    for column, (title, width) in enumerate(zip(head, (20, 24, 12, 24, 80, 20), strict=True)):
        sheet.set_column(column, column, width, formats["wrapped"])
        sheet.write_string(0, column, title, formats["head"])
    row = 0
    for name, (resource, frame) in tables.items():
        for item in resource.schema.fields if resource.schema else ():
            if item.name not in frame.columns:
                continue
            row += 1
            texts = [item.descriptor.get(key) for key in ("title", "description", "unit")]
            for column, text in enumerate([name, item.name, item.type, *texts]):
                if isinstance(text, str) and text:
                    sheet.write_string(row, column, text[:MAX_CELL], formats["wrapped"])
