"""Limits of a value, `minimum` and its like, and of its length, `minLength` and `maxLength`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl

from mtopendata.package.constraint import Constraint, Test, UnusableConstraintError, named_values
from mtopendata.package.model import Field
from mtopendata.values.cells import cell_text

LONGEST = 2**31
"""More characters than a cell can have: lengths beyond it mean the same."""

Compared = Callable[[pl.Expr, Any], pl.Expr]


def _bound_literal(value: Any, item: Field, dtype: pl.DataType) -> pl.Expr:
    if isinstance(value, list | dict) or value is None:
        raise UnusableConstraintError(f"a bound is a single value, not {value!r}")
    parsed = named_values([value], item)
    if parsed.dtype != dtype and not (parsed.dtype.is_numeric() and dtype.is_numeric()):
        raise UnusableConstraintError(
            f"{cell_text(value, item.type)!r} has another form than the cells"
        )
    return pl.lit(parsed[0], dtype=parsed.dtype)


def _is_within(compared: Compared, value: Any, item: Field, dtype: pl.DataType) -> Test:
    bound = _bound_literal(value, item, dtype)
    if dtype == pl.Float64:
        # Polars puts NaN above all numbers; it is neither above nor below a bound.
        return lambda column: compared(column, bound) & column.is_not_nan()
    return lambda column: compared(column, bound)


def _beyond(side: str, bound: Any, cell: str, _: Field) -> tuple[str, str]:
    return f"{cell} is {side} {cell_text(bound)}", "correct the cell"


def _has_length(compared: Compared, length: int, _: Field, __: pl.DataType) -> Test:
    return lambda column: compared(column.str.len_chars(), min(length, LONGEST))


def _wrong_length(side: str, length: int, cell: str, _: Field) -> tuple[str, str]:
    return f"{cell[:80]!r} is {side} than {length} characters", "correct the cell"


_BOUNDS: dict[str, tuple[Compared, str]] = {
    "minimum": (pl.Expr.ge, "below the minimum"),
    "maximum": (pl.Expr.le, "above the maximum"),
    "exclusiveMinimum": (pl.Expr.gt, "not above"),
    "exclusiveMaximum": (pl.Expr.lt, "not below"),
}
_LENGTHS: dict[str, tuple[Compared, str]] = {
    "minLength": (pl.Expr.ge, "shorter"),
    "maxLength": (pl.Expr.le, "longer"),
}

FAMILY = (
    *(
        Constraint(
            name,
            order,
            "any",
            partial(_is_within, compared),
            partial(_beyond, side),
            applies_to=lambda type_: type_.is_ordered,
            named=lambda value: [value],
        )
        for order, (name, (compared, side)) in enumerate(_BOUNDS.items(), 6)
    ),
    *(
        Constraint(
            name,
            order,
            "integer",
            partial(_has_length, compared),
            partial(_wrong_length, side),
            applies_to=lambda type_: type_.has_length,
        )
        for order, (name, (compared, side)) in enumerate(_LENGTHS.items(), 10)
    ),
)
