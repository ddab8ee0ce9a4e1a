"""Every rule wherever it applies: satisfied, violated or undecided; and whether it can be meant."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import polars as pl

from mtopendata.checks.kind import Kind
from mtopendata.figures.tables import FIGURES, RULES, TERMS
from mtopendata.ledger.outcome import Found, Item, Outcome, untested
from mtopendata.ledger.report import Finding, Severity
from mtopendata.reading.packages import ReadPackage
from mtopendata.reading.tables import Table
from mtopendata.rules.instances import instances_of
from mtopendata.rules.model import STATES, Rule
from mtopendata.rules.reading import read_rules
from mtopendata.rules.sums import decided_places, figure_intervals, partial_sums, wide_enough
from mtopendata.rules.tables import figures_keyed, has_rules, untyped_column
from mtopendata.rules.words import listed_instance, violation


def check_rules(tables: Mapping[str, Table]) -> Iterator[Item]:
    """Evaluate every rule; an outcome each, and findings on those that cannot be evaluated.

    `has_rules` must be true, `untyped_column` None, and the keys of the three tables must hold.
    """
    figures = tables["figures"]
    intervals = figure_intervals(figures)
    if intervals is None:
        yield _figures_fault(
            figures,
            "rule-arithmetic",
            "the figures are not exact numbers, so that no rule can be decided",
            "write plain decimals: no exponents, NaN or INF",
        )
        return
    rules, faults = read_rules(tables["rules"], tables["rule_terms"])
    yield from faults
    measures = set(intervals.get_column("measure").unique())
    units = _units_by_measure(figures)
    are_counts = not (intervals.get_column("lower") < 0).any()
    for rule in rules:
        if not any(term.measure in measures and not term.lag for term in rule.terms):
            yield tables["rules"].finding(
                "rule-matches-nothing",
                rule.row,
                None,
                None,
                f"no unlagged term of the rule {rule.name!r} names a measure that has a figure",
                "correct the measures in rule_terms",
            )
            yield _rule_outcome(rule, figures)
            continue
        if doubt := _doubt_on_terms(rule, units, are_counts):
            fault = tables["rules"].finding(
                "rule-terms",
                rule.row,
                None,
                None,
                f"the rule {rule.name!r} {doubt}",
                "look whether its terms in rule_terms are what is meant",
            )
            yield replace(fault, severity="warning")
        yield from _decided(rule, figures, intervals)


def _decided(rule: Rule, figures: Table, intervals: pl.DataFrame) -> Iterator[Item]:
    """The rule in each place where it applies."""
    wide = wide_enough(intervals, rule)
    if wide is None:
        yield _figures_fault(
            figures,
            "rule-arithmetic",
            f"the sums of the rule {rule.name!r} have more than 38 digits",
            "use smaller coefficients",
        )
        yield _rule_outcome(rule, figures)
        return
    places = decided_places(rule, partial_sums(rule, wide.lazy())).collect()
    if not places.height:
        yield _figures_fault(
            figures,
            "rule-matches-nothing",
            f"the rule {rule.name!r} applies in no area and period",
            "correct its terms: at least one without a lag must have a figure",
        )
    yield _rule_outcome(rule, figures, places)


def _rule_outcome(rule: Rule, figures: Table, places: pl.DataFrame | None = None) -> Outcome:
    """The rule's row of the ledger. Without `places` it was tested nowhere."""
    if places is None:
        return Outcome("rule", rule.name, figures.resource.name, 0, severity=rule.severity)
    by_state = {state: places.filter(state=state) for state in STATES}
    indexes = {state: range(part.height) for state, part in by_state.items()}
    instance = instances_of(rule, by_state, figures)
    return Outcome(
        "rule",
        rule.name,
        figures.resource.name,
        places.height,
        failed=indexes["violated"],
        say=lambda index: violation(instance("violated", index), figures),
        severity=rule.severity,
        instances=[
            map(listed_instance, map(partial(instance, state), indexes[state])) for state in STATES
        ],
        undecided=len(indexes["undecided"]),
    )


# Whether a rule can be meant


def _units_by_measure(figures: Table) -> dict[str, set[str]]:
    """The units of each measure's figures; nothing where figures have no units."""
    found: dict[str, set[str]] = {}
    if figures.is_typed(["unit"], pl.String):
        pairs = figures.frame.select("measure", "unit").drop_nulls().unique()
        for measure, unit in pairs.iter_rows():
            found.setdefault(measure, set()).add(unit)
    return found


def _doubt_on_terms(rule: Rule, units: Mapping[str, set[str]], are_counts: bool) -> str | None:
    """What makes it doubtful that the terms are those that were meant, or None.

    `are_counts`: no figure is negative, so that a sum of one sign has nothing to be held against.
    """
    named = [(term.measure, term.area, term.lag) for term in rule.terms]
    if len(set(named)) < len(named):
        return "has two terms for one figure"
    if rule.numbers and rule.numbers != tuple(range(1, len(rule.terms) + 1)):
        return f"has terms numbered {', '.join(map(str, rule.numbers))}: is one missing?"
    used = set().union(*(units.get(term.measure, set()) for term in rule.terms))
    if len(used) > 1:
        return f"compares {' with '.join(sorted(used))}"
    positive = [term.coefficient > 0 for term in rule.terms]
    if are_counts and (not any(positive) or (rule.relation.is_balance and all(positive))):
        return "has coefficients of one sign, so that it cannot be what is meant"
    return None


def _figures_fault(figures: Table, code: str, message: str, hint: str) -> Finding:
    resource = figures.resource
    return Finding(code, "error", message, hint, resource.name, resource.path)


# Whether rules can be tested at all


def _gated_by_types(read: ReadPackage) -> Found:
    if not has_rules(read.tables):
        return ()
    if found := [*_unusable(read)]:
        return found
    if not figures_keyed(read.tables[FIGURES]):
        reason = "some figures have the same measure, area, period and source"
        return _not_run(read, reason, "error")
    return check_rules(read.tables)


def _unusable(read: ReadPackage) -> Iterator[Item]:
    if column := untyped_column(read.tables):
        reason = f"{column} has no type that rules can be evaluated with"
        yield from _not_run(read, reason, "error")


def _gated_by_keys(read: ReadPackage) -> Iterator[Item]:
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


KIND = Kind(80, of_package=_gated_by_types, needs=(FIGURES, RULES, TERMS), gated=_gated_by_keys)
