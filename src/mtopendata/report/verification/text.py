"""The Reports on archives that were verified, for a person."""

from collections.abc import Sequence

from mtopendata.ledger.report import Report
from mtopendata.report.counts import VERIFIED
from mtopendata.report.report_text import report_text


def render(reports: Sequence[Report], *, verbose: bool = False) -> str:
    """Each archive's report, one after the other."""
    return "\n".join(report_text(item, verbose=verbose, verdicts=VERIFIED) for item in reports)
