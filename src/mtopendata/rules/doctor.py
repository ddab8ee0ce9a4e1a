"""What rules say of each other, whatever the figures are.

Every rule holds a sum against 0 and every figure may be 0, so that zeros satisfy all rules: these
contradict each other where nothing but zeros does. What satisfies them is so at any size, so that
`more than 0` can be asked as `1 or more`, and the upper limit of a share decides nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mtopendata.rules.connected import connected
from mtopendata.rules.linear.effort import Effort, TooMuchEffort
from mtopendata.rules.linear.tableau import Tableau
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.templates import Template, Unknown, templates, unknown

MOST_EFFORT = 1_000_000
"""Cells of tableaus that are touched for all rules of a package: a second or so."""

Side = tuple[int | None, int | None]
ABOVE: Side = (1, None)
BELOW: Side = (None, -1)
"""Bounds of a number that is not 0."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Figures for which these rules leave only 0; `emptied` is a rule that has no others."""

    rules: tuple[Rule, ...]
    figures: tuple[Unknown, ...]
    emptied: Rule | None


@dataclass(frozen=True, slots=True)
class Follows:
    """That a rule, or a term of it, changes nothing, and the rules for which that is so."""

    rule: Rule
    because_of: tuple[Rule, ...]
    term: Term | None = None


@dataclass(slots=True)
class Diagnosis:
    """All that rules say of each other. `only_equal` are limits that can only be reached.
    `gave_up`: rules that were not held against others, since that is too much work.
    """

    figures: int = 0
    fixed: list[Fixed] = field(default_factory=list)
    only_equal: list[Follows] = field(default_factory=list)
    implied: list[Follows] = field(default_factory=list)
    idle_terms: list[Follows] = field(default_factory=list)
    gave_up: list[Rule] = field(default_factory=list)


def diagnosis(rules: Sequence[Rule], not_negative: Collection[str]) -> Diagnosis:
    """What the rules say of each other. `not_negative` names the measures whose unit allows no
    number below 0.
    """
    found = Diagnosis()
    effort = Effort(MOST_EFFORT)
    try:
        all_templates = templates(rules, effort)
    except TooMuchEffort:
        found.gave_up += rules
        return found
    sharing = connected({n: template.weights for n, template in enumerate(all_templates)})
    for group in ([all_templates[n] for n in numbers] for numbers in sharing):
        own = [template for template in group if template.is_own]
        found.figures += len({key for template in own for key in template.weights})
        try:
            part = _Component(group, not_negative, effort).diagnosis()
        except TooMuchEffort:
            found.gave_up += [template.rule for template in own]
            continue
        for name in ("fixed", "only_equal", "implied", "idle_terms"):
            getattr(found, name).extend(getattr(part, name))
    return found


class _Component:
    """Rules that share figures, in one tableau: a sum for each place, which can be let go."""

    def __init__(
        self, group: Sequence[Template], not_negative: Collection[str], effort: Effort
    ) -> None:
        self.group = group
        self.tableau = Tableau(effort)
        self.numbers: dict[Unknown, int] = {}
        self.lowest: dict[Unknown, int | None] = {}
        for template in group:
            for key in template.weights:
                if key not in self.numbers:
                    self.lowest[key] = 0 if key[0] in not_negative else None
                    self.numbers[key] = self.tableau.number(self.lowest[key], None)
        self.sums = [self._sum(template.weights, *_limits_of(template.rule)) for template in group]
        self.rule_of = {s: t.rule.name for s, t in zip(self.sums, group, strict=True)}
        self.rules: Mapping[str, Rule] = {template.rule.name: template.rule for template in group}
        self.order = {name: index for index, name in enumerate(self.rules)}

    def _sum(self, weights: Mapping[Unknown, int], lower: int | None, upper: int | None) -> int:
        named = {self.numbers[key]: weight for key, weight in weights.items()}
        return self.tableau.sum(named, lower, upper)

    def diagnosis(self) -> Diagnosis:
        """What these rules say of each other."""
        found = Diagnosis()
        if not self._has_inner_point():
            zeros = self._zeros()
            found.fixed += _fixed(zeros)
            found.idle_terms += self._idle_terms(zeros)
            found.only_equal += self._only_equal(found.fixed)
        doubted = {rule.name for item in found.fixed for rule in item.rules}
        for template, number in zip(self.group, self.sums, strict=True):
            if not template.is_own or template.rule.name in doubted:
                continue
            implied = self._implied(template, number)
            if implied is not None:
                found.implied.append(Follows(template.rule, implied))
        return found

    # Questions

    def _impossible(
        self, number: int, sides: Sequence[Side], without: Collection[str] = ()
    ) -> tuple[Rule, ...] | None:
        """The rules, but for some, that keep a number or sum from lying on any of these sides of 0,
        none of which could be left out; None: it can.
        """
        bounds = self.tableau.lower[number], self.tableau.upper[number]
        self._keep_only(self.rules.keys() - without, number)
        guilty = self._guilty(number, sides)
        for name in sorted(guilty or (), key=self.order.__getitem__, reverse=True):
            if guilty is not None and name in guilty:
                self._keep_only(guilty - {name}, number)
                fewer = self._guilty(number, sides)
                guilty = guilty if fewer is None else fewer
        self.tableau.bound(number, *bounds)
        self._keep_only(self.rules.keys(), None)
        return None if guilty is None else self._in_order(guilty)

    def _in_order(self, names: Collection[str]) -> tuple[Rule, ...]:
        return tuple(self.rules[name] for name in sorted(names, key=self.order.__getitem__))

    def _guilty(self, number: int, sides: Sequence[Side]) -> frozenset[str] | None:
        """Rules that keep a number from lying on any of these sides of 0; None: it can."""
        found: set[str] = set()
        for side in sides:
            self.tableau.bound(number, *side)
            conflict = self.tableau.conflict()
            if conflict is None:
                return None
            numbers = {bound.variable for bound in conflict} - {number}
            found |= {self.rule_of[other] for other in numbers & self.rule_of.keys()}
        return frozenset(found)

    def _keep_only(self, names: Collection[str], but: int | None) -> None:
        self.tableau.effort.spend(len(self.rule_of))
        for number, name in self.rule_of.items():
            if number != but:
                bounds = _limits_of(self.rules[name]) if name in names else (None, None)
                self.tableau.bound(number, *bounds)

    # Answers

    def _has_inner_point(self) -> bool:
        """Whether all figures can be above 0 and all limits be kept with something to spare."""
        for number in self.numbers.values():
            self.tableau.bound(number, 1, None)
        for number, template in zip(self.sums, self.group, strict=True):
            if not template.rule.relation.is_balance:
                self.tableau.bound(number, None, -1)
        is_there = self.tableau.conflict() is None
        for key, number in self.numbers.items():
            self.tableau.bound(number, self.lowest[key], None)
        self._keep_only(self.rules.keys(), None)
        return is_there

    def _zeros(self) -> dict[Unknown, tuple[Rule, ...]]:
        """The figures that can only be 0, with the smallest set of rules for which that is so."""
        found = {}
        for key, number in self.numbers.items():
            sides = (ABOVE, BELOW) if self.lowest[key] is None else (ABOVE,)
            why = self._impossible(number, sides)
            if why is not None:
                found[key] = why
        return found

    def _idle_terms(self, zeros: Mapping[Unknown, tuple[Rule, ...]]) -> Iterator[Follows]:
        """The terms whose figure other rules leave nothing but 0. No other term is idle in a rule
        that does not follow from others: some figures satisfy the rule with it and not without.
        """
        for template in self.group:
            for term in template.rule.terms if template.is_own else ():
                because_of = zeros.get(unknown(term), (template.rule,))
                if template.rule not in because_of:
                    yield Follows(template.rule, because_of, term)

    def _only_equal(self, fixed: Sequence[Fixed]) -> Iterator[Follows]:
        """The limits that leave nothing to spare, those aside whose figures are all 0."""
        emptied = {item.emptied.name for item in fixed if item.emptied}
        for template, number in zip(self.group, self.sums, strict=True):
            rule = template.rule
            if template.is_own and not rule.relation.is_balance and rule.name not in emptied:
                why = self._impossible(number, (BELOW,))
                others = tuple(other for other in why or () if other is not rule)
                if others:
                    yield Follows(rule, others)

    def _implied(self, template: Template, number: int) -> tuple[Rule, ...] | None:
        """The other rules from which a rule follows; None: it does not."""
        sides = (ABOVE, BELOW) if template.rule.relation.is_balance else (ABOVE,)
        return self._impossible(number, sides, (template.rule.name,))


def _fixed(zeros: Mapping[Unknown, tuple[Rule, ...]]) -> Iterator[Fixed]:
    """The figures that can only be 0, by their rules. What one rule alone does is no matter of
    rules together.
    """
    by_rules: dict[tuple[Rule, ...], list[Unknown]] = {}
    for key, rules in zeros.items():
        if len(rules) > 1:
            by_rules.setdefault(rules, []).append(key)
    for rules, keys in by_rules.items():
        emptied = next((r for r in rules if {unknown(t) for t in r.terms} <= zeros.keys()), None)
        yield Fixed(rules, tuple(keys), emptied)


def _limits_of(rule: Rule) -> tuple[int | None, int | None]:
    relation = rule.relation
    return (0 if relation.least == 0 else None, 0 if relation.greatest == 0 else None)
