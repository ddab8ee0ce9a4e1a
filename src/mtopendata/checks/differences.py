"""Whether each row of the table of differences can be used, and the rules respect it."""

from collections.abc import Iterator, Sequence

from mtopendata.checks.kind import Kind, Known
from mtopendata.figures.differences import (
    DIFFERENCE_COLUMNS,
    StatedDifference,
    fault_of,
    readable_differences,
)
from mtopendata.figures.tables import AREAS, DIFFERENCES, RULES, SCOPES, TERMS
from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Table
from mtopendata.rules.model import Rule
from mtopendata.rules.reading import read_rules
from mtopendata.rules.tables import has_rules, untyped_column

SEES = "see its columns in docs/relations.md"


def check_differences(known: Known) -> Iterator[Item]:
    """Test the table of differences, where a package has one, and the rules against it."""
    table = known.tables.get(DIFFERENCES)
    if table is None or not DIFFERENCE_COLUMNS.is_present(table):
        return
    if column := DIFFERENCE_COLUMNS.untyped(table):
        yield untested("difference", "differences can be used", DIFFERENCES)
        message = f"no difference can be used: {column} is no text"
        where = table.resource.name, table.resource.path
        yield Finding("difference", "error", message, "declare it as a string", *where)
        return
    yield _usable(table)
    if has_rules(known.columns) and not untyped_column(known.columns):
        rules, _ = read_rules(known.tables)
        yield from _respected(known.tables[RULES], rules, readable_differences(known.tables))


def _usable(table: Table) -> Outcome:
    faults = [
        (index, *fault)
        for index, row in enumerate(table.frame.iter_rows(named=True))
        if (fault := fault_of(row)) is not None
    ]

    def say(found: tuple[int, str, str]) -> Finding:
        row, name, fault = found
        cell = table.frame[name][row] if name in table.frame.columns else None
        return table.finding("difference", row, name, cell, f"the row {fault}", SEES)

    rows = table.frame.height
    name = "differences can be used"
    return Outcome("difference", name, DIFFERENCES, rows, faults, say, engine="python")


def _respected(
    table: Table, rules: Sequence[Rule], differences: Sequence[StatedDifference]
) -> Iterator[Outcome]:
    """A rule of just two terms says that one tells of the other: a balance what it is, and so it
    is wrong; a limit only up to where, which calls for a look.
    """
    by_measures: dict[frozenset[str], list[StatedDifference]] = {}
    for difference in differences:
        by_measures.setdefault(difference.measures, []).append(difference)
    pairs = [rule for rule in rules if _is_pair(rule)]
    against = [
        (rule, difference)
        for rule in pairs
        for difference in by_measures.get(frozenset(t.measure for t in rule.terms), ())
        if _relates(rule, difference)
    ]

    def say(found: tuple[Rule, StatedDifference]) -> Finding:
        rule, difference = found
        one, other = (term.measure for term in rule.terms)
        message = (
            f"the rule {rule.name!r} relates {one} to {other}, which {difference.name!r} in "
            f"differences sets apart. {difference.reason}"
        )
        hint = "remove the rule, or the row of differences if they can be compared after all"
        return table.finding("rule-compares", rule.row, "rule", rule.name, message, hint)

    name = "no rule relates what differences set apart"
    balances = [item for item in against if item[0].relation.is_balance]
    limits = [item for item in against if not item[0].relation.is_balance]
    yield Outcome("difference", name, RULES, len(pairs), balances, say, engine="python")
    if limits:
        yield Outcome("difference", name, RULES, None, limits, say, "warning", "python")


def _is_pair(rule: Rule) -> bool:
    """Whether a rule is of two figures, of two measures."""
    is_of_parts = any(term.of_parts for term in rule.terms)
    return len(rule.terms) == 2 == len({term.measure for term in rule.terms}) and not is_of_parts


def _relates(rule: Rule, difference: StatedDifference) -> bool:
    """Whether a rule of the two measures relates figures that a difference sets apart: both in its
    area, and of its sources, of which a rule looks at one at a time, save of earlier years.
    """
    one, other = difference.sides
    is_there = all(one.area in (None, term.area or one.area) for term in rule.terms)
    sources = {side.source for side in (one, other)} - {None}
    return is_there and (len(sources) < 2 or rule.terms[0].lag != rule.terms[1].lag)


KIND = Kind(56, of_package=check_differences, keeps=(AREAS, DIFFERENCES, RULES, SCOPES, TERMS))
