"""The rules of a package in each place, decided again from its tables.

A report lists as many places as it was asked for; a page has those of all its figures, so that it
is the same whoever makes it.
"""

from collections.abc import Mapping
from itertools import islice

from mtopendata.checks.kind import Known
from mtopendata.checks.rules import KIND
from mtopendata.figures.tables import FIGURES
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import RuleInstance
from mtopendata.package.model import Package
from mtopendata.reading.tables import Table
from mtopendata.reading.whole_tables import concluded

MOST = 10_000
"""Places of a rule in each state that are told: more than a page has figures."""


def rule_places(package: Package, tables: Mapping[str, Table]) -> list[RuleInstance]:
    """Each rule in each place; the package must be valid."""
    figures = tables.get(FIGURES)
    if figures is None or KIND.across is None:
        return []
    known = Known(package, MOST, dict(tables), dict(tables), set(tables))
    fold = KIND.across(figures, known)
    found = concluded(fold, figures) if fold is not None else ()
    states = (state for item in found if isinstance(item, Outcome) for state in item.instances)
    return [instance for state in states for instance in islice(state, MOST)]
