"""The last sheet: what each column of the others means."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mtopendata.release.formats.xlsx.pages import set_up_pages
from mtopendata.release.formats.xlsx.plan import Workbook
from mtopendata.release.formats.xlsx.rows import Cell, write_row

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = {"Sheet": 18, "Column": 26, "Type": 11, "Title": 34, "Meaning": 72, "Unit": 20}


def write_columns(sheet: "Worksheet", plan: Workbook, formats: "dict[str, Format]") -> None:
    """What each column of the other sheets means."""
    widths = list(_WIDTHS.values())
    sheet.hide_gridlines(2)
    sheet.freeze_panes(1, 0)
    set_up_pages(sheet, plan.release, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    row = write_row(sheet, 0, list(_WIDTHS), [formats["head"]] * len(widths), widths)
    for cells in _described_columns(plan):
        row = write_row(sheet, row, cells, [formats["prose"]] * len(widths), widths)
    if row > 1:
        sheet.autofilter(0, 0, row - 1, len(widths) - 1)


def _described_columns(plan: Workbook) -> Iterator[list[Cell]]:
    for name, described in plan.sheets.items():
        schema = described.resource.schema
        for item in schema.fields if schema else ():
            if item.name in described.stored.columns:
                texts = [item.descriptor.get(key) for key in ("title", "description", "unit")]
                told = [text if isinstance(text, str) and text else None for text in texts]
                yield [name, item.name, item.type, *told]
