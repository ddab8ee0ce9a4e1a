"""Whether each cue can find what it is for."""

from collections.abc import Iterator

from mtopendata.checks.kind import Kind, Known
from mtopendata.figures.tables import CUES, MEASURES
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding


def check_cues(known: Known) -> Iterator[Outcome]:
    """Test the table of cues, where a package has one."""
    if CUES not in known.tables:
        return
    # Not at the top: most packages have no cues, and need not wait for what reads sheets.
    from mtopendata.sheets.cues import CUE_TABLE, cue_faults, units_of

    table = CUE_TABLE.usable(known.tables)
    if table is None:
        return

    def say(found: tuple[int, str, str]) -> Finding:
        row, field, fault = found
        hint = "see the kinds of cues in the description of the table"
        return table.finding("cue", row, field, table.frame[field][row], fault, hint)

    faults = [*cue_faults(table.frame, units_of(known.tables))]
    rows = table.frame.height
    yield Outcome("cue", "cues can be used", CUES, rows, faults, say, engine="python")


KIND = Kind(50, of_package=check_cues, keeps=(CUES, MEASURES))
