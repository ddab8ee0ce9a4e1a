"""The Reports on archives that were verified, for a person."""

from collections.abc import Sequence

from mtopendata.ledger.report import Report
from mtopendata.report.counts import VERIFIED
from mtopendata.report.validation.text import render_text


def render_verification(reports: Sequence[Report], *, verbose: bool = False) -> str:
    """Each archive's report, one after the other."""
    texts = (render_text(item, verbose=verbose, verdicts=VERIFIED) for item in reports)
    return "\n".join(texts)
