"""Which of several sources comes first that have a figure of one measure, area and period.

Of several editions of a document, which have one title and one year, the one recorded last counts.
Of other sources the one with the lower `rank` does, and without ranks the figure that stands first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from mtopendata.figures.described import Described
from mtopendata.figures.tables import NUMBERS, RANKS, SOURCES, TEXT, WHOLE, Demand
from mtopendata.reading.tables import Table

THING = ("measure", "area", "period")
"""What figures of several sources are of alike."""
RANKED, RANKS_BESIDE = (Demand(name, {"source": TEXT, "rank": WHOLE}) for name in (SOURCES, RANKS))


def ranked_sources(tables: Mapping[str, Table]) -> Table | None:
    """The table of sources, with the ranks that a table of their own gives them; None: there are no
    sources.
    """
    sources, ranked = tables.get(SOURCES), RANKS_BESIDE.usable(tables)
    if sources is None or ranked is None or sources.has(("rank",)):
        return sources
    if not sources.is_typed(("source",), pl.String):
        return sources
    rows = ranked.frame.select("source", "rank").drop_nulls().unique("source", keep="first")
    frame = sources.frame.join(rows, on="source", how="left", maintain_order="left")
    return replace(sources, frame=frame)


def superseded(sources: Table | None) -> frozenset[str]:
    """The sources of which a later edition is there."""
    if sources is None or not sources.is_typed(("source", "title"), pl.String):
        return frozenset()
    same = [name for name in ("publisher", "title", "year") if name in sources.frame.columns]
    frame = sources.frame.drop_nulls(["source", "title"])
    if "recorded" in frame.columns:
        frame = frame.sort("recorded", nulls_last=False, maintain_order=True)
    earlier = frame.group_by(same).agg(pl.col("source").slice(0, pl.len() - 1))
    return frozenset(earlier.explode("source").get_column("source").drop_nulls())


def ranks(sources: Table | None) -> dict[str, int]:
    """The rank of each source that has one; the lowest comes first."""
    if sources is None or not RANKED.is_met(sources):
        return {}
    rows = sources.frame.select("source", "rank").drop_nulls().unique("source", keep="first")
    return dict(rows.iter_rows())


def by_preference(figures: pl.DataFrame, sources: Table | None) -> pl.DataFrame:
    """Figures with those first that come first of their measure, area and period: of no earlier
    edition, reported, of a low rank, and then as they stood.
    """
    if figures.schema.get("source") != pl.String:
        return figures
    known = ranks(sources)
    numbers = [name for name in NUMBERS if name in figures.columns]
    return figures.sort(
        pl.col("source").is_in(superseded(sources)),
        ~pl.any_horizontal(pl.col(numbers).is_not_null()) if numbers else pl.lit(value=False),
        pl.col("source").replace_strict(known, default=None, return_dtype=pl.Int64),
        nulls_last=True,
        maintain_order=True,
    )


def first_figures(figures: pl.DataFrame, sources: Table | None) -> pl.DataFrame:
    """One figure of each measure, area and period: that of the source which comes first."""
    if "measure" not in figures.columns or "source" not in figures.columns:
        return figures
    thing = [name for name in THING if name in figures.columns]
    index = "index\0"
    ordered = by_preference(figures.with_row_index(index), sources)
    return ordered.unique(thing, keep="first").sort(index).drop(index)


def of_one_thing(
    items: Iterable[Described], figures: Table, sources: Table | None
) -> Mapping[int, list[Described]]:
    """By the index of a figure all figures of its measure, area and period, the first one first;
    nothing of a figure that is the only one.
    """
    by_index = {item.index: item for item in items}
    index = "index\0"
    thing = [name for name in THING if name in figures.frame.columns]
    rows = by_preference(figures.frame.with_row_index(index), sources)
    groups = rows.group_by(thing, maintain_order=True).agg(index).get_column(index)
    found: dict[int, list[Described]] = {}
    for group in groups.filter(groups.list.len() > 1):
        same = [by_index[number] for number in group if number in by_index]
        found |= {item.index: same for item in same if len(same) > 1}
    return found


def comes_first(item: Described, same: Mapping[int, Sequence[Described]]) -> bool:
    """Whether a figure is the first one of its thing; `same` is as of `of_one_thing`."""
    return same.get(item.index, [item])[0].index == item.index
