"""What a sheet adds to a package: rows of figures, the source's row and, where it is new, the
area's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtopendata.changes.revision_rows import Row
from mtopendata.entry.areas import area_rows
from mtopendata.entry.differing import with_notes
from mtopendata.entry.known import known_figures
from mtopendata.entry.sources import checked_code, edition_code, source_code, source_rows
from mtopendata.entry.version import coming_version
from mtopendata.figures.names import figures_of
from mtopendata.figures.revisions import SINCE
from mtopendata.figures.source_order import superseded
from mtopendata.figures.tables import AREAS, FIGURES, SOURCES
from mtopendata.package.model import Package
from mtopendata.reading.tables import Table
from mtopendata.sheets.reading import Problem, Reading, SheetFigure
from mtopendata.values.versions import Step


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows for tables of a package, by field; a field that they leave out is empty there.

    `figures` are all that the sheet prints, in its order; `known` are the indexes of those that the
    package has already. `problems` tell why nothing may be entered. `release` is the version that
    publishes the new ones; None: the package has no version.
    """

    source: str
    figures: Sequence[Row]
    known: Sequence[int] = ()
    sources: Sequence[Row] = ()
    areas: Sequence[Row] = ()
    problems: Sequence[Problem] = ()
    release: str | None = None

    def new(self) -> dict[str, list[Row]]:
        """The rows to add, by resource; those without any are left out."""
        figures = [row for index, row in enumerate(self.figures) if index not in self.known]
        found = {AREAS: [*self.areas], SOURCES: [*self.sources], FIGURES: figures}
        return {name: rows for name, rows in found.items() if rows}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says of an entry: the `code` of the source, by default made from those of other
    sources; whether the sheet is a later edition of one that is there; the version that publishes
    it, by default the coming one; and why its figures differ from those of another source.
    """

    code: str | None = None
    is_edition: bool = False
    release: str | None = None
    because: str | None = None


NO_WISHES = Wishes()


def enter(
    reading: Reading, package: Package, tables: Mapping[str, Table], asked: Wishes = NO_WISHES
) -> Entry:
    """The rows that a sheet adds to a package.

    MtopendataError: the package has no table of figures, or what is asked for cannot be.
    """
    figures = figures_of(tables, str(package.folder))
    source = _source_of(reading, tables, figures, asked)
    release = coming_version(package, Step.MINOR, asked.release)
    rows = [_row_of_figure(figure, source, release) for figure in reading.figures]
    known, differing = known_figures(rows, reading, package, tables)
    # What is there keeps the version that published it.
    rows = [{**row, SINCE: known.get(index, row).get(SINCE)} for index, row in enumerate(rows)]
    if asked.because is not None:
        rows = with_notes(rows, figures, superseded(tables.get(SOURCES)), asked.because)
    sources, other_document = source_rows(reading, source, tables)
    areas, unknown_area = area_rows(reading, tables)
    problems = [*unknown_area, *other_document, *differing]
    return Entry(source, rows, tuple(known), sources, areas, problems, release)


def _source_of(reading: Reading, tables: Mapping[str, Table], figures: Table, asked: Wishes) -> str:
    if asked.code is not None:
        return checked_code(asked.code, figures)
    return (edition_code if asked.is_edition else source_code)(reading, tables)


def _row_of_figure(figure: SheetFigure, source: str, release: str | None) -> Row:
    said = figure.said
    return {
        "measure": figure.measure,
        "area": figure.area,
        "period": figure.period,
        "source": source,
        "value": said and said.value,
        "qualifier": said and said.qualifier,
        "lower": said and said.lower,
        "upper": said and said.upper,
        "unit": figure.unit,
        "printed": figure.printed,
        "section": figure.section,
        "position": figure.position,
        SINCE: release,
    }
