"""A rule of a share over figures that come block by block, and its places with their states."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from mtopendata.ledger.report import State
from mtopendata.rules.block_sums import Decided, by_state
from mtopendata.rules.intervals import Intervals
from mtopendata.rules.model import PLACE, STATES, Rule, Term
from mtopendata.rules.shares import PERCENT_OF_WHOLE, share_state
from mtopendata.rules.sum_parts import SumPart, scaled_part

SHARE, PART, WHOLE = range(3)
"""The terms of such a rule, in their order."""
_ENDS = ("lower", "upper")
Kept = tuple[SumPart, ...]


class ShareFigures:
    """The figures of a rule's terms; as of RuleSums."""

    nothing: Kept = ()
    """What is kept of no figures."""

    def __init__(self, rule: Rule, limit: int) -> None:
        self.rule = rule
        self.limit = limit

    def see(self, intervals: Intervals, number: int) -> Kept:
        """The figures of a block that the rule is about, by the number of their term."""
        block = pl.lit(number, pl.UInt32)
        found = [
            intervals.frame.filter(_has_term(term)).with_columns(
                term=pl.lit(index, pl.UInt8), first=block, last=block
            )
            for index, term in enumerate(self.rule.terms)
        ]
        frame = pl.concat(found)
        return (SumPart(frame, intervals.scale),) if frame.height else ()

    def merge(self, one: Kept, other: Kept) -> Kept:
        """What is kept of both."""
        return one + other

    def divide(self, kept: Kept, parts: int) -> tuple[Kept, dict[int, Kept]]:
        """All in one: shares are few beside the figures that they are of."""
        del parts
        return kept, {}

    def settle(self, kept: Kept) -> Kept:
        """What is kept of a part."""
        return kept

    def places(self, kept: Kept) -> Mapping[State, Decided]:
        """The places of the rule by the state there, of each the first ones in one frame."""
        if not kept:
            return {}
        scale = max(part.scale for part in kept)
        figures = pl.concat(
            scaled_part(part, scale).with_columns(pl.col(_ENDS).cast(pl.Int128)) for part in kept
        )
        if "source" not in figures.columns:
            figures = figures.with_columns(source=pl.lit(None, pl.String))
        terms = enumerate(self.rule.terms)
        fixed = [index for index, term in terms if term.area is not None]
        placed = _bounds_by_place(figures.filter(~pl.col("term").is_in(fixed)), list(PLACE))
        if fixed:
            beside = _bounds_by_place(
                figures.filter(pl.col("term").is_in(fixed)), ["period", "source"]
            )
            placed = self._joined(placed, beside, fixed)
        # What is checked is the share that is printed: without one there is nothing to check.
        placed = placed.filter(pl.any_horizontal(pl.col("lower0", "upper0").is_not_null()))
        states = _share_states(placed, scale)
        return by_state(placed.select(*PLACE, states, "first", "last"), self.limit)

    def _joined(self, placed: pl.DataFrame, beside: pl.DataFrame, fixed: list[int]) -> pl.DataFrame:
        """With the figures of terms that have an area of their own."""
        if len(fixed) == len(self.rule.terms):
            return beside.with_columns(area=pl.lit(None, pl.String))
        named = [self.rule.terms[index].area for index in fixed]
        ends = [f"{end}{index}" for index in fixed for end in _ENDS]
        unknown = pl.lit(None, pl.UInt32)
        return (
            placed.filter(~pl.col("area").is_in(named).fill_null(value=False))
            .drop(ends)
            .join(
                beside.select("period", "source", *ends),
                on=["period", "source"],
                how="left",
                nulls_equal=True,
            )
            .with_columns(first=unknown, last=unknown)
        )


def _has_term(term: Term) -> pl.Expr:
    is_of = pl.col("measure") == term.measure
    return is_of if term.area is None else is_of & (pl.col("area") == term.area)


def _bounds_by_place(figures: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The bounds of the terms by place, such as `lower0`; those that have no figure have none."""
    ends = [
        pl.col(end).filter(pl.col("term") == index).first().alias(f"{end}{index}")
        for index in (SHARE, PART, WHOLE)
        for end in _ENDS
    ]
    return figures.group_by(keys).agg(*ends, pl.col("first").min(), pl.col("last").max())


def _share_states(placed: pl.DataFrame, scale: int) -> pl.Series:
    """The state in each place, of bounds of which `scale` decimals were moved before the point."""
    ends = [[f"{end}{index}" for end in _ENDS] for index in (SHARE, PART, WHOLE)]
    names = [name for pair in ends for name in pair]
    largest = max((abs(end) for end in _extremes(placed, names)), default=0)
    if largest * max(largest, PERCENT_OF_WHOLE * 10**scale) >= 2**126:
        return _states_one_by_one(placed, names, scale)
    share, part, whole = ([pl.col(name) for name in pair] for pair in ends)
    percent = pl.lit(PERCENT_OF_WHOLE * 10**scale, pl.Int128)
    low_share, low_part, low_whole = (pair[0].fill_null(0) for pair in (share, part, whole))
    low, high = percent * low_part, percent * part[1]
    least, most = low_share * low_whole, share[1] * whole[1]
    is_negative = pl.any_horizontal(pair[0] < 0 for pair in (share, part, whole))
    is_violated = (high < least) | (low > most)
    is_above = (low_share * whole[1] <= low) | (low_share == 0)
    is_below = high <= share[1] * low_whole
    state = (
        pl.when(is_negative.fill_null(value=False))
        .then(pl.lit("undecided"))
        .when(is_violated.fill_null(value=False))
        .then(pl.lit("violated"))
        .when((is_above & is_below).fill_null(value=False))
        .then(pl.lit("satisfied"))
        .otherwise(pl.lit("undecided"))
    )
    found = placed.select(state.cast(pl.Enum(STATES)).alias("state"))
    return found.get_column("state")


def _extremes(placed: pl.DataFrame, names: Sequence[str]) -> list[Any]:
    found = placed.select(*(pl.col(name).min().alias(f"{name}-") for name in names)).row(0)
    most = placed.select(*(pl.col(name).max() for name in names)).row(0)
    return [end for end in (*found, *most) if end is not None]


def _states_one_by_one(placed: pl.DataFrame, names: Sequence[str], scale: int) -> pl.Series:
    """The same of numbers whose products have no place in 128 bits."""
    found = []
    for row in placed.select(names).iter_rows():
        ends = [None if end is None else Fraction(end, 10**scale) for end in row]
        found.append(share_state((ends[0], ends[1]), (ends[2], ends[3]), (ends[4], ends[5])))
    return pl.Series("state", found, dtype=pl.Enum(STATES))
