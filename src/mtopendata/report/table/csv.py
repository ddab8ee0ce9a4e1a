"""The rows of a table, for a spreadsheet."""

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtopendata.sheets.tables.table import TableReading


def render(table: "TableReading") -> str:
    """Names and numbers with their header; the header alone where something is not certain."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "number"))
    if table.is_certain:
        writer.writerows((row.name, row.number) for row in table.rows)
    return text.getvalue()
