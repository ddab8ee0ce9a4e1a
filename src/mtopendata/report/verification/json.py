"""The Reports on archives that were verified as JSON, for a program."""

from collections.abc import Sequence

from mtopendata.ledger.report import Report
from mtopendata.report.json_document import to_json


def render_verification_json(
    reports: Sequence[Report],
    *,
    verbose: bool = False,  # noqa: ARG001
) -> str:
    """For a program: docs/releases.md describes it."""
    return to_json(
        {
            "valid": all(report.valid for report in reports),
            "archives": [report.to_dict() for report in reports],
        }
    )
