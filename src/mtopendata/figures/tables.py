"""The tables of figures: their names, their columns, and whether they can be used.

The only place that knows which columns, of which types, something needs of a table. A package need
not have any of these tables; what it lacks is not done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import polars as pl

from mtopendata.package.model import Resource
from mtopendata.reading.tables import Columns

FIGURES, MEASURES, AREAS, SOURCES = "figures", "measures", "areas", "sources"
REVISIONS, RULES, TERMS, CUES = "revisions", "rules", "rule_terms", "cues"
MARKS, DIFFERENCES = "marks", "differences"
SCOPES, RANKS = "term_scopes", "source_ranks"
"""Tables that say more of the rows of others: they can be added without a major version."""
NUMBERS = ("value", "lower", "upper")
"""The columns of a figure's interval: its value, and a bound on each side."""

Some = TypeVar("Some", bound=Columns)
Types = tuple[type[pl.DataType], ...]
TEXT: Types = (pl.String,)
WHOLE: Types = (pl.Int64,)
EXACT: Types = (pl.Int64, pl.Int128, pl.Decimal)
NUMBER: Types = (*EXACT, pl.Float64)


@dataclass(frozen=True, slots=True)
class Demand:
    """What something asks of a table: columns that must be there, and others that count where they
    are; each with the types that it may have.
    """

    table: str
    needed: Mapping[str, Types]
    optional: Mapping[str, Types] = field(default_factory=dict)

    def is_present(self, table: Columns) -> bool:
        """Whether the table has the columns, whatever their types."""
        return table.has(tuple(self.needed))

    def untyped(self, table: Columns) -> str | None:
        """The first column that is there with a type of no use; None: all are of use."""
        for name, types in (*self.needed.items(), *self.optional.items()):
            if table.has((name,)) and not table.is_typed((name,), *types):
                return f"{self.table}.{name}"
        return None

    def is_met(self, table: Columns) -> bool:
        """Whether the table has the columns, and all are of use."""
        return self.is_present(table) and self.untyped(table) is None

    def usable(self, tables: Mapping[str, Some]) -> Some | None:
        """The table of this name, if it meets the demand."""
        table = tables.get(self.table)
        return table if table is not None and self.is_met(table) else None


FIGURE_COLUMNS = Demand(
    FIGURES,
    {"measure": TEXT, "qualifier": TEXT, **dict.fromkeys(NUMBERS, EXACT)},
    {"unit": TEXT, "printed": TEXT},
)
"""A figure: a measure's value with a qualifier and bounds."""


def text_columns(table: str, *names: str) -> Demand:
    """A table with these columns of text."""
    return Demand(table, dict.fromkeys(names, TEXT))


def is_log(resource: Resource) -> bool:
    """Whether a table tells of changes of figures, of which there may be none."""
    names = {item.name for item in resource.schema.fields} if resource.schema else set()
    is_revised = any(name.startswith("previous_") for name in names)
    return resource.name == REVISIONS and "version" in names and is_revised
