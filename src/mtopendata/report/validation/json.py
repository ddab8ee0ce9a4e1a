"""A Report as JSON, for a program."""

from mtopendata.ledger.report import Report
from mtopendata.report.json_document import to_json


def render_json(report: Report, *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/report.md describes it. It is always whole."""
    return to_json(report.to_dict())
