"""What a sheet adds to a package: rows of figures, the source's row and, where it is new, the
area's.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from mtopendata.changes.git import last_release
from mtopendata.changes.revision_rows import reasons_of, row_to_add
from mtopendata.figures.names import figure_name, figures_of
from mtopendata.figures.revisions import SINCE, figure_key, is_revisions
from mtopendata.package.csv_text import csv_row
from mtopendata.package.model import Package
from mtopendata.reading.tables import Table
from mtopendata.release.reproducible import release_date
from mtopendata.sheets.reading import Problem, Reading, SheetFigure
from mtopendata.sheets.vocabulary import read_states
from mtopendata.values.cells import shown_cell
from mtopendata.values.errors import MtopendataError
from mtopendata.values.versions import Step, next_version, read_version

Row = Mapping[str, Any]
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
    source = _code(reading, tables) if code is None else _checked_code(code, figures)
    release = coming_version(package, Step.MINOR)
    rows = [_row(figure, source, release) for figure in reading.figures]
    known, problems = _known(rows, reading, package, tables)
    new_source, taken = _source_row(reading, source, tables)
    areas, unknown = _area_rows(reading, tables.get("areas"))
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


def _row(figure: SheetFigure, source: str, release: str | None) -> Row:
    said = figure.said
    return {
        "measure": figure.measure, "area": figure.area, "period": figure.period, "source": source,
        "value": said and said.value, "qualifier": said and said.qualifier,
        "lower": said and said.lower, "upper": said and said.upper,
        "unit": figure.unit, "printed": figure.printed,
        "section": figure.section, "position": figure.position, SINCE: release,
    }  # fmt: skip


# The source


def _code(reading: Reading, tables: Mapping[str, Table]) -> str:
    """The code of the source: that of the same document, or such as those that are there have."""
    sources = tables.get("sources")
    names = _titles(tables)
    slug = "-".join(names.get(reading.area or "", reading.area or "unknown").lower().split())
    prefix = "sheet"
    if sources is not None and sources.is_typed(["source"], pl.String):
        codes = sources.frame["source"].drop_nulls()
        if sources.is_typed(["sha256"], pl.String):
            same = sources.frame.filter(sha256=reading.document.sha256)["source"].drop_nulls()
            if len(same):
                return str(same[0])
        if len(codes):
            prefix = str(codes[0]).split("-")[0]
    return f"{prefix}-{slug}-{reading.period or 'undated'}"


def _checked_code(code: str, figures: Table) -> str:
    schema = figures.resource.schema
    fields = {item.name: item for item in schema.fields} if schema else {}
    pattern = fields["source"].constraints.get("pattern") if "source" in fields else None
    if not code.strip() or (pattern and not re.fullmatch(pattern, code)):
        raise MtopendataError(
            "--code", f"{code!r} is no code of a source", "write such as ncmec-montana-2023-b"
        )
    return code


def _titles(tables: Mapping[str, Table]) -> dict[str, str]:
    titles = {state.area: state.title for state in reversed(read_states())}
    areas = tables.get("areas")
    if areas is not None and areas.is_typed(["area", "title"], pl.String):
        titles |= dict(areas.frame.select("area", "title").drop_nulls().iter_rows())
    return titles


def _source_row(
    reading: Reading, source: str, tables: Mapping[str, Table]
) -> tuple[list[Row], list[Problem]]:
    """The row to add, if any; and whether the code is another document's."""
    sources = tables.get("sources")
    if sources is None or not sources.is_typed(["source"], pl.String):
        return [], []
    document = reading.document
    there = sources.frame.filter(source=source)
    if there.height:
        other = there["sha256"][0] if sources.has(["sha256"]) else document.sha256
        if other == document.sha256:
            return [], []
        return [], [
            Problem(
                "source-hash",
                f"the source {source} is another document: its SHA-256 is {other}, that of "
                f"{document.name} is {document.sha256}",
                "if this is another edition or another file of the sheet, enter it with a --code "
                "of its own; nothing that is there is overwritten",
            )
        ]  # fmt: skip
    # Sheets of one publisher differ in the area and the year alone.
    like = sources.frame.row(-1, named=True) if sources.frame.height else {}
    names = _titles(tables)
    title, area = like.get("title"), names.get(reading.area or "")
    if isinstance(title, str) and area:
        other = max((name for name in names.values() if name in title), key=len, default=area)
        title = title.replace(other, area)
    return [
        {
            **like, "source": source, "title": title, "year": reading.period,
            "sha256": document.sha256, "bytes": document.bytes, "form": document.form,
            "recorded": _today(),
        }
    ], []  # fmt: skip


def _today() -> date:
    """Today in UTC, or the day of SOURCE_DATE_EPOCH."""
    fixed = release_date({}) if os.environ.get("SOURCE_DATE_EPOCH") else None
    return (fixed or datetime.now(UTC)).date()


# The area


def _area_rows(reading: Reading, areas: Table | None) -> tuple[list[Row], list[Problem]]:
    """The row to add, if any; of other areas than states, a person has to say what they are."""
    if areas is None or not areas.is_typed(["area"], pl.String) or reading.area is None:
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
    if areas.is_typed(["title", "kind", "description"], pl.String):
        for title, text in areas.frame.filter(kind="state").select("title", "description").rows():
            row["description"] = (text or "").replace(title, state.title) or row["description"]
    return [row], []


# Figures that are there


def _known(
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
            problems.append(_difference(package, tables, published, row, there, differing, line))
    return known, problems


def _difference(
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
