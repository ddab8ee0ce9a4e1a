"""Whether each mark of a source says what it means, and can be told from a number."""

from collections.abc import Iterator

from mtopendata.checks.kind import Kind, Known
from mtopendata.figures.marks import MARK_COLUMNS, mark_faults
from mtopendata.figures.tables import MARKS
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.values.cells import optional_text


def check_marks(known: Known) -> Iterator[Outcome]:
    """Test the table of marks, where a package has one."""
    table = MARK_COLUMNS.usable(known.tables)
    if table is None:
        return

    def say(found: tuple[int, str, str]) -> Finding:
        row, field, fault = found
        cell = optional_text(table.frame[field][row]) if field in table.frame.columns else None
        hint = "see the columns of the table in docs/suppressed.md"
        return table.finding("mark", row, field, cell, fault, hint)

    faults = list(mark_faults(table.frame.rows(named=True)))
    rows = table.frame.height
    yield Outcome("mark", "marks can be used", MARKS, rows, faults, say, engine="python")


KIND = Kind(55, of_package=check_marks, keeps=(MARKS,))
