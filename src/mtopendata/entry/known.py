"""Figures of a sheet that the package has already: the same, or otherwise."""

from collections.abc import Mapping, Sequence

from mtopendata.changes.revision_rows import Row, reasons_of, row_to_add
from mtopendata.entry.version import coming_version
from mtopendata.figures.names import figure_name
from mtopendata.figures.revisions import SINCE, figure_key, is_revisions
from mtopendata.figures.tables import FIGURES, REVISIONS
from mtopendata.package.csv_text import csv_row
from mtopendata.package.model import Package
from mtopendata.reading.tables import Table
from mtopendata.sheets.reading import Problem, Reading
from mtopendata.values.cells import shown_cell
from mtopendata.values.versions import Step, next_version, read_version

SAID = ("value", "qualifier", "lower", "upper", "unit", "printed")
"""Fields of a figure in which a difference means that somebody has misread the sheet."""


def known_figures(
    rows: Sequence[Row], reading: Reading, package: Package, tables: Mapping[str, Table]
) -> tuple[dict[int, Row], list[Problem]]:
    """The rows that the package has, as it has them, by the index of the row of the sheet; and a
    problem for each that it has otherwise.
    """
    figures = tables[FIGURES]
    key = figure_key(figures)
    places = {cells: place for place, cells in enumerate(figures.frame.select(key).iter_rows())}
    known: dict[int, Row] = {}
    problems: list[Problem] = []
    for index, row in enumerate(rows):
        place = places.get(tuple(row.get(name) for name in key))
        if place is None:
            continue
        known[index] = published = figures.frame.row(place, named=True)
        names = [name for name in SAID if name in published and published[name] != row.get(name)]
        if names:
            where = f"{figures.where(place)}"
            changes = ", ".join(
                f"{name} {shown_cell(published[name])} → {shown_cell(row.get(name))}"
                for name in names
            )
            message = (
                f"the package has {figure_name(row, key)} otherwise ({where}): {changes}; an "
                "existing figure is never overwritten"
            )
            hint = _how_to_revise(published, row, package, tables)
            problems.append(Problem("differs", message, hint, reading.figures[index].line))
    return known, problems


def _how_to_revise(published: Row, row: Row, package: Package, tables: Mapping[str, Table]) -> str:
    """The row that the figure would have, and the row of its revision where there is such a
    table.
    """
    figures = tables[FIGURES]
    after = {**published, **{name: row.get(name) for name in (*SAID, "section", "position")}}
    text = csv_row((after.get(name) for name in figures.frame.columns), figures.resource)
    hint = f"if the sheet is right, write in its place: {text}"
    if not is_revisions(tables):
        return hint
    revisions = tables[REVISIONS]
    version = _version_of_revision(published, package) or ""
    revision = row_to_add(published, figure_key(figures), figures, revisions, version)
    return (
        f"{hint} — and as its revision to {revisions.resource.path}: {revision} with a reason "
        f"({reasons_of(revisions)}) and a note"
    )


def _version_of_revision(published: Row, package: Package) -> str | None:
    """The coming version, or the first one behind that in which the figure was published."""
    version = coming_version(package, Step.PATCH)
    current, since = read_version(version), read_version(published.get(SINCE))
    if current and since and current <= since:
        return str(next_version(since, Step.PATCH))
    return version
