"""The tables of figures: their names, their columns, and whether they can be used."""

import polars as pl

from mtopendata.reading.tables import Table

NUMBERS = ("value", "lower", "upper")


EXACT = (pl.Int64, pl.Int128, pl.Decimal)


def has_figures(table: Table) -> bool:
    """Whether a table has the columns of figures, whatever their types."""
    return table.has(("measure", "qualifier", *NUMBERS))


def is_figures(table: Table) -> bool:
    """Whether a table holds figures: a measure's value with a qualifier and bounds."""
    texts = ["measure", "qualifier", *(n for n in ("unit", "printed") if table.has([n]))]
    return table.is_typed(texts, pl.String) and table.is_typed(NUMBERS, *EXACT)
