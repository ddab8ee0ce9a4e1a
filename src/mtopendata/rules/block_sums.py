"""What a rule keeps of the figures of blocks, and the places that follow, with their states."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from mtopendata.ledger.report import State
from mtopendata.rules.intervals import Intervals
from mtopendata.rules.model import PLACE, STATES, Rule
from mtopendata.rules.sum_parts import SumPart, at_scale, merged, merged_spans
from mtopendata.rules.sums import (
    PartialSums,
    decided_places,
    has_place,
    needed_figures,
    partial_sums,
    wide_enough,
)

MERGED_AT = 1_000_000
"""So many sums of parts are kept before those of one place are added up."""
_FEW = 10_000
"""So many places are sorted in less time than a lazy query is planned in."""


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


class RuleSums:
    """A rule over figures that come block by block. `by_local` names the columns of a place, and
    `limit` is how many places of a state are kept.
    """

    nothing = Summed()
    """What is kept of no figures."""

    def __init__(self, rule: Rule, by_local: Sequence[str], limit: int) -> None:
        self.rule = rule
        self.by_local = by_local
        self.limit = limit

    def see(self, intervals: Intervals, number: int) -> Summed:
        """What is kept of the figures of the block with this number."""
        rule = self.rule
        if not has_place(rule, intervals.largest):
            return Summed()
        kept = partial_sums(rule, wide_enough(intervals, rule))
        parts = {
            name: _sum_parts(sums, intervals.scale, number)
            for name, sums in (("local", kept.local), ("fixed", kept.fixed))
        }
        earlier: tuple[SumPart, ...] = ()
        if kept.earlier is not None:
            earlier = (SumPart(kept.earlier, intervals.scale),)
        summed = Summed({}, parts["local"], parts["fixed"], earlier)
        return self._with_decided(summed) if _is_sure_early(rule) else summed

    def _with_decided(self, summed: Summed) -> Summed:
        """With the places decided all of whose terms have their figure, which is then the only one:
        no other block can add to them.
        """
        rule = self.rule
        part = summed.local[0]
        is_whole = pl.col("terms") == needed_figures(rule)
        whole = part.frame.filter(is_whole)
        decided = by_state(_places_with_blocks(rule, whole), self.limit)
        return replace(
            summed, decided=decided, local=(SumPart(part.frame.filter(~is_whole), part.scale),)
        )

    def merge(self, one: Summed, other: Summed) -> Summed:
        """What is kept of both."""
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
        return self._added_up(both)

    def _added_up(self, summed: Summed) -> Summed:
        """With one part of each kind; places that are now whole are decided."""
        local = (merged(summed.local, self.by_local),) if summed.local else ()
        fixed = (merged(summed.fixed, self.by_local[1:]),) if summed.fixed else ()
        earlier = (merged_spans(summed.earlier),) if summed.earlier else ()
        rows = sum(part.frame.height for part in (*local, *fixed, *earlier))
        found = Summed(summed.decided, local, fixed, earlier, rows)
        if not _is_sure_early(self.rule) or not local or not local[0].frame.height:
            return found
        whole = self._with_decided(found)
        return replace(whole, decided=_both(found.decided, whole.decided))

    def divide(self, summed: Summed, parts: int) -> tuple[Summed, dict[int, Summed]]:
        """The sums by the area that they are of, or by their place where that has all figures of
        the rule: what one part of them decides, no other can change.
        """
        if all(term.area is not None for term in self.rule.terms):
            return summed, {}  # a sum for each period
        if any(term.of_parts and term.lag for term in self.rule.terms):
            return summed, {}  # earlier figures stand under other areas than their sums
        by = self.by_local if _is_local(self.rule) else self.by_local[:1]
        named = {term.area for term in self.rule.terms if term.lag and term.area is not None}
        pieces = {}
        for number in range(parts):
            local = _of_part(summed.local, by, number, parts)
            earlier = _of_part(summed.earlier, by[:1], number, parts, named)
            if any(part.frame.height for part in (*local, *summed.fixed, *earlier)):
                pieces[number] = Summed({}, local, summed.fixed, earlier)
        decided = {state: self._only_first(found) for state, found in summed.decided.items()}
        return Summed(decided), pieces

    def settle(self, summed: Summed) -> Summed:
        """The places of the sums of a part, with their states."""
        return Summed(self.places(summed))

    def _only_first(self, found: Decided) -> Decided:
        return Decided(found.count, (_first_places(found.places, self.limit),))

    def places(self, summed: Summed) -> Mapping[State, Decided]:
        """The places of the rule by the state there, of each the first ones in one frame."""
        rest = self._added_up(summed)
        decided = rest.decided
        if any(part.frame.height for part in (*rest.local, *rest.fixed)):
            decided = _both(decided, by_state(_rest_placed(self.rule, rest), self.limit))
        return {state: self._only_first(found) for state, found in decided.items() if found.count}


def _both(one: Mapping[State, Decided], other: Mapping[State, Decided]) -> Mapping[State, Decided]:
    """The places of both."""
    none = Decided()
    return {s: one.get(s, none).plus(other.get(s, none)) for s in {**one, **other}}


def _of_part(
    parts: Sequence[SumPart],
    by: Sequence[str],
    number: int,
    count: int,
    named: Collection[str] = (),
) -> tuple[SumPart, ...]:
    """The sums of one of `count` parts by the hash of these columns, and those of areas that are
    `named`, since every part needs them.
    """
    found = []
    for part in parts:
        is_here = part.frame.select(by).hash_rows() % count == number
        if named:
            is_here |= part.frame.get_column("area").is_in(named).fill_null(value=False)
        found.append(SumPart(part.frame.filter(is_here), part.scale))
    return tuple(found)


def _is_local(rule: Rule) -> bool:
    """Whether each place has all figures of the rule that it goes by."""
    return all(term.area is None and not term.lag for term in rule.terms)


def _is_sure_early(rule: Rule) -> bool:
    """Whether a place is decided as soon as it has so many figures: no other can be missing."""
    return _is_local(rule) and all(term.if_missing != "zero" for term in rule.terms)


def _sum_parts(sums: pl.DataFrame | None, scale: int, number: int) -> tuple[SumPart, ...]:
    if sums is None:
        return ()
    block = pl.lit(number, pl.UInt32)
    return (SumPart(sums.with_columns(first=block, last=block), scale),)


def _places_with_blocks(rule: Rule, local: pl.DataFrame) -> pl.DataFrame:
    """The places of a local rule with the blocks of their figures."""
    return decided_places(rule, PartialSums(local, None, None))


def _rest_placed(rule: Rule, rest: Summed) -> pl.DataFrame:
    """The places of a rule whose figures may stand in any block."""
    parts = [part for kind in (rest.local, rest.fixed, rest.earlier) for part in kind]
    scale = max(part.scale for part in parts)
    local, fixed, earlier = (
        at_scale(kind[0] if kind else None, scale)
        for kind in (rest.local, rest.fixed, rest.earlier)
    )
    if _is_local(rule) and local is not None:
        return _places_with_blocks(rule, local)
    sums = [None if part is None else part.drop("first", "last") for part in (local, fixed)]
    places = decided_places(rule, PartialSums(sums[0], sums[1], earlier))
    return places.with_columns(first=pl.lit(None, pl.UInt32), last=pl.lit(None, pl.UInt32))


def by_state(places: pl.DataFrame, limit: int) -> dict[State, Decided]:
    """Places by the state there: their number, and the first of them."""
    found: dict[State, Decided] = {}
    present = set(places.get_column("state").unique())
    for state in STATES:
        if state in present:
            is_all = len(present) == 1
            part = places if is_all else places.filter(pl.col("state") == state)
            found[state] = Decided(part.height, (_first_places([part], limit),))
    return found


def _first_places(places: Sequence[pl.DataFrame], limit: int) -> pl.DataFrame:
    """The first of some places, in order."""
    frame = places[0] if len(places) == 1 else pl.concat(places)
    if frame.height <= _FEW:
        return frame.sort(*PLACE).head(limit)
    # Polars need not sort all places for the first of them, and plans how not to.
    return frame.lazy().sort(*PLACE).slice(0, limit).collect()
