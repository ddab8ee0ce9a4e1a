"""Limits of a value, `minimum` and its like, and of its length, `minLength` and `maxLength`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import polars as pl

from mtopendata.package.constraint import (
    BuiltIn,
    Constraint,
    Test,
    UnusableConstraintError,
    named_values,
)
from mtopendata.package.model import Field
from mtopendata.package.type import each_once
from mtopendata.package.types import TYPES
from mtopendata.values.cells import cell_text
from mtopendata.values.plurals import plural

LONGEST = 2**31
"""More characters than a cell can have: lengths beyond it mean the same."""

Compared = Callable[[pl.Expr, Any], pl.Expr]


def _bound(value: Any, item: Field, dtype: pl.DataType) -> pl.Series:
    """The bound as a column of one value, which is text where whole numbers are."""
    if isinstance(value, list | dict) or value is None:
        raise UnusableConstraintError(f"a bound is a single value, not {value!r}")
    parsed = named_values([value], item)
    if parsed.dtype.is_float() and parsed.is_nan().any():
        raise UnusableConstraintError("NaN is no bound: no number is above or below it")
    if parsed.dtype != dtype and not (parsed.dtype.is_numeric() and dtype.is_numeric()):
        _refuse_other_form(repr(cell_text(value, item.type)), parsed.dtype, item, dtype)
    return parsed.cast(pl.String) if dtype == pl.String and parsed.dtype.is_integer() else parsed


def _refuse_other_form(text: str, bound: pl.DataType, item: Field, cells: pl.DataType) -> None:
    """UnusableConstraintError: a bound of this type cannot be compared with cells of that one."""
    zones = [getattr(one, "time_zone", None) is not None for one in (bound, cells)]
    if zones[0] != zones[1] and pl.String not in (bound, cells):
        raise UnusableConstraintError(
            f"{text} has {'a' if zones[0] else 'no'} time zone, and the cells have "
            f"{'none' if zones[0] else 'one'}: write it as they are"
        )
    if cells != pl.String or TYPES[item.type].compare is None:
        raise UnusableConstraintError(f"{text} has another form than the cells")


def _is_within(name: str, value: Any, item: Field, dtype: pl.DataType) -> Test:
    bound = _bound(value, item, dtype)
    compare = TYPES[item.type].compare
    if dtype == pl.String and compare is not None:
        limit = bound[0] if bound.dtype == pl.String else cell_text(value, item.type)
        return _is_text_within(_SIGNS[name], partial(compare, item), limit)
    compared, _, _ = _BOUNDS[name]
    literal = pl.lit(bound[0], dtype=bound.dtype)
    if dtype == pl.Float64:
        # Polars puts NaN above all numbers; it is neither above nor below a bound.
        return lambda column: compared(column, literal) & column.is_not_nan()
    return lambda column: compared(column, literal)


def _is_text_within(
    is_right: Callable[[int], bool], compare: Callable[[str, str], int | None], bound: str
) -> Test:
    """The test of values that stay text: one that cannot be compared is not within a bound."""

    def is_within(text: str) -> bool:
        found = compare(text, bound)
        return found is not None and is_right(found)

    def are_within(column: pl.Series) -> pl.Series:
        return each_once(is_within, column, pl.Boolean)

    return lambda column: column.map_batches(are_within, return_dtype=pl.Boolean)


def _beyond(name: str, bound: Any, cell: str, item: Field) -> tuple[str, str]:
    compare = TYPES[item.type].compare
    limit = cell_text(bound, item.type)
    try:
        is_told = compare is None or compare(item, cell, limit) is not None
    except ValueError:  # the cell of another column, which is no text
        is_told = True
    if is_told:
        return f"{cell} is {_BOUNDS[name][1]} {limit}", "correct the cell"
    return f"{cell} cannot be compared with the {name} {limit}", "write both in the same way"


def _has_length(compared: Compared, length: int, item: Field, _: pl.DataType) -> Test:
    of_type = TYPES[item.type].length
    assert of_type is not None  # noqa: S101 - it applies to no others
    return lambda column: compared(of_type(item, column), min(length, LONGEST))


def _wrong_length(side: str, length: int, cell: str, item: Field) -> tuple[str, str]:
    units = {"string": ("character",), "object": ("property", "properties")}
    bound = plural(length, *units.get(item.type, ("item",)))
    return f"{cell[:80]!r} is {side} than {bound}", "correct the cell"


def _compares(name: str, parameter: str, values: Sequence[Any]) -> BuiltIn:
    return name, {parameter: values[0]}


def _str_length(parameter: str, length: int) -> BuiltIn:
    return "str_length", {parameter: min(length, LONGEST)}


_BOUNDS: dict[str, tuple[Compared, str, str]] = {
    "minimum": (pl.Expr.ge, "below the minimum", "min_value"),
    "maximum": (pl.Expr.le, "above the maximum", "max_value"),
    "exclusiveMinimum": (pl.Expr.gt, "not above", "min_value"),
    "exclusiveMaximum": (pl.Expr.lt, "not below", "max_value"),
}
"""How a value is compared, the words for one that fails, and Pandera's word for the bound."""
_SIGNS: dict[str, Callable[[int], bool]] = {
    "minimum": lambda sign: sign >= 0,
    "maximum": lambda sign: sign <= 0,
    "exclusiveMinimum": lambda sign: sign > 0,
    "exclusiveMaximum": lambda sign: sign < 0,
}
_LENGTHS: dict[str, tuple[Compared, str, str]] = {
    "minLength": (pl.Expr.ge, "shorter", "min_value"),
    "maxLength": (pl.Expr.le, "longer", "max_value"),
}

FAMILY = (
    *(
        Constraint(
            name,
            order,
            "any",
            partial(_is_within, name),
            partial(_beyond, name),
            applies_to=lambda type_: type_.is_ordered,
            named=lambda value: [value],
            built_in=partial(_compares, compared.__name__, parameter),
        )
        for order, (name, (compared, _, parameter)) in enumerate(_BOUNDS.items(), 6)
    ),
    *(
        Constraint(
            name,
            order,
            "integer",
            partial(_has_length, compared),
            partial(_wrong_length, side),
            applies_to=lambda type_: type_.length is not None,
            built_in=partial(_str_length, parameter),
        )
        for order, (name, (compared, side, parameter)) in enumerate(_LENGTHS.items(), 10)
    ),
)
