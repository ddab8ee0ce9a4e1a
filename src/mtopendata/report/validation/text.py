"""A Report for a person: short when all is well."""

from mtopendata.ledger.report import Report
from mtopendata.report.report_text import report_text


def render(report: Report, *, verbose: bool = False) -> str:
    """The findings, the rules' equations and the verdict; with `verbose` the whole ledger."""
    return report_text(report, verbose=verbose)
