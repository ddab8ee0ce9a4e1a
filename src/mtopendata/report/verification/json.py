"""The Reports on archives that were verified as JSON, for a program."""

from collections.abc import Sequence

from mtopendata.ledger.report import Report
from mtopendata.report.json_document import json_document


def render(reports: Sequence[Report]) -> str:
    """One verdict on all, and each report; docs/releases.md describes it."""
    return json_document(
        {
            "valid": all(report.valid for report in reports),
            "archives": [report.to_dict() for report in reports],
        }
    )
