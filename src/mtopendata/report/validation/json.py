"""A Report as JSON, for a program."""

from mtopendata.ledger.report import Report
from mtopendata.report.json_document import json_document


def render(report: Report) -> str:
    """The whole report; docs/report.md describes it."""
    return json_document(report.to_dict())
