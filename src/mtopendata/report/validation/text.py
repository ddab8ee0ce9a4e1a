"""A Report for a person: short when all is well."""

from mtopendata.ledger.report import Report
from mtopendata.report.counts import VALID, summary
from mtopendata.report.report_text import _SHOWN_RULES, _instance, _instances, _ledger, findings


def render_text(report: Report, *, verbose: bool = False, verdicts: tuple[str, str] = VALID) -> str:
    """For a person: short when all is well, the whole ledger with `verbose`."""
    lines = list(findings(report))
    if verbose:
        lines += [*_ledger(report.checks), "", *_instances(report.rules), ""]
    elif report.rules:
        for state in ("satisfied", "undecided"):
            instances = [item for item in report.rules if item.state == state]
            lines += map(_instance, instances[:_SHOWN_RULES])
            if left := len(instances[_SHOWN_RULES:]):
                lines.append(f"… and {left:,} more {state}; --verbose lists them")
        lines.append("")
    lines.append(summary(report, verdicts))
    return "\n".join(lines) + "\n"
