"""The last sheet: what each column of the others means."""

from typing import TYPE_CHECKING

from mtopendata.release.formats.xlsx.plan import MAX_CELL, Workbook

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def write_columns(sheet: "Worksheet", plan: Workbook, formats: "dict[str, Format]") -> None:
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
    for name, described in plan.sheets.items():
        schema = described.resource.schema
        for item in schema.fields if schema else ():
            if item.name not in described.stored.columns:
                continue
            row += 1
            texts = [item.descriptor.get(key) for key in ("title", "description", "unit")]
            for column, text in enumerate([name, item.name, item.type, *texts]):
                if isinstance(text, str) and text:
                    sheet.write_string(row, column, text[:MAX_CELL], formats["wrapped"])
