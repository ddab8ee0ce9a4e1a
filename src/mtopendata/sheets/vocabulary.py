"""What sheets are read with, taken from a package: its cues, measures and areas.

To the areas of the package come the states of the United States, so that the sheet of a state can
be read before the package has it. Their codes are those of ISO 3166-2 and FIPS 5-2.
"""

import csv
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

import polars as pl

from mtopendata.figures.marks import read_marks
from mtopendata.figures.tables import AREAS, CUES, MEASURES, SOURCES, text_columns
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.tables import Table
from mtopendata.sheets.cues import (
    COLUMNS,
    CUE_TABLE,
    MEASURE_TABLE,
    cue_faults,
    read_cues,
    units_of,
)
from mtopendata.sheets.phrases import elements_of
from mtopendata.sheets.reading import Measure, PackageArea, Vocabulary
from mtopendata.values.errors import MtopendataError


class State(NamedTuple):
    """A state of the United States, or another area of theirs that could be taken for one."""

    area: str
    title: str
    fips: str
    kind: str


def read_states() -> list[State]:
    """The states in the order of their names, and then the other areas, some by two names."""
    text = files("mtopendata.sheets").joinpath("states.csv").read_text("utf-8")
    return [State(**row) for row in csv.DictReader(text.splitlines())]


def has_vocabulary(tables: Mapping[str, Table]) -> bool:
    """Whether sheets can be read with this package."""
    return all(table.usable(tables) for table in (CUE_TABLE, MEASURE_TABLE))


def vocabulary_of(tables: Mapping[str, Table], place: str) -> Vocabulary:
    """The vocabulary of the package at `place`.

    MtopendataError: it has no cues and measures that could be used.
    """
    if not has_vocabulary(tables):
        raise MtopendataError(
            place,
            "has no tables 'cues' and 'measures' to read a sheet with",
            "name a package that has them, or take --released",
        )
    measures = _measures(tables[MEASURES].frame)
    cues = tables[CUES]
    for row, _, fault in cue_faults(cues.frame, units_of(tables)):
        where = f"{cues.where(row)}"
        raise MtopendataError(where, fault, "see mtopendata validate")
    unknown = sorted(set(cues.frame.get_column("measure").drop_nulls()) - set(measures))
    if unknown:
        where = str(cues.resource.path or DESCRIPTOR)
        raise MtopendataError(
            where, f"there is no measure {unknown[0]!r}", "see mtopendata validate"
        )
    return Vocabulary(
        read_cues(cues.frame.drop_nulls(COLUMNS[:3])),
        measures,
        _areas(tables),
        read_marks(tables),
        _sources(tables),
        _package_areas(tables),
    )


def _package_areas(tables: Mapping[str, Table]) -> list[PackageArea]:
    """All areas of the package that have a parent."""
    areas = text_columns(AREAS, "area", "title", "parent").usable(tables)
    if areas is None:
        return []
    rows = areas.frame.select("area", "title", "parent").drop_nulls().iter_rows()
    return [
        PackageArea(area, parent, {elements_of(title), elements_of(area.rpartition("-")[2])})
        for area, title, parent in rows
    ]


def _sources(tables: Mapping[str, Table]) -> dict[str, str]:
    """The sources of which the document is known, by its SHA-256."""
    sources = text_columns(SOURCES, "sha256", "source").usable(tables)
    if sources is None:
        return {}
    return dict(sources.frame.select("sha256", "source").drop_nulls().iter_rows())


def _measures(frame: pl.DataFrame) -> dict[str, Measure]:
    wholes = frame["whole"] if "whole" in frame.columns else [None] * frame.height
    rows = zip(frame["measure"], frame["unit"], wholes, strict=True)
    return {measure: Measure(measure, unit, whole) for measure, unit, whole in rows}


def _areas(tables: Mapping[str, Table]) -> dict[str, str]:
    """Codes by name. What other areas are parts of is no area of a sheet."""
    known = {state.title: state.area for state in read_states()}
    areas = text_columns(AREAS, "area", "title").usable(tables)
    if areas is None:
        return known
    frame = areas.frame
    parents = set(frame["parent"]) if areas.is_typed(["parent"], pl.String) else set()
    own = dict(frame.select("title", "area").drop_nulls().iter_rows())
    # A state that the package calls otherwise is known by the package's name alone.
    coded = set(own.values())
    known = {title: area for title, area in known.items() if area not in coded}
    return known | {title: area for title, area in own.items() if area not in parents}
