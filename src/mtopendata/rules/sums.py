"""A rule's sum in each place, and what it decides, by interval arithmetic without rounding.

The terms of a rule fall into groups by what their figures vary with: a term without an area goes
with the area being checked, a term with one does not; a lagged term goes with a later period. Each
group is summed by its own keys, and the sums are joined: no row is multiplied. Queries are not
lazy: most have few rows, and to plan one takes as long as to run it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import cast

import polars as pl

from mtopendata.figures.printed_numbers import EXACT
from mtopendata.rules.intervals import Intervals
from mtopendata.rules.model import PLACE, STATES, Relation, Rule, Term


def whole_weights(terms: Sequence[Term]) -> tuple[int, ...]:
    """The coefficients of a rule's terms, all times one power of ten that makes them whole."""
    scale = max((-cast("int", t.coefficient.as_tuple().exponent) for t in terms), default=0)
    return tuple(int(term.coefficient.scaleb(max(0, scale), EXACT)) for term in terms)


def _magnitude(rule: Rule) -> int:
    """How many times the largest figure a sum of the rule can be."""
    most = max(map(len, rule.parts.values()), default=1)
    return sum(
        abs(weight) * (most if term.of_parts else 1)
        for term, weight in zip(rule.terms, whole_weights(rule.terms), strict=True)
    )


def has_place(rule: Rule, largest: int) -> bool:
    """Whether the rule's sums of numbers up to `largest` have a place in 128 bits."""
    return rule.relation.is_share or _magnitude(rule) * largest < 2**126


def wide_enough(intervals: Intervals, rule: Rule) -> pl.DataFrame:
    """The intervals in a type that holds the rule's sums, for which there must be a place."""
    if _magnitude(rule) < 2**31:
        return intervals.frame
    return intervals.frame.with_columns(pl.col("lower", "upper").cast(pl.Int128))


# What a rule keeps of the figures

SUMS = ("lower", "upper", "lower_open", "upper_open", "terms")
"""Of some terms in one place: the sum of the bounds that there are, the number of those that there
are not, and the number of the figures that there are of terms that need one.
"""


@dataclass(frozen=True, slots=True)
class PartialSums:
    """What a rule keeps of figures: the rest of them no longer matters.

    `local` are the sums of the terms that go with the area being checked, `fixed` of those with an
    area of their own, None where the rule has no such terms. `earlier` are the figures of the
    lagged terms, whatever their source.
    """

    local: pl.DataFrame | None
    fixed: pl.DataFrame | None
    earlier: pl.DataFrame | None


def partial_sums(rule: Rule, intervals: pl.DataFrame) -> PartialSums:
    """What the rule keeps of some figures, which may be a part of them."""
    source = [name for name in intervals.columns if name == "source"]
    local, fixed = (_group(rule, 0, is_local) for is_local in (True, False))
    lagged = sorted({term.measure for term in rule.terms if term.lag})
    return PartialSums(
        _summed(rule, intervals, local, ("area", "period", *source)) if local else None,
        _summed(rule, intervals, fixed, ("period", *source)) if fixed else None,
        spans_of(intervals.filter(pl.col("measure").is_in(lagged))) if lagged else None,
    )


_Weighted = Sequence[tuple[Term, int]]


def _group(rule: Rule, lag: int, is_local: bool) -> _Weighted:
    """The terms of one lag that have no area of their own, or that have one; with weights."""
    return [
        (term, weight)
        for term, weight in zip(rule.spread, whole_weights(rule.spread), strict=True)
        if term.lag == lag and (term.area is None) == is_local
    ]


def _summed(
    rule: Rule, figures: pl.DataFrame, terms: _Weighted, keys: Sequence[str]
) -> pl.DataFrame:
    """Σ weight × figure by `keys`; the bounds swap where a weight is negative."""
    of_area = [item for item in terms if not item[0].of_parts]
    of_parts = [item for item in terms if item[0].of_parts]
    found = []
    if of_area:
        at_wholes = figures.filter(pl.col("area").is_in(list(rule.parts)))
        is_local = of_area[0][0].area is None
        found.append(
            _with_weights(at_wholes if rule.is_over_parts and is_local else figures, of_area)
        )
    if of_parts:
        found.append(_with_weights(_at_wholes(figures, rule.parts), of_parts))
    weight, lower, upper = pl.col("weight"), pl.col("lower"), pl.col("upper")
    is_needed = all(term.if_missing != "zero" for term, _ in terms)
    return (
        (pl.concat(found) if len(found) > 1 else found[0])
        .with_columns(
            lower=pl.when(weight > 0).then(lower).otherwise(upper) * weight,
            upper=pl.when(weight > 0).then(upper).otherwise(lower) * weight,
        )
        .group_by(keys)
        .agg(
            lower.sum(),
            upper.sum(),
            lower_open=lower.null_count(),
            upper_open=upper.null_count(),
            terms=pl.len() if is_needed else pl.col("is_needed").sum(),
        )
        .with_columns(pl.col("lower_open", "upper_open", "terms").cast(pl.Int64))
    )


def _with_weights(figures: pl.DataFrame, terms: _Weighted) -> pl.DataFrame:
    """The figures of the terms, with their weights."""
    named = ["measure", "area"] if terms[0][0].area is not None else ["measure"]
    weights = pl.DataFrame(
        {
            **{name: [getattr(term, name) for term, _ in terms] for name in named},
            "weight": [weight for _, weight in terms],
            "is_needed": [term.if_missing != "zero" for term, _ in terms],
        },
        schema={
            **dict.fromkeys(named, pl.String()),
            "weight": figures.schema["lower"],
            "is_needed": pl.Boolean(),
        },
    )
    return figures.join(weights, on=named)


def _at_wholes(figures: pl.DataFrame, parts: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """The figures of areas that are part of one, with that one in place of their own."""
    pairs = [(part, whole) for whole, some in parts.items() for part in some]
    wholes = pl.DataFrame(pairs, schema={"area": pl.String(), "whole": pl.String()}, orient="row")
    names = figures.columns
    return figures.join(wholes, on="area").with_columns(area="whole").select(names)


def spans_of(figures: pl.DataFrame) -> pl.DataFrame:
    """Each figure of whatever source: what any of its sources leaves open is open."""
    lower, upper = pl.col("lower"), pl.col("upper")
    return figures.group_by("measure", "area", "period").agg(
        pl.when(~lower.has_nulls()).then(lower.min()).first(),
        pl.when(~upper.has_nulls()).then(upper.max()).first(),
    )


# What it concludes


def decided_places(rule: Rule, kept: PartialSums) -> pl.DataFrame:
    """The places where the rule applies, and its `state` in each, with the blocks of the figures
    where they are known. A term at least has no lag.
    """
    total = _summed_places(rule, kept)
    missing = needed_figures(rule) - pl.col("terms")
    if rule.needs_all:
        total = total.filter(missing == 0)
    lower = pl.when(pl.col("lower_open") + missing == 0).then(pl.col("lower").sign()).otherwise(-1)
    upper = pl.when(pl.col("upper_open") + missing == 0).then(pl.col("upper").sign()).otherwise(1)
    names = total.columns
    if "source" not in names:
        total = total.with_columns(source=pl.lit(None, pl.String))
    pair = ((lower + 1) * 3 + upper + 1).cast(pl.UInt8)
    blocks = [name for name in ("first", "last") if name in names]
    return total.select(*PLACE, _states(rule.relation).gather(pair).alias("state"), *blocks)


def needed_figures(rule: Rule) -> pl.Expr:
    """How many figures the rule needs in a place."""
    needed = [term for term in rule.spread if term.if_missing != "zero"]
    over = sum(term.of_parts for term in needed)
    if not over:
        return pl.lit(len(needed), pl.Int64)
    areas = pl.Series(list(rule.parts), dtype=pl.String)
    counts = pl.Series(list(map(len, rule.parts.values())), dtype=pl.Int64)
    parts = pl.col("area").replace_strict(areas, counts, default=0, return_dtype=pl.Int64)
    return parts * over + (len(needed) - over)


def _states(relation: Relation) -> pl.Expr:
    """The states that a relation has for each pair of signs, the upper one changing fastest."""
    signs = (-1, 0, 1)
    states = [relation.state(lower, upper) for lower, upper in product(signs, signs)]
    return pl.lit(pl.Series(states, dtype=pl.Enum(STATES)))


def _summed_places(rule: Rule, kept: PartialSums) -> pl.DataFrame:
    """The sums of all terms in each place where the rule applies."""
    if kept.local is not None:
        named = sorted({term.area for term in rule.spread if term.area is not None})
        total = kept.local.filter(~pl.col("area").is_in(named).fill_null(value=False))
        if kept.fixed is not None:
            total = _added(total, kept.fixed)
    else:
        fixed = cast("pl.DataFrame", kept.fixed)
        total = fixed.with_columns(area=pl.lit(None, pl.String))
    for lag in sorted({term.lag for term in rule.spread} - {0}):
        earlier = cast("pl.DataFrame", kept.earlier).with_columns(pl.col("period") + lag)
        for is_local, keys in ((True, ("area", "period")), (False, ("period",))):
            if terms := _group(rule, lag, is_local):
                total = _added(total, _summed(rule, earlier, terms, keys))
    return total


def _added(total: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """`total` plus the sums of `part` in the same place, where there are any."""
    keys = [name for name in part.columns if name not in SUMS]
    place = [name for name in total.columns if name not in SUMS]
    return total.join(part, on=keys, how="left", nulls_equal=True, suffix="_more").select(
        *place, *(pl.col(name) + pl.col(f"{name}_more").fill_null(0) for name in SUMS)
    )
