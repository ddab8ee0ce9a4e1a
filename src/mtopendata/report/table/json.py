"""What was read from a table as JSON, for a program."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from mtopendata.report.json_document import json_document
from mtopendata.report.sheet_words import problem_data

if TYPE_CHECKING:
    from mtopendata.sheets.tables.table import TableReading


def render(table: "TableReading") -> str:
    """The rows, also where something is not certain, the totals and the problems; docs/sheets.md
    describes it.
    """
    return json_document(
        {
            "table": table.kind,
            "period": table.period,
            "sha256": table.document.sha256,
            "is_certain": table.is_certain,
            "rows": [asdict(row) for row in table.rows],
            "subtotals": [asdict(row) for row in table.subtotals],
            "total": table.total and asdict(table.total),
            "problems": problem_data(table.problems),
            "slips": problem_data(table.slips),
        }
    )
