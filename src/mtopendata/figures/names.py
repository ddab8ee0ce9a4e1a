"""How a person names a figure: `measure`, or `measure/area/period/source`, or some of these."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from mtopendata.figures.revisions import figure_key
from mtopendata.figures.tables import FIGURE_COLUMNS
from mtopendata.reading.tables import Table
from mtopendata.values.cells import cell_text
from mtopendata.values.errors import MtopendataError


def figures_of(tables: Mapping[str, Table], place: str) -> Table:
    """The table of figures of the package at `place`. MtopendataError: there is none with a key."""
    table = tables.get("figures")
    if table is None or not FIGURE_COLUMNS.is_present(table) or not figure_key(table):
        raise MtopendataError(
            place, "has no table 'figures' with a primary key", "name a package that has one"
        )
    return table


def figure_name(row: Mapping[str, Any], key: Sequence[str]) -> str:
    """The whole name of a figure."""
    return "/".join("" if row[name] is None else cell_text(row[name]) for name in key)


def find_figures(figures: Table, name: str) -> list[int]:
    """The indexes of the figures that a name fits: its first part is the measure, each other one
    any other part of the key. MtopendataError: there is none.
    """
    key = figure_key(figures)
    measure, *others = [part.strip() for part in re.split("[/:,]", name)]
    rows = list(enumerate(figures.frame.select(key).iter_rows(named=True)))
    found = [
        index
        for index, row in rows
        if row["measure"] == measure
        and all(other in figure_name(row, key).split("/")[1:] for other in others)
    ]
    if not found:
        names = [figure_name(row, key) for _, row in rows]
        measures = list(dict.fromkeys(row["measure"] or "" for _, row in rows))
        hint = f"name such as {', '.join(_nearest(measure, names, measures))}"
        raise MtopendataError(repr(name), "is no figure of the package", hint)
    return found


def _nearest(measure: str, names: Sequence[str], measures: Sequence[str]) -> Sequence[str]:
    """The figures of a measure, or else measures that are called nearly like it, or any."""
    near = [known for known in names if known.split("/")[0] == measure]
    return near or get_close_matches(measure, measures, cutoff=0.5) or measures[:3]
