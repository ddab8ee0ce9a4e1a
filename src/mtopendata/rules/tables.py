"""The tables of rules: their names, their columns, and whether rules can be evaluated with them."""

from collections.abc import Mapping

import polars as pl

from mtopendata.figures.tables import FIGURES, NUMBER, RULES, TERMS, TEXT, WHOLE, Demand
from mtopendata.reading.queries import collect
from mtopendata.reading.tables import Table
from mtopendata.rules.model import PLACE

DEMANDS = (
    Demand(
        FIGURES,
        {"measure": TEXT, "value": NUMBER},
        {
            **dict.fromkeys(("area", "source", "printed", "unit"), TEXT),
            **dict.fromkeys(("lower", "upper"), NUMBER),
            "period": WHOLE,
        },
    ),
    Demand(RULES, {"rule": TEXT, "relation": TEXT}, dict.fromkeys(("severity", "title"), TEXT)),
    Demand(
        TERMS,
        {"rule": TEXT, "coefficient": NUMBER, "measure": TEXT},
        {"term": WHOLE, "area": TEXT, "lag": WHOLE},
    ),
)
"""What rules need of each table, and what they use of it."""

FIGURE_FIELDS = (*DEMANDS[0].needed, *DEMANDS[0].optional)
"""The columns of figures that rules look at."""


def has_rules(tables: Mapping[str, Table]) -> bool:
    """Whether a package has figures, and rules over them."""
    return all(
        demand.table in tables and demand.is_present(tables[demand.table]) for demand in DEMANDS
    )


def untyped_column(tables: Mapping[str, Table]) -> str | None:
    """The first column that has no type with which a rule could be evaluated; None: all have."""
    columns = (demand.untyped(tables[demand.table]) for demand in DEMANDS)
    return next(filter(None, columns), None)


def figures_keyed(figures: Table) -> bool:
    """Whether no two rows are the same measure, area, period and source. The primary key must
    hold.
    """
    names = [name for name in ("measure", *PLACE) if name in figures.frame.columns]
    schema = figures.resource.schema
    if schema and schema.primary_key and set(schema.primary_key) <= set(names):
        return True
    different = figures.frame.lazy().select(names).unique().select(pl.len())
    return bool(collect(different, figures.frame.height).item() == figures.frame.height)
