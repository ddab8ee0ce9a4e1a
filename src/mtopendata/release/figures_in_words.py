"""The figures of a release with what their codes stand for, as a person reads them."""

from collections.abc import Sequence

import polars as pl

from mtopendata.figures.described import as_printed
from mtopendata.reading.labels import labelled, with_labels
from mtopendata.release.model import Release

LISTED = 500
"""Figures that are listed: what a person would print."""


def figures_in_words(release: Release, columns: Sequence[str]) -> pl.DataFrame | None:
    """These columns of the figures, labels among them; None where the package has no figures, too
    many to read, or not all of the columns.
    """
    package = release.package
    resource = package.resource("figures")
    plan = labelled(package, resource) if resource else None
    if plan is None or package.tables["figures"].height > LISTED:
        return None
    frame = with_labels(package, plan)
    if "printed" in frame.columns:
        rows = package.tables["figures"].iter_rows(named=True)
        frame = frame.with_columns(pl.Series("printed", map(as_printed, rows), dtype=pl.String))
    if frame.schema.get("unit") == pl.String:
        frame = frame.with_columns(pl.col("unit").str.replace_all("_", " "))
    return frame.select(columns) if set(columns) <= set(frame.columns) else None
