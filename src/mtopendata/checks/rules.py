"""Every rule wherever it applies: satisfied, violated or undecided; and whether it can be meant."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from mtopendata.checks.keys import Hashed, KeyFold, key_of
from mtopendata.checks.kind import Kind, Known
from mtopendata.figures.tables import EXACT, FIGURES, RULES, TERMS
from mtopendata.ledger.outcome import Found, Item, Outcome, failed, untested
from mtopendata.ledger.report import Finding, Severity, State
from mtopendata.reading.folds import Again, Concluded, Fold
from mtopendata.reading.tables import Block, Columns
from mtopendata.rules.instances import FiguresLookup, KnownFigures, Places, instances_in
from mtopendata.rules.model import PLACE, STATES, Rule
from mtopendata.rules.reading import read_rules
from mtopendata.rules.sums import (
    Intervals,
    PartialSums,
    SumPart,
    at_scale,
    decided_places,
    figure_intervals,
    has_place,
    merged,
    merged_spans,
    partial_sums,
    wide_enough,
)
from mtopendata.rules.tables import figure_identity, has_rules, is_keyed, untyped_column
from mtopendata.rules.words import listed_instance, violation

MERGED_AT = 1_000_000
"""So many sums of parts are kept before those of one place are added up."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Places in which a rule has a state: their number, and frames with the first of them, each
    with the `first` and the `last` block that has its figures.
    """

    count: int = 0
    places: tuple[pl.DataFrame, ...] = ()

    def plus(self, other: "Decided") -> "Decided":
        """Those of both."""
        return Decided(self.count + other.count, (*self.places, *other.places))


@dataclass(frozen=True, slots=True)
class Summed:
    """What is kept of a rule: the places that are decided, since all of their figures were seen;
    of the others the sums, as of `PartialSums`, in parts. `merged_rows` were left when the parts
    were last added up.
    """

    decided: Mapping[State, Decided] = field(default_factory=dict)
    local: tuple[SumPart, ...] = ()
    fixed: tuple[SumPart, ...] = ()
    earlier: tuple[SumPart, ...] = ()
    merged_rows: int = 0


@dataclass(frozen=True, slots=True)
class FiguresSeen:
    """What is kept of figures: the measures that there are and their units, whether a bound is
    negative, the largest magnitude as numerator and scale, and the sums of each rule.
    """

    measures: frozenset[str | None]
    units: Mapping[str, frozenset[str]]
    is_negative: bool
    largest: tuple[int, int]
    rules: tuple[Summed, ...]
    keys: Hashed | None


class RuleFold:
    """The rules of a package over its figures."""

    def __init__(self, figures: Columns, known: Known) -> None:
        self.figures = figures
        self.limit = known.limit
        self.known = known
        self.rules, self.faults = read_rules(known.tables[RULES], known.tables[TERMS])
        self.has_units = figures.is_typed(["unit"], pl.String)
        self.keys = None if is_keyed(figures) else _figure_keys(figures, known.limit)
        self.by_local = ("area", "period", *(n for n in ("source",) if figures.has((n,))))

    # What blocks tell

    def see(self, block: Block) -> FiguresSeen:
        """What is kept of a block."""
        intervals = figure_intervals(block.frame)
        lower = intervals.frame.get_column("lower")
        return FiguresSeen(
            frozenset(intervals.frame.get_column("measure").unique()),
            self._units(block.frame),
            bool((lower < 0).any()),
            (intervals.largest, intervals.scale),
            tuple(self._summed(rule, intervals, block.number) for rule in self.rules),
            self.keys.see(block) if self.keys else None,
        )

    def _units(self, frame: pl.DataFrame) -> dict[str, frozenset[str]]:
        """The units of each measure's figures; nothing where figures have no units."""
        found: dict[str, frozenset[str]] = {}
        if self.has_units:
            for measure, unit in frame.select("measure", "unit").drop_nulls().unique().iter_rows():
                found[measure] = found.get(measure, frozenset()) | {unit}
        return found

    def _summed(self, rule: Rule, intervals: Intervals, number: int) -> Summed:
        if not has_place(rule, intervals.largest):
            return Summed()
        kept = partial_sums(rule, wide_enough(intervals, rule).lazy())
        parts = {
            name: _parts(sums, intervals.scale, number)
            for name, sums in (("local", kept.local), ("fixed", kept.fixed))
        }
        earlier: tuple[SumPart, ...] = ()
        if kept.earlier is not None:
            earlier = (SumPart(kept.earlier.collect(), intervals.scale),)
        summed = Summed({}, parts["local"], parts["fixed"], earlier)
        return self._with_decided(rule, summed) if _is_local(rule) else summed

    def _with_decided(self, rule: Rule, summed: Summed) -> Summed:
        """With the places decided all of whose terms have their figure, which is then the only one:
        no other block can add to them.
        """
        part = summed.local[0]
        is_whole = pl.col("terms") == len(rule.terms)
        whole = part.frame.filter(is_whole)
        decided = _by_state(_placed(rule, whole.lazy()), self.limit)
        return replace(
            summed, decided=decided, local=(SumPart(part.frame.filter(~is_whole), part.scale),)
        )

    def merge(self, one: FiguresSeen, other: FiguresSeen) -> FiguresSeen:
        """What is kept of both."""
        units = dict(one.units)
        for measure, more in other.units.items():
            units[measure] = units.get(measure, frozenset()) | more
        return FiguresSeen(
            one.measures | other.measures,
            units,
            one.is_negative or other.is_negative,
            _larger(one.largest, other.largest),
            tuple(map(self._merged, self.rules, one.rules, other.rules)),
            self.keys.merge(one.keys, other.keys)
            if self.keys and one.keys is not None and other.keys is not None
            else None,
        )

    def _merged(self, rule: Rule, one: Summed, other: Summed) -> Summed:
        both = Summed(
            _both(one.decided, other.decided),
            one.local + other.local,
            one.fixed + other.fixed,
            one.earlier + other.earlier,
            max(one.merged_rows, other.merged_rows),
        )
        parts = (*both.local, *both.fixed, *both.earlier)
        rows = sum(part.frame.height for part in parts)
        if rows <= max(MERGED_AT, 2 * both.merged_rows):
            return both
        return self._added_up(rule, both)

    def _added_up(self, rule: Rule, summed: Summed) -> Summed:
        """With one part of each kind; places that are now whole are decided."""
        local = (merged(summed.local, self.by_local),) if summed.local else ()
        fixed = (merged(summed.fixed, self.by_local[1:]),) if summed.fixed else ()
        earlier = (merged_spans(summed.earlier),) if summed.earlier else ()
        rows = sum(part.frame.height for part in (*local, *fixed, *earlier))
        found = Summed(summed.decided, local, fixed, earlier, rows)
        if not _is_local(rule) or not local:
            return found
        whole = self._with_decided(rule, found)
        return replace(whole, decided=_both(found.decided, whole.decided))

    # What follows

    def conclude(self, kept: FiguresSeen) -> Found | Again:
        """The outcomes, for which the figures of the places that are listed are looked up."""
        places = [self._places(rule, summed) for rule, summed in zip(self.rules, kept.rules)]  # noqa: B905
        first = [
            (rule, {state: found.places[0] for state, found in by_state.items() if found.places})
            for rule, by_state in zip(self.rules, places, strict=True)
        ]
        lookup = FiguresLookup(self.figures, first)
        blocks: set[int] | None = set()
        for _, by_state in first:
            blocks = _blocks(by_state, blocks)
        keys = self.keys.conclude(kept.keys) if self.keys and kept.keys is not None else ()
        again = keys if isinstance(keys, Again) else Again(Concluded(keys), ())
        if again.blocks is None:
            blocks = None
        elif blocks is not None:
            blocks |= set(again.blocks)
        told = _Told(self, kept, places, lookup, again.fold)
        return list(self.told(kept, places, {})) if blocks == set() else Again(told, blocks)

    def _places(self, rule: Rule, summed: Summed) -> Mapping[State, Decided]:
        """The places of a rule by the state there, of each the first ones in one frame."""
        rest = self._added_up(rule, summed)
        decided = rest.decided
        if rest.local or rest.fixed:
            decided = _both(decided, _by_state(_rest_placed(rule, rest), self.limit))
        return {
            state: Decided(found.count, (_first(found.places, self.limit),))
            for state, found in decided.items()
            if found.count
        }

    def told(
        self, kept: FiguresSeen, places: Sequence[Mapping[State, Decided]], figures: KnownFigures
    ) -> Iterator[Item]:
        """An outcome for each rule, and findings on those that cannot be evaluated."""
        yield from self.faults
        for rule, by_state in zip(self.rules, places, strict=True):
            if not any(term.measure in kept.measures and not term.lag for term in rule.terms):
                yield self._on_rule(
                    rule,
                    "rule-matches-nothing",
                    f"no unlagged term of the rule {rule.name!r} names a measure that has a figure",
                    "correct the measures in rule_terms",
                )
                yield self._untested(rule)
                continue
            if doubt := _doubt_on_terms(rule, kept.units, not kept.is_negative):
                message = f"the rule {rule.name!r} {doubt}"
                hint = "look whether its terms in rule_terms are what is meant"
                fault = self._on_rule(rule, "rule-terms", message, hint)
                yield replace(fault, severity="warning")
            yield from self._outcome(rule, kept, by_state, figures)

    def _on_rule(self, rule: Rule, code: str, message: str, hint: str) -> Finding:
        return self.known.tables[RULES].finding(code, rule.row, None, None, message, hint)

    def _untested(self, rule: Rule) -> Outcome:
        return Outcome("rule", rule.name, self.figures.resource.name, 0, severity=rule.severity)

    def _outcome(
        self,
        rule: Rule,
        kept: FiguresSeen,
        by_state: Mapping[State, Decided],
        figures: KnownFigures,
    ) -> Iterator[Item]:
        """The rule in each place where it applies."""
        if not has_place(rule, kept.largest[0]):
            yield _figures_fault(
                self.figures,
                "rule-arithmetic",
                f"the sums of the rule {rule.name!r} have more than 38 digits",
                "use smaller coefficients",
            )
            yield self._untested(rule)
            return
        count = sum(found.count for found in by_state.values())
        if not count:
            yield _figures_fault(
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
            lambda instance: violation(instance, self.figures),
            rule.severity,
            failures=by_state.get("violated", none).count,
            instances=[map(listed_instance, instances.get(state, [])) for state in STATES],
            undecided=by_state.get("undecided", none).count,
        )


class _Told:
    """The second look of the rules: at the figures of places that are listed, and at figures that
    may be the same.
    """

    def __init__(
        self,
        first: RuleFold,
        kept: FiguresSeen,
        places: Sequence[Mapping[State, Decided]],
        lookup: FiguresLookup,
        keys: Fold,
    ) -> None:
        self.first = first
        self.kept = kept
        self.places = places
        self.folds: tuple[Fold, Fold] = (lookup, keys)

    def see(self, block: Block) -> list[object]:
        """What each keeps."""
        return [fold.see(block) for fold in self.folds]

    def merge(self, one: list[object], other: list[object]) -> list[object]:
        """What each keeps of both."""
        return [fold.merge(a, b) for fold, a, b in zip(self.folds, one, other, strict=True)]

    def conclude(self, kept: list[object]) -> Found:
        """The outcomes, or why there are none."""
        lookup, keys = self.folds
        if failed(keys.conclude(kept[1])):
            reason = "some figures have the same measure, area, period and source"
            return list(_not_run(self.first.figures, reason, "error"))
        return list(self.first.told(self.kept, self.places, lookup.conclude(kept[0])))


def _figure_keys(figures: Columns, limit: int) -> KeyFold:
    """The key that all figures must have, nulls and all."""
    key = key_of(figures, "unique-key", figure_identity(figures))
    return KeyFold(figures, [replace(key, has_nulls=True)], limit)


def _both(one: Mapping[State, Decided], other: Mapping[State, Decided]) -> Mapping[State, Decided]:
    """The places of both."""
    none = Decided()
    return {s: one.get(s, none).plus(other.get(s, none)) for s in {**one, **other}}


def _larger(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The larger of two magnitudes, with as many decimals before the point as one of them has."""
    scale = max(one[1], other[1])
    return max(number * 10 ** (scale - own) for number, own in (one, other)), scale


def _is_local(rule: Rule) -> bool:
    """Whether each place has all figures of the rule that it goes by."""
    return all(term.area is None and not term.lag for term in rule.terms)


def _parts(sums: pl.LazyFrame | None, scale: int, number: int) -> tuple[SumPart, ...]:
    if sums is None:
        return ()
    block = pl.lit(number, pl.UInt32)
    return (SumPart(sums.with_columns(first=block, last=block).collect(), scale),)


def _placed(rule: Rule, local: pl.LazyFrame) -> pl.DataFrame:
    """The places of a local rule with the blocks of their figures."""
    places = decided_places(rule, PartialSums(local, None, None))
    blocks = local.select("first", "last")
    return pl.concat([places, blocks], how="horizontal").collect()


def _rest_placed(rule: Rule, rest: Summed) -> pl.DataFrame:
    """The places of a rule whose figures may stand in any block."""
    parts = [part for kind in (rest.local, rest.fixed, rest.earlier) for part in kind]
    scale = max(part.scale for part in parts)
    local, fixed, earlier = (
        at_scale(kind[0] if kind else None, scale)
        for kind in (rest.local, rest.fixed, rest.earlier)
    )
    if _is_local(rule) and local is not None:
        return _placed(rule, local)
    sums = [None if part is None else part.drop("first", "last") for part in (local, fixed)]
    places = decided_places(rule, PartialSums(sums[0], sums[1], earlier)).collect()
    return places.with_columns(first=pl.lit(None, pl.UInt32), last=pl.lit(None, pl.UInt32))


def _by_state(places: pl.DataFrame, limit: int) -> dict[State, Decided]:
    """Places by the state there: their number, and the first of them."""
    found: dict[State, Decided] = {}
    for state in STATES:
        part = places.filter(pl.col("state") == state)
        if part.height:
            found[state] = Decided(part.height, (_first([part], limit),))
    return found


def _first(places: Sequence[pl.DataFrame], limit: int) -> pl.DataFrame:
    """The first of some places, in order."""
    frame = places[0] if len(places) == 1 else pl.concat(places)
    # Polars need not sort all places for the first of them.
    return frame.lazy().sort(*PLACE).slice(0, limit).collect()


def _blocks(by_state: Places, blocks: set[int] | None) -> set[int] | None:
    """Those blocks, and those that have the figures of these places; None: any may."""
    for part in by_state.values():
        if blocks is None or part.get_column("first").has_nulls():
            return None
        for first, last in part.select("first", "last").unique().iter_rows():
            blocks |= {first, last} if last - first < 2 else set(range(first, last + 1))
    return blocks


# Whether a rule can be meant


def _doubt_on_terms(
    rule: Rule, units: Mapping[str, Collection[str]], are_counts: bool
) -> str | None:
    """What makes it doubtful that the terms are those that were meant, or None.

    `are_counts`: no figure is negative, so that a sum of one sign has nothing to be held against.
    """
    named = [(term.measure, term.area, term.lag) for term in rule.terms]
    if len(set(named)) < len(named):
        return "has two terms for one figure"
    if rule.numbers and rule.numbers != tuple(range(1, len(rule.terms) + 1)):
        return f"has terms numbered {', '.join(map(str, rule.numbers))}: is one missing?"
    used = {unit for term in rule.terms for unit in units.get(term.measure, ())}
    if len(used) > 1:
        return f"compares {' with '.join(sorted(used))}"
    positive = [term.coefficient > 0 for term in rule.terms]
    if are_counts and (not any(positive) or (rule.relation.is_balance and all(positive))):
        return "has coefficients of one sign, so that it cannot be what is meant"
    return None


def _figures_fault(figures: Columns, code: str, message: str, hint: str) -> Finding:
    resource = figures.resource
    return Finding(code, "error", message, hint, resource.name, resource.path)


# Whether rules can be tested at all


def _fold(columns: Columns, known: Known) -> Fold | None:
    tables = known.with_columns(columns)
    if columns.resource.name != FIGURES or not has_rules(tables):
        return None
    if unusable := list(_unusable(columns, known)):
        return Concluded(unusable)
    numbers = ("lower", "upper") if columns.has(("lower", "upper")) else ("value",)
    if not columns.is_typed(numbers, *EXACT):
        fault = _figures_fault(
            columns,
            "rule-arithmetic",
            "the figures are not exact numbers, so that no rule can be decided",
            "write plain decimals: no exponents, NaN or INF",
        )
        return Concluded([fault])
    return RuleFold(columns, known)


def _unusable(figures: Columns, known: Known) -> Iterator[Item]:
    if column := untyped_column(known.with_columns(figures)):
        reason = f"{column} has no type that rules can be evaluated with"
        yield from _not_run(figures, reason, "error")


def _gated_by_keys(known: Known) -> Iterator[Item]:
    """A key that does not hold is an error of its own."""
    if has_rules(known.columns):
        figures = known.columns[FIGURES]
        reason = "a key of figures, rules or rule_terms does not hold"
        yield from [*_unusable(figures, known)] or _not_run(figures, reason, "warning")


def _not_run(figures: Columns, reason: str, severity: Severity) -> Iterator[Item]:
    resource = figures.resource
    yield untested("rule", "rules", resource.name)
    message = f"no rule was tested, because {reason}"
    hint = "mend that first, and the rules are tested again"
    yield Finding("rules-not-run", severity, message, hint, resource.name, resource.path)


KIND = Kind(
    80,
    across=_fold,
    keeps=(RULES, TERMS),
    needs=(FIGURES, RULES, TERMS),
    gated=_gated_by_keys,
)
