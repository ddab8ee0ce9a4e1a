"""Rules: whether they can be tested at all."""

from collections.abc import Iterator

from mtopendata.checks.kind import Kind
from mtopendata.checks.temporary import adapted
from mtopendata.figures.tables import FIGURES
from mtopendata.ledger.outcome import Found, Item, untested
from mtopendata.ledger.report import Finding, Severity
from mtopendata.reading.packages import ReadPackage
from mtopendata.rules.rules import TABLES, check_rules, figures_keyed, has_rules, untyped_column


def _tested(read: ReadPackage) -> Found:
    if not has_rules(read.tables):
        return ()
    if found := [*_unusable(read)]:
        return found
    if not figures_keyed(read.tables[FIGURES]):
        reason = "some figures have the same measure, area, period and source"
        return _not_run(read, reason, "error")
    return adapted(check_rules, read.tables)


def _unusable(read: ReadPackage) -> Iterator[Item]:
    if column := untyped_column(read.tables):
        reason = f"{column} has no type that rules can be evaluated with"
        yield from _not_run(read, reason, "error")


def _gated(read: ReadPackage) -> Iterator[Item]:
    """A key that does not hold is an error of its own."""
    if has_rules(read.tables):
        reason = "a key of figures, rules or rule_terms does not hold"
        yield from [*_unusable(read)] or _not_run(read, reason, "warning")


def _not_run(read: ReadPackage, reason: str, severity: Severity) -> Iterator[Item]:
    resource = read.tables[FIGURES].resource
    yield untested("rule", "rules", resource.name)
    message = f"no rule was tested, because {reason}"
    hint = "mend that first, and the rules are tested again"
    yield Finding("rules-not-run", severity, message, hint, resource.name, resource.path)


KIND = Kind(80, of_package=_tested, needs=TABLES, gated=_gated)
