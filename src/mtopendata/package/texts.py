"""The text of cells: whether there is any, and the values that texts have by themselves."""

from functools import partial

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import FRICTIONLESS, ColumnReading
from mtopendata.package.types import TYPES
from mtopendata.package.types.number import (
    DECIMAL,
    FLOAT,
    FLOAT_ONLY,
    as_decimal,
    bare_number,
    decimals,
    without_exponents,
)


def is_present(text: pl.Expr, item: Field) -> pl.Expr:
    """Whether a cell holds something: it is not short of its record, and no missing value."""
    match item.missing:
        case ():
            return text.is_not_null()
        case (only,):
            return text.ne(only).fill_null(value=False)
        case many:
            return (~text.is_in(list(many))).fill_null(value=False)


def present_text(text: pl.Expr, item: Field) -> pl.Expr:
    """The text of the cells that hold something, else null."""
    return pl.when(is_present(text, item)).then(text)


def first_reading(item: Field) -> ColumnReading:
    """How the field's cells are read, as far as the field tells."""
    return TYPES[item.type].reading(item)


def is_fast(item: Field) -> bool:
    """Whether the field's cells are read here, and not by frictionless."""
    return first_reading(item) != FRICTIONLESS


def parse_texts(item: Field, texts: pl.Series) -> pl.Series:
    """The values that these texts have as cells of a field; null for one that has none.

    Types that frictionless reads stay text.
    """
    reading = first_reading(item)
    typed = reading.typed
    if reading == DECIMAL:
        texts = without_exponents(texts)
        bare = bare_number(item, pl.col("0"))
        odd, scale = (
            texts.alias("0")
            .to_frame()
            .select(odd=bare.str.contains(FLOAT_ONLY).any(), scale=decimals(bare))
            .row(0)
        )
        typed = FLOAT.typed if odd else partial(as_decimal, scale=scale or 0)
    frame = texts.alias("0").to_frame()
    values = frame.select(typed(item, pl.col("0"))).to_series()
    if reading.instead and values.null_count() > texts.null_count():
        typed = (reading.instead(texts) or reading).typed
        values = frame.select(typed(item, pl.col("0"))).to_series()
    return values
