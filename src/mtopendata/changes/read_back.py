"""The figures that a version published, beside what the package says of them today."""

from collections.abc import Mapping, Sequence

import polars as pl
from semver import Version

from mtopendata.changes.matching import differing_cells, match_rows
from mtopendata.changes.rows import TableChanges
from mtopendata.changes.unexplained_figures import Published
from mtopendata.figures.revisions import (
    FIGURE,
    SINCE,
    figure_key,
    has_since,
    is_after,
    is_revisions,
    states_as_of,
)
from mtopendata.figures.tables import FIGURES, REVISIONS
from mtopendata.reading.tables import Table


def read_back(
    before: Table,
    tables: Mapping[str, Table],
    changes: TableChanges,
    version: Version,
    coming: str,
) -> Published:
    """The figures `before` of a version, beside what the package says of them today."""
    figures = tables[FIGURES]
    key = figure_key(figures)
    revisions = tables[REVISIONS] if is_revisions(tables) else None
    frame = None if revisions is None else revisions.frame
    published, now = _concerned(before.frame, figures.frame, frame, changes, key, version)
    states = states_as_of(now, frame, key, version)
    fields = [name for name in published.columns if name in states.columns and name not in key]
    match = match_rows(published, states, key)
    return Published(
        version,
        coming,
        figures,
        revisions,
        key,
        published,
        states,
        match,
        differing_cells(published, states, match, fields),
        now,
        before.height,
        changes.added,
    )


def _concerned(
    old: pl.DataFrame,
    new: pl.DataFrame,
    revisions: pl.DataFrame | None,
    changes: TableChanges,
    key: Sequence[str],
    version: Version,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The figures of both versions that need looking at: the others are equal, and nothing says
    that they were ever different. It saves most of the work on millions of figures. The later ones
    bear their index.
    """
    indexes = (pl.Series(range(frame.height), dtype=pl.UInt32) for frame in (old, new))
    before, after = changes.match.common(*indexes)
    here = [before.gather(changes.differing), changes.match.withdrawn]
    there = [after.gather(changes.differing), changes.match.added]
    if has_since(new):
        late = is_after(new.get_column(SINCE), version).arg_true()
        here.append(before.filter(after.is_in(late.implode())))
        there.append(late)
    found = []
    for frame, rows in ((old, here), (new, there)):
        indexed = frame.with_row_index(FIGURE)
        if revisions is not None:
            keys = revisions.select(key).unique()
            rows.append(_with_key(indexed, keys, key))
        wanted = pl.concat([series.cast(pl.UInt32).rename("") for series in rows])
        found.append(indexed[wanted.unique().sort()])
    return found[0].drop(FIGURE), found[1]


def _with_key(figures: pl.DataFrame, keys: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """The indexes of the figures with one of these keys."""
    match = match_rows(keys, figures, key)
    _, there = match.common(keys.to_series(), figures.get_column(FIGURE))
    return there
