"""Figures as CSV, for a spreadsheet: a row each."""

import csv
import io
from typing import TYPE_CHECKING

from mtopendata.values.cells import cell_text

if TYPE_CHECKING:
    from mtopendata.commands.list import FoundFigures


def render(found: "FoundFigures") -> str:
    """What each figure is of, with titles, and its cells."""
    from mtopendata.commands.list import listed_row

    rows = [listed_row(item) for item in found.figures]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0] if rows else ("name",))
    writer.writerows(
        ["" if cell is None else cell_text(cell) for cell in row.values()] for row in rows
    )
    return text.getvalue()
