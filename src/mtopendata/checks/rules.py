"""Every rule wherever it applies: satisfied, violated or undecided; and whether it can be meant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import polars as pl

from mtopendata.checks.key_hashes import NO_HASHES, Hashed
from mtopendata.checks.keys import KeyFold, key_of
from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.rule_doctor import rules_compared
from mtopendata.checks.rule_outcomes import RuleOutcomes, RulesKnown, figures_fault, not_run
from mtopendata.checks.rule_second_look import SecondLook
from mtopendata.checks.sound_rows import sound_rows
from mtopendata.figures.tables import AREAS, EXACT, FIGURES, RULES, SCOPES, TERMS
from mtopendata.ledger.outcome import Found, Item
from mtopendata.ledger.repairs import ViolatedPlace
from mtopendata.ledger.report import State
from mtopendata.reading.folds import Again, Concluded, Fold
from mtopendata.reading.tables import Block, Columns
from mtopendata.rules.block_sums import Decided, RuleSums
from mtopendata.rules.instances import FiguresLookup, KnownFigures, Places
from mtopendata.rules.intervals import figure_intervals
from mtopendata.rules.model import PLACE
from mtopendata.rules.reading import read_rules
from mtopendata.rules.share_places import ShareFigures
from mtopendata.rules.sums import has_place
from mtopendata.rules.system_figures import NOTHING_AROUND, SurroundingFigures, Surroundings
from mtopendata.rules.tables import figure_identity, has_rules, is_keyed, untyped_column

if TYPE_CHECKING:
    from mtopendata.rules.place_repairs import RepairOf


@dataclass(frozen=True, slots=True)
class FiguresSeen:
    """What is kept of figures: the measures that there are and their units, whether a bound is
    negative, the largest magnitude as numerator and scale, the sums of each rule, and whether a row
    has errors of its own.
    """

    measures: frozenset[str | None]
    units: Mapping[str, frozenset[str]]
    is_negative: bool
    largest: tuple[int, int]
    rules: tuple[Any, ...]
    keys: Hashed | None
    has_wrong: bool


class RuleFold:
    """The rules of a package over its figures."""

    def __init__(self, figures: Columns, known: Known) -> None:
        self.figures = figures
        self.limit = known.limit
        self.known = known
        self.rules, self.faults = read_rules(known.tables)
        self.sound = sound_rows(figures, known)
        self.has_units = figures.is_typed(["unit"], pl.String)
        self.keys = None if is_keyed(figures) else _figure_keys(figures, known.limit)
        by_local = ("area", "period", *(n for n in ("source",) if figures.has((n,))))
        self.sums = [
            ShareFigures(rule, known.limit)
            if rule.relation.is_share
            else RuleSums(rule, by_local, known.limit)
            for rule in self.rules
        ]

    # What blocks tell

    def see(self, block: Block) -> FiguresSeen:
        """What is kept of a block."""
        sound = self.sound.without_numbers(block)
        intervals = figure_intervals(sound.frame)
        lower = intervals.frame.get_column("lower")
        return FiguresSeen(
            frozenset(intervals.frame.get_column("measure").unique()),
            self._units(block.frame),
            bool((lower < 0).any()),
            (intervals.largest, intervals.scale),
            tuple(sums.see(intervals, block.number) for sums in self.sums),
            self.keys.see(block) if self.keys else None,
            sound is not block,
        )

    def _units(self, frame: pl.DataFrame) -> dict[str, frozenset[str]]:
        """The units of each measure's figures; nothing where figures have no units."""
        found: dict[str, frozenset[str]] = {}
        if self.has_units:
            for measure, unit in frame.select("measure", "unit").drop_nulls().unique().iter_rows():
                found[measure] = found.get(measure, frozenset()) | {unit}
        return found

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
            tuple(
                sums.merge(*pair)
                for sums, *pair in zip(self.sums, one.rules, other.rules, strict=True)
            ),
            self.keys.merge(one.keys, other.keys)
            if self.keys and one.keys is not None and other.keys is not None
            else None,
            one.has_wrong or other.has_wrong,
        )

    def divide(self, kept: FiguresSeen, parts: int) -> tuple[FiguresSeen, dict[int, FiguresSeen]]:
        """The sums of each rule, and the keys, in pieces apart from the rest."""
        sums = zip(self.sums, kept.rules, strict=True)
        divided = [rule.divide(summed, parts) for rule, summed in sums]
        keys: tuple[Hashed | None, dict[int, Hashed]] = None, {}
        if self.keys and kept.keys is not None:
            keys = self.keys.divide(kept.keys, parts)
        rest = replace(kept, rules=tuple(rest for rest, _ in divided), keys=keys[0])
        numbers = {*keys[1], *chain.from_iterable(pieces for _, pieces in divided)}
        none = self._nothing_seen()
        return rest, {
            number: replace(
                none,
                rules=tuple(
                    pieces.get(number, sums.nothing)
                    for sums, (_, pieces) in zip(self.sums, divided, strict=True)
                ),
                keys=keys[1].get(number, none.keys),
            )
            for number in numbers
        }

    def settle(self, kept: FiguresSeen) -> FiguresSeen:
        """The places that are decided, and the keys that may stand twice."""
        sums = zip(self.sums, kept.rules, strict=True)
        keys = self.keys.settle(kept.keys) if self.keys and kept.keys is not None else None
        return replace(kept, rules=tuple(rule.settle(summed) for rule, summed in sums), keys=keys)

    def _nothing_seen(self) -> FiguresSeen:
        rules = tuple(sums.nothing for sums in self.sums)
        keys = NO_HASHES if self.keys else None
        return FiguresSeen(frozenset(), {}, False, (0, 0), rules, keys, False)

    # What follows

    def conclude(self, kept: FiguresSeen) -> Found | Again:
        """The outcomes, for which the figures of the places that are listed are looked up."""
        places = [sums.places(summed) for sums, summed in zip(self.sums, kept.rules, strict=True)]
        first = [
            (rule, {state: found.places[0] for state, found in by_state.items() if found.places})
            for rule, by_state in zip(self.rules, places, strict=True)
        ]
        lookup = FiguresLookup(
            self.figures, first, self.sound.are_wrong if kept.has_wrong else None
        )
        keys = self.keys.conclude(kept.keys) if self.keys and kept.keys is not None else ()
        again = keys if isinstance(keys, Again) else Again(Concluded(keys), ())
        violated = [by_state["violated"] for _, by_state in first if "violated" in by_state]
        around: Fold = Concluded(NOTHING_AROUND)
        if violated:
            around = SurroundingFigures(self.figures, self.rules, violated, lookup.are_wrong)
        blocks = None if violated else _all_blocks([by_state for _, by_state in first], again)
        told = partial(self.told, kept, places)
        if blocks == set():
            return list(told({}, NOTHING_AROUND))
        return Again(SecondLook(self.figures, told, (lookup, again.fold, around)), blocks)

    def told(
        self,
        kept: FiguresSeen,
        places: Sequence[Mapping[State, Decided]],
        figures: KnownFigures,
        around: Surroundings,
    ) -> Iterator[Item]:
        """An outcome for each rule, findings on those that cannot be evaluated, what would make
        those that are violated hold, and what the rules say of each other.
        """
        yield from self.faults
        known = RulesKnown(kept.measures, kept.units, kept.is_negative, kept.largest[0])
        repairs = self._repairs(kept, places, around)
        outcomes = RuleOutcomes(self.figures, self.known.tables[RULES], repairs)
        for rule, by_state in zip(self.rules, places, strict=True):
            yield from outcomes.told(rule, known, by_state, figures)
        yield from dict.fromkeys(repairs.values())
        yield from rules_compared(self.known.tables[RULES], self.rules, known.units)

    def _repairs(
        self,
        kept: FiguresSeen,
        places: Sequence[Mapping[State, Decided]],
        around: Surroundings,
    ) -> "RepairOf":
        """What would make each violated place hold that is listed."""
        listed = [
            ViolatedPlace(rule.name, *place)
            for rule, by_state in zip(self.rules, places, strict=True)
            if "violated" in by_state
            for place in by_state["violated"].places[0].select(*PLACE).iter_rows()
        ]
        if not listed:
            return {}
        # Most validations find all rules kept, and need not wait for what looks for repairs.
        from mtopendata.rules.place_repairs import repairs_of

        rules = [rule for rule in self.rules if has_place(rule, kept.largest[0])]
        return repairs_of(self.figures, rules, listed, around, are_signed=kept.is_negative)


def _figure_keys(figures: Columns, limit: int) -> KeyFold:
    """The key that all figures must have, nulls and all."""
    key = key_of(figures, "unique-key", figure_identity(figures))
    return KeyFold(figures, [replace(key, has_nulls=True)], limit)


def _larger(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The larger of two magnitudes, with as many decimals before the point as one of them has."""
    scale = max(one[1], other[1])
    return max(number * 10 ** (scale - own) for number, own in (one, other)), scale


def _all_blocks(places: Sequence[Places], again: Again) -> set[int] | None:
    """The blocks that have the figures of places, and those of a second look; None: any may."""
    blocks: set[int] | None = set()
    for by_state in places:
        blocks = _blocks_with_figures(by_state, blocks)
    if blocks is None or again.blocks is None:
        return None
    return blocks | set(again.blocks)


def _blocks_with_figures(by_state: Places, blocks: set[int] | None) -> set[int] | None:
    """Those blocks, and those that have the figures of these places; None: any may."""
    for part in by_state.values():
        if blocks is None or part.get_column("first").has_nulls():
            return None
        for first, last in part.select("first", "last").unique().iter_rows():
            blocks |= {first, last} if last - first < 2 else set(range(first, last + 1))
    return blocks


# Whether rules can be tested at all


def _rule_fold(columns: Columns, known: Known) -> Fold | None:
    tables = known.with_columns(columns)
    if columns.resource.name != FIGURES or not has_rules(tables):
        return None
    if unusable := list(_unusable(columns, known)):
        return Concluded(unusable)
    numbers = ("lower", "upper") if columns.has(("lower", "upper")) else ("value",)
    if not columns.is_typed(numbers, *EXACT):
        fault = figures_fault(
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
        yield from not_run(figures, reason, "error")


def _gated_by_keys(known: Known) -> Iterator[Item]:
    """A key that does not hold is an error of its own."""
    if has_rules(known.columns):
        figures = known.columns[FIGURES]
        reason = "a key of figures, rules or rule_terms does not hold"
        yield from [*_unusable(figures, known)] or not_run(figures, reason, "warning")


KIND = Kind(
    80,
    across=_rule_fold,
    keeps=(RULES, TERMS, SCOPES, AREAS),
    needs=(FIGURES, RULES, TERMS),
    gated=_gated_by_keys,
)
