"""What a sheet adds to a package: rows of figures, the source's row and, where it is new, the
area's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mtopendata.changes.git import last_release
from mtopendata.changes.revision_rows import reasons_of, row_to_add
from mtopendata.entry.source import Row, checked_code, source_code, source_row
from mtopendata.figures.names import figure_name, figures_of
from mtopendata.figures.revisions import SINCE, figure_key, is_revisions
from mtopendata.figures.tables import AREAS, text_columns
from mtopendata.package.csv_text import csv_row
from mtopendata.package.model import Package
from mtopendata.reading.tables import Table
from mtopendata.sheets.reading import Problem, Reading, SheetFigure
from mtopendata.sheets.vocabulary import read_states
from mtopendata.values.cells import shown_cell
from mtopendata.values.versions import Step, next_version, read_version

SAID = ("value", "qualifier", "lower", "upper", "unit", "printed")
"""Fields of a figure in which a difference means that somebody has misread the sheet."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows for tables of a package, by field; a field that they leave out is empty there.

    `figures` are all that the sheet prints, in its order; `known` are the indexes of those that the
    package has already. `problems` tell why nothing may be entered.
    """

    source: str
    figures: Sequence[Row]
    known: Sequence[int] = ()
    sources: Sequence[Row] = ()
    areas: Sequence[Row] = ()
    problems: Sequence[Problem] = field(default_factory=tuple)

    def new(self) -> dict[str, list[Row]]:
        """The rows to add, by resource; those without any are left out."""
        figures = [row for index, row in enumerate(self.figures) if index not in self.known]
        found = {"areas": [*self.areas], "sources": [*self.sources], "figures": figures}
        return {name: rows for name, rows in found.items() if rows}


def enter(
    reading: Reading, package: Package, tables: Mapping[str, Table], code: str | None = None
) -> Entry:
    """The rows that a sheet adds to a package. `code` is the source's own, by default made from
    those of other sources.

    MtopendataError: the package has no table of figures.
    """
    figures = figures_of(tables, str(package.folder))
    source = source_code(reading, tables) if code is None else checked_code(code, figures)
    release = coming_version(package, Step.MINOR)
    rows = [_figure_row(figure, source, release) for figure in reading.figures]
    known, problems = _known_rows(rows, reading, package, tables)
    new_source, taken = source_row(reading, source, tables)
    areas, unknown = _area_rows(reading, tables)
    return Entry(source, rows, known, new_source, areas, [*unknown, *taken, *problems])


def coming_version(package: Package, step: Step) -> str | None:
    """The version in which what is entered now will be published: the package's own or, if that is
    released already, the next one that takes the step. None: the package has no version.
    """
    current = read_version(package.descriptor.get("version"))
    if current is None:
        return None
    released = read_version((last_release(package.folder) or "").removeprefix("v"))
    is_out = released is not None and current <= released
    return str(next_version(released, step) if is_out and released else current)


def _figure_row(figure: SheetFigure, source: str, release: str | None) -> Row:
    said = figure.said
    return {
        "measure": figure.measure, "area": figure.area, "period": figure.period, "source": source,
        "value": said and said.value, "qualifier": said and said.qualifier,
        "lower": said and said.lower, "upper": said and said.upper,
        "unit": figure.unit, "printed": figure.printed,
        "section": figure.section, "position": figure.position, SINCE: release,
    }  # fmt: skip


# The source


# The area


def _area_rows(reading: Reading, tables: Mapping[str, Table]) -> tuple[list[Row], list[Problem]]:
    """The row to add, if any; of other areas than states, a person has to say what they are."""
    areas = text_columns(AREAS, "area").usable(tables)
    if areas is None or reading.area is None:
        return [], []
    if reading.area in areas.frame["area"]:
        return [], []
    state = next(state for state in read_states() if state.area == reading.area)
    if state.kind != "state":
        what = f"the package has no area {state.area} ({state.title}), which is no state"
        return [], [Problem("no-area", what, f"add its row to {areas.resource.path}")]
    country = state.area.partition("-")[0]
    row = {
        "area": state.area, "title": state.title, "kind": "state", "iso_3166": state.area,
        "fips": state.fips, "parent": country if country in areas.frame["area"] else None,
        "description": f"The state of {state.title}.",
    }  # fmt: skip
    if text_columns(AREAS, "title", "kind", "description").is_met(areas):
        for title, text in areas.frame.filter(kind="state").select("title", "description").rows():
            row["description"] = (text or "").replace(title, state.title) or row["description"]
    return [row], []


# Figures that are there


def _known_rows(
    rows: Sequence[Row], reading: Reading, package: Package, tables: Mapping[str, Table]
) -> tuple[list[int], list[Problem]]:
    """The indexes of rows that the package has, and a problem for each that it has otherwise."""
    figures = tables["figures"]
    key = figure_key(figures)
    index = {cells: number for number, cells in enumerate(figures.frame.select(key).iter_rows())}
    known: list[int] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        there = index.get(tuple(row.get(name) for name in key))
        if there is None:
            continue
        known.append(number)
        published = figures.frame.row(there, named=True)
        differing = [
            name for name in SAID if name in published and published[name] != row.get(name)
        ]
        if differing:
            line = reading.figures[number].line
            problems.append(
                _differing_figure(package, tables, published, row, there, differing, line)
            )
    return known, problems


def _differing_figure(
    package: Package, tables: Mapping[str, Table], published: Row, row: Row, there: int,
    names: Sequence[str], line: int | None,
) -> Problem:  # fmt: skip
    figures, key = tables["figures"], figure_key(tables["figures"])
    changes = ", ".join(f"{n} {shown_cell(published[n])} → {shown_cell(row.get(n))}" for n in names)
    named = figure_name(row, key)
    after = {**published, **{name: row.get(name) for name in (*SAID, "section", "position")}}
    text = csv_row((after.get(name) for name in figures.frame.columns), figures.resource)
    revisions = tables.get("revisions") if is_revisions(tables) else None
    hint = f"if the sheet is right, write in its place: {text}"
    if revisions is not None:
        version = coming_version(package, Step.PATCH)
        current, since = read_version(version), read_version(published.get(SINCE))
        if current and since and current <= since:
            version = str(next_version(since, Step.PATCH))
        revision = row_to_add(published, key, figures, revisions, version or "")
        hint += (
            f" — and as its revision to {revisions.resource.path}: {revision} with a reason "
            f"({reasons_of(revisions)}) and a note"
        )
    return Problem(
        "differs",
        f"the package has {named} otherwise ({figures.lines.path(there)}:{figures.lines[there]}): "
        f"{changes}; an existing figure is never overwritten",
        hint, line,
    )  # fmt: skip
