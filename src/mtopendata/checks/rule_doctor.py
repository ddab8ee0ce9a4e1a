"""The doctor of rules: whether they can hold together, and whether each of them says something."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Table
from mtopendata.rules.doctor import Diagnosis, Fixed, Follows, diagnosis
from mtopendata.rules.model import Rule
from mtopendata.rules.templates import Unknown
from mtopendata.values.plurals import plural

MOST_NAMED = 8
"""Rules or figures that a message names."""
LOOK = (
    "look whether the terms and relations of these rules in rule_terms and rules are what is meant"
)


def rules_compared(
    table: Table, rules: Sequence[Rule], with_units: Collection[str]
) -> Iterator[Item]:
    """What rules say of each other, whatever the figures are. `table` has the rules, and
    `with_units` are the measures whose figures have a unit, so that none is negative.
    """
    # Shares are no sums; and of rules over parts each area has a sum of its own.
    rules = [rule for rule in rules if not rule.parts and not rule.relation.is_share]
    found = diagnosis(rules, with_units)
    resource = table.resource.name
    if found.gave_up:
        names = _by_name(rule.name for rule in found.gave_up)
        message = f"the rules {names} were not held against each other, since it is too much work"
        hint = "nothing to do, unless some are not needed"
        note = table.finding("rules-not-compared", found.gave_up[0].row, None, None, message, hint)
        yield untested("rules", "rules compared", resource)
        yield replace(note, severity="note")
    given_up = {rule.name for rule in found.gave_up}
    compared = [rule for rule in rules if rule.name not in given_up]
    if compared:
        yield from _outcomes(table, compared, found)


def _outcomes(table: Table, rules: Sequence[Rule], found: Diagnosis) -> Iterator[Item]:
    limits = [rule for rule in rules if not rule.relation.is_balance]
    terms = sum(len(rule.terms) for rule in rules)
    emptied = [item for item in found.fixed if item.emptied]
    fixed = [item for item in found.fixed if not item.emptied]
    of = partial(Outcome, "rules", resource=table.resource.name, engine="python")
    yield of(
        name="rules: can hold together",
        tested=len(rules),
        failed=emptied,
        say=partial(_contradict, table),
    )
    yield of(
        name="rules: leave each figure free",
        tested=found.figures,
        failed=fixed,
        say=partial(_fix, table),
        severity="warning",
    )
    yield of(
        name="rules: limits can be kept with something to spare",
        tested=len(limits),
        failed=found.only_equal,
        say=partial(_only_equal, table),
        severity="warning",
    )
    yield of(
        name="rules: each term can matter",
        tested=terms,
        failed=found.idle_terms,
        say=partial(_idle, table),
        severity="warning",
    )
    yield of(
        name="rules: none follows from others",
        tested=len(rules),
        failed=found.implied,
        say=partial(_implied, table),
        severity="note",
    )


def _contradict(table: Table, item: Fixed) -> Finding:
    rule = item.emptied or item.rules[0]
    names = _by_name(rule.name for rule in item.rules)
    message = f"the rules {names} contradict each other: nothing but zeros satisfies them"
    return table.finding("rules-contradict", rule.row, "rule", rule.name, message, LOOK)


def _fix(table: Table, item: Fixed) -> Finding:
    rule = item.rules[0]
    names = _by_name(rule.name for rule in item.rules)
    figures = _by_name(map(_figure_words, item.figures))
    message = f"the rules {names} together leave only 0 for {figures}"
    return table.finding("rules-fix-figure", rule.row, "rule", rule.name, message, LOOK)


def _only_equal(table: Table, item: Follows) -> Finding:
    name = item.rule.name
    names = _sound_rules(item.because_of)
    message = f"the rule {name!r} can only hold as an equality, because of {names}"
    hint = "write = if that is meant; else one of these rules is wrong"
    return table.finding("rule-only-equal", item.rule.row, "relation", None, message, hint)


def _implied(table: Table, item: Follows) -> Finding:
    because = _sound_rules(item.because_of) if item.because_of else "the limits of the units alone"
    message = f"the rule {item.rule.name!r} follows from {because}"
    hint = "nothing to do: it can be left out, or say the same once more"
    return table.finding("rule-implied", item.rule.row, "rule", item.rule.name, message, hint)


def _idle(table: Table, item: Follows) -> Finding:
    term = f"the term {item.term.measure!r} " if item.term else "a term "
    because = f", because of {_sound_rules(item.because_of)}" if item.because_of else ""
    message = f"{term}of the rule {item.rule.name!r} can never matter{because}"
    hint = "look whether it is the term that is meant; else leave it out"
    return table.finding("rule-idle-term", item.rule.row, "rule", item.rule.name, message, hint)


def _sound_rules(rules: Sequence[Rule]) -> str:
    return f"{'the rule' if len(rules) == 1 else 'the rules'} {_by_name(r.name for r in rules)}"


def _by_name(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    shown = [repr(name) for name in every[:MOST_NAMED]]
    if left := len(every) - len(shown):
        return f"{', '.join(shown)} and {plural(left, 'other')}"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _figure_words(key: Unknown) -> str:
    measure, area, _ = key
    return measure if area is None else f"{measure} in {area}"
