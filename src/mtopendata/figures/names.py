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
        (index, row) for index, row in rows
        if row["measure"] == measure
        and all(other in figure_name(row, key).split("/")[1:] for other in others)
    ]  # fmt: skip
    if not found:
        names = [figure_name(row, key) for _, row in rows]
        measures = list(dict.fromkeys(row["measure"] or "" for _, row in rows))
        near = [known for known in names if known.split("/")[0] == measure] or get_close_matches(
            measure, measures, cutoff=0.5
        )
        raise MtopendataError(
            repr(name), "is no figure of the package",
            f"name such as {', '.join(near or measures[:3])}",
        )  # fmt: skip
    return [index for index, _ in found]
