"""The text of cells: whether there is any, and the values that texts have by themselves."""

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import FRICTIONLESS, ColumnReading
from mtopendata.package.types import TYPES
from mtopendata.package.types.number import DECIMAL, FLOAT, MAX_DIGITS, exact_numbers


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
    frame = texts.alias("0").to_frame()
    values = frame.select(reading.typed(item, pl.col("0"))).to_series()
    if reading == DECIMAL:
        if values.null_count() == texts.null_count():
            return values.cast(pl.Decimal(MAX_DIGITS, 0))
        [found] = exact_numbers([item], frame)
        if not found.are_floats and found.before + found.behind <= MAX_DIGITS:
            return found.values
        values = frame.select(FLOAT.typed(item, pl.col("0"))).to_series()
    while reading.instead and values.null_count() > texts.null_count():
        other = reading.instead(texts.filter(values.is_null()).drop_nulls())
        if other is None:
            break
        reading = other
        values = frame.select(reading.typed(item, pl.col("0"))).to_series()
    return values


def canonical(item: Field, values: pl.Series) -> pl.Series:
    """A column of a field's values in which those are equal that mean the same.

    That is the column itself, except where cells stay text because no column can hold what they
    mean.
    """
    of_type = TYPES[item.type].canonical
    if of_type is None or values.dtype != pl.String:
        return values
    # What frictionless read outside CSV may be written as no cell is: the same only as itself.
    return of_type(item, values).fill_null(values)


def canonical_pair(
    items: tuple[Field | None, Field | None], values: tuple[pl.Series, pl.Series]
) -> tuple[pl.Series, pl.Series]:
    """Columns of two fields, in which those values are equal that mean the same.

    Values of different types are equal only where their texts or their numbers are.
    """
    (one, other), (here, there) = items, values
    if one is None or other is None or one.type != other.type:
        return here, there
    of_type = TYPES[one.type].canonical
    if of_type is None or pl.String not in (here.dtype, there.dtype):
        return here, there
    return of_type(one, here), of_type(other, there)
