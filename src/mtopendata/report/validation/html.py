"""A Report as one HTML file, for people who look before they read."""

from mtopendata.ledger.report import Report
from mtopendata.report.counts import VALID, found_words, tested_words
from mtopendata.report.report_page import AT_MOST, column_letters, groups, ledger, rules, short
from mtopendata.values import html
from mtopendata.values.plurals import plural


def render(report: Report) -> str:
    """For a browser: the verdict, the findings by what is wrong, each with the rows around it, the
    rules with their arithmetic, and the ledger of all checks, folded away.
    """
    satisfied = [item for item in report.rules if item.state == "satisfied"]
    others = [item for item in report.rules if item.state != "satisfied"]
    return html.render(
        "report/report_page.html.j2",
        report=report,
        verdict=VALID[0] if report.valid else VALID[1],
        found=found_words(report),
        tested=tested_words(report),
        groups=groups(report),
        open_rules=rules(others),
        satisfied=rules(satisfied),
        ledger=ledger(report),
        failed=sum(check.failed > 0 for check in report.checks),
        at_most=AT_MOST,
        plural=plural,
        short=short,
        letters=column_letters,
    )
