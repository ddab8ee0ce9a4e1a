"""The row of the area that a sheet is about, where the package has none."""

from collections.abc import Mapping

import polars as pl

from mtopendata.changes.revision_rows import Row
from mtopendata.figures.tables import AREAS, text_columns
from mtopendata.reading.tables import Table
from mtopendata.sheets.reading import Problem, Reading
from mtopendata.sheets.vocabulary import State, read_states


def area_rows(reading: Reading, tables: Mapping[str, Table]) -> tuple[list[Row], list[Problem]]:
    """The row to add, if any; of other areas than states, a person has to say what they are."""
    areas = text_columns(AREAS, "area").usable(tables)
    if areas is None or reading.area is None or reading.area in areas.frame["area"]:
        return [], []
    state = next(state for state in read_states() if state.area == reading.area)
    if state.kind != "state":
        what = f"the package has no area {state.area} ({state.title}), which is no state"
        return [], [Problem("no-area", what, f"add its row to {areas.resource.path}")]
    return [_row_of_state(state, areas)], []


def _row_of_state(state: State, areas: Table) -> Row:
    """The row of a state, described as those that are there."""
    country = state.area.partition("-")[0]
    description = f"The state of {state.title}."
    if areas.is_typed(["title", "kind", "description"], pl.String):
        for title, text in areas.frame.filter(kind="state").select("title", "description").rows():
            description = (text or "").replace(title, state.title) or description
    return {
        "area": state.area,
        "title": state.title,
        "kind": "state",
        "iso_3166": state.area,
        "fips": state.fips,
        "parent": country if country in areas.frame["area"] else None,
        "description": description,
    }


def area_titles(tables: Mapping[str, Table]) -> dict[str, str]:
    """The names of areas by their codes: those of the package, and of the states."""
    titles = {state.area: state.title for state in reversed(read_states())}
    if areas := text_columns(AREAS, "area", "title").usable(tables):
        titles |= dict(areas.frame.select("area", "title").drop_nulls().iter_rows())
    return titles
