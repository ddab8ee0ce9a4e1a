"""Which figures of two sources have no number in common, and of which the package says why."""

from collections.abc import Iterable, Sequence

import polars as pl

from mtopendata.figures.differences import StatedDifference
from mtopendata.figures.source_order import THING

_PAIR = ("measure", "area", "source", "source_low")
_TYPES = dict.fromkeys((*_PAIR, "reason"), pl.String)


def declared_pairs(differences: Iterable[StatedDifference], known: Sequence[str]) -> pl.DataFrame:
    """The sources that define a measure differently, in both orders, each with the reason. A side
    without a source is each of the `known` ones but the other.
    """
    rows = [
        (one.measure, one.area, source, against, difference.reason)
        for difference in differences
        if len(difference.measures) == 1
        for one, other in (difference.sides, difference.sides[::-1])
        for source in ((one.source,) if one.source else known)
        for against in ((other.source,) if other.source else known)
        if source != against
    ]
    return pl.DataFrame(rows, _TYPES, orient="row").unique(_PAIR, keep="first", maintain_order=True)


def disagreeing(bounds: pl.DataFrame, declared: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs of rows that have no number in common: of each figure the two that are furthest apart
    and of which nothing is declared; and all of which a reason is.

    `bounds` has a row for each figure and source, with `lower` and `upper`.
    """
    named = bounds.join(declared, on=("measure", "source"), how="semi", maintain_order="left")
    others = bounds.join(declared, on=("measure", "source"), how="anti", maintain_order="left")
    # Of those that no difference names, the two ends can tell of any: pairs stay few.
    lowest = others.sort("upper", nulls_last=True, maintain_order=True)
    highest = others.sort("lower", descending=True, nulls_last=True, maintain_order=True)
    ends = [rows.unique(THING, keep="first", maintain_order=True) for rows in (lowest, highest)]
    few = pl.concat([named, *ends]).unique([*THING, "source"], keep="first", maintain_order=True)
    pairs = few.join(few, on=THING, suffix="_low").filter(pl.col("lower") > pl.col("upper_low"))
    anywhere = declared.filter(pl.col("area").is_null()).drop("area")
    pairs = (
        pairs.join(declared, on=_PAIR, how="left")
        .join(anywhere, on=("measure", "source", "source_low"), how="left", suffix="_anywhere")
        .with_columns(reason=pl.coalesce("reason", "reason_anywhere"))
        .sort("part\0", "line\0", "part\0_low", "line\0_low")
    )
    widest = (
        pairs.filter(pl.col("reason").is_null())
        .sort("upper_low", maintain_order=True)
        .sort("lower", descending=True, maintain_order=True)
        .unique(THING, keep="first", maintain_order=True)
        .sort("part\0", "line\0")
    )
    return widest, pairs.filter(pl.col("reason").is_not_null())
