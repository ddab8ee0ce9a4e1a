"""The tables of rules: their names, their columns, and whether rules can be evaluated with them."""

from collections.abc import Mapping

from mtopendata.figures.tables import FIGURES, NUMBER, RULES, SCOPES, TERMS, TEXT, WHOLE, Demand
from mtopendata.reading.tables import Columns
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
        {"term": WHOLE, "lag": WHOLE, **dict.fromkeys(("area", "scope", "missing"), TEXT)},
    ),
)
"""What rules need of each table, and what they use of it."""

FIGURE_FIELDS = (*DEMANDS[0].needed, *DEMANDS[0].optional)
"""The columns of figures that rules look at."""


SCOPED = Demand(SCOPES, {"rule": TEXT, "term": WHOLE}, dict.fromkeys(("scope", "missing"), TEXT))
"""What is said of terms in a table of its own, where there is one."""


def has_rules(tables: Mapping[str, Columns]) -> bool:
    """Whether a package has figures, and rules over them."""
    return all(
        demand.table in tables and demand.is_present(tables[demand.table]) for demand in DEMANDS
    )


def untyped_column(tables: Mapping[str, Columns]) -> str | None:
    """The first column that has no type with which a rule could be evaluated; None: all have."""
    columns = [demand.untyped(tables[demand.table]) for demand in DEMANDS]
    if (scopes := tables.get(SCOPES)) is not None:
        # What cannot be read there would change what a rule says.
        lacking = next((name for name in SCOPED.needed if not scopes.has((name,))), None)
        columns += [f"{SCOPES}.{lacking}"] if lacking else [SCOPED.untyped(scopes)]
    return next(filter(None, columns), None)


def figure_identity(figures: Columns) -> tuple[str, ...]:
    """The columns of which no two rows may have the same values."""
    return tuple(name for name in ("measure", *PLACE) if figures.has((name,)))


def is_keyed(figures: Columns) -> bool:
    """Whether the primary key, which must hold, tells all figures apart."""
    schema = figures.resource.schema
    key = set(schema.primary_key) if schema else set()
    return bool(key) and key <= set(figure_identity(figures))
