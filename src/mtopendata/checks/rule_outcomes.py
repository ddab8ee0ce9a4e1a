"""What a report says of rules: an outcome for each, and whether it can be meant."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.repairs import Repair, ViolatedPlace
from mtopendata.ledger.report import Finding, Severity, State
from mtopendata.reading.tables import Columns, Table
from mtopendata.rules.block_sums import Decided
from mtopendata.rules.instances import KnownFigures, instances_in
from mtopendata.rules.model import STATES, Instance, Rule
from mtopendata.rules.sums import has_place
from mtopendata.rules.words import listed_instance, violation


@dataclass(frozen=True, slots=True)
class RulesKnown:
    """What is known of all figures when rules are told of: the measures that there are and their
    units, whether a bound is negative, and the largest magnitude.
    """

    measures: Collection[str | None]
    units: Mapping[str, Collection[str]]
    is_negative: bool
    largest: int


@dataclass(frozen=True, slots=True)
class RuleOutcomes:
    """The rules of the table `rules` over the table `figures`, and what would make each violated
    place hold.
    """

    figures: Columns
    rules: Table
    repairs: Mapping[ViolatedPlace, Repair]

    def told(
        self,
        rule: Rule,
        known: RulesKnown,
        by_state: Mapping[State, Decided],
        figures: KnownFigures,
    ) -> Iterator[Item]:
        """The outcome of a rule in its places, and what is wrong with its terms."""
        if not any(term.measure in known.measures and not term.lag for term in rule.terms):
            yield self._on_rule(
                rule,
                "rule-matches-nothing",
                f"no unlagged term of the rule {rule.name!r} names a measure that has a figure",
                "correct the measures in rule_terms",
            )
            yield self._untested(rule)
            return
        if doubt := _doubt_on_terms(rule, known.units, not known.is_negative):
            message = f"the rule {rule.name!r} {doubt}"
            hint = "look whether its terms in rule_terms are what is meant"
            fault = self._on_rule(rule, "rule-terms", message, hint)
            yield replace(fault, severity="warning")
        yield from self._outcome(rule, known, by_state, figures)

    def _on_rule(self, rule: Rule, code: str, message: str, hint: str) -> Finding:
        return self.rules.finding(code, rule.row, None, None, message, hint)

    def _untested(self, rule: Rule) -> Outcome:
        return Outcome("rule", rule.name, self.figures.resource.name, 0, severity=rule.severity)

    def _outcome(
        self,
        rule: Rule,
        known: RulesKnown,
        by_state: Mapping[State, Decided],
        figures: KnownFigures,
    ) -> Iterator[Item]:
        """The rule in each place where it applies."""
        if not has_place(rule, known.largest):
            yield figures_fault(
                self.figures,
                "rule-arithmetic",
                f"the sums of the rule {rule.name!r} have more than 38 digits",
                "use smaller coefficients",
            )
            yield self._untested(rule)
            return
        count = sum(found.count for found in by_state.values())
        if not count:
            yield figures_fault(
                self.figures,
                "rule-matches-nothing",
                f"the rule {rule.name!r} applies in no area and period",
                "correct its terms: at least one without a lag must have a figure",
            )
        instances = {
            state: list(instances_in(rule, state, found.places[0], figures))
            for state, found in by_state.items()
        }
        none = Decided()
        yield Outcome(
            "rule",
            rule.name,
            self.figures.resource.name,
            count,
            instances.get("violated", []),
            self._violation,
            rule.severity,
            failures=by_state.get("violated", none).count,
            instances=[map(listed_instance, instances.get(state, [])) for state in STATES],
            undecided=by_state.get("undecided", none).count,
        )

    def _violation(self, instance: Instance) -> Finding:
        place = (instance.rule.name, instance.area, instance.period, instance.source)
        return violation(instance, self.figures, self.repairs.get(ViolatedPlace(*place)))


def _doubt_on_terms(
    rule: Rule, units: Mapping[str, Collection[str]], are_counts: bool
) -> str | None:
    """What makes it doubtful that the terms are those that were meant, or None.

    `are_counts`: no figure is negative, so that a sum of one sign has nothing to be held against.
    """
    named = [(term.measure, term.area, term.lag, term.of_parts) for term in rule.terms]
    if len(set(named)) < len(named):
        return "has two terms for one figure"
    if rule.numbers and rule.numbers != tuple(range(1, len(rule.terms) + 1)):
        return f"has terms numbered {', '.join(map(str, rule.numbers))}: is one missing?"
    if rule.relation.is_share:
        return _doubt_on_share(rule, units)
    used = {unit for term in rule.terms for unit in units.get(term.measure, ())}
    if len(used) > 1:
        return f"compares {' with '.join(sorted(used))}"
    positive = [term.coefficient > 0 for term in rule.terms]
    if are_counts and (not any(positive) or (rule.relation.is_balance and all(positive))):
        return "has coefficients of one sign, so that it cannot be what is meant"
    return None


def _doubt_on_share(rule: Rule, units: Mapping[str, Collection[str]]) -> str | None:
    share, part, whole = (set(units.get(term.measure, ())) for term in rule.terms)
    if share - {PERCENT}:
        return f"has a share whose unit is {', '.join(sorted(share))}, and not {PERCENT}"
    if part and whole and part != whole:
        return f"has a part in {', '.join(sorted(part))} of a whole in {', '.join(sorted(whole))}"
    return None


def figures_fault(figures: Columns, code: str, message: str, hint: str) -> Finding:
    """An error of the figures as a whole."""
    resource = figures.resource
    return Finding(code, "error", message, hint, resource.name, resource.path)


def not_run(figures: Columns, reason: str, severity: Severity) -> Iterator[Item]:
    """That no rule was tested, and why."""
    resource = figures.resource
    yield untested("rule", "rules", resource.name)
    message = f"no rule was tested, because {reason}"
    hint = "mend that first, and the rules are tested again"
    yield Finding("rules-not-run", severity, message, hint, resource.name, resource.path)
