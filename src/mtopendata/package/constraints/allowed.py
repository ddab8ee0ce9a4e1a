"""The values that a field may have, listed one by one: `enum` and `categories`."""

from collections.abc import Sequence
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
from mtopendata.package.types import TYPES
from mtopendata.values.cells import cell_text
from mtopendata.values.json_values import json_text


def literals(values: Sequence[Any], item: Field, dtype: pl.DataType) -> pl.Series:
    """The values of an `enum` or of categories as a column of the type that the cells have.

    UnusableConstraintError: one of them is no value of the field's type.
    """
    if any(value is None or isinstance(value, list | dict) for value in values):
        raise UnusableConstraintError(
            f"its values are not all single values of the type {item.type}"
        )
    parsed = named_values(values, item)
    if isinstance(dtype, pl.Decimal) and isinstance(parsed.dtype, pl.Decimal):
        scale = max(dtype.scale, parsed.dtype.scale)
        return parsed.cast(pl.Decimal(38, scale))
    if isinstance(parsed.dtype, pl.Decimal) and dtype.is_integer():
        parsed = parsed.filter(parsed == parsed.round(0))  # no whole number equals the others
    return parsed if parsed.dtype == dtype else parsed.cast(dtype, strict=False).drop_nulls()


def _is_allowed(allowed: Sequence[Any], item: Field, dtype: pl.DataType) -> Test:
    _require_some(allowed)
    if TYPES[item.type].canonical is not None:
        return _means_allowed(allowed, item, dtype)
    values = literals(allowed, item, dtype)
    return lambda column: column.is_in(values.implode())


def _means_allowed(allowed: Sequence[Any], item: Field, dtype: pl.DataType) -> Test:
    """The test of values that may be written in several ways."""
    if None in allowed:
        raise UnusableConstraintError(f"null is no {item.type}")
    values = named_values(allowed, item)
    if values.dtype == dtype != pl.String:
        return lambda column: column.is_in(values.implode())
    of_type = TYPES[item.type].canonical
    assert of_type is not None  # noqa: S101 - who calls has asked
    same = partial(of_type, item)
    wanted = same(values).implode()
    return lambda column: column.map_batches(
        lambda cells: same(cells).is_in(wanted), return_dtype=pl.Boolean
    )


def _require_some(allowed: Sequence[Any]) -> None:
    if not allowed:
        raise UnusableConstraintError("it lists no value, so that no cell could have one")


def _isin(allowed: Sequence[Any]) -> BuiltIn:
    _require_some(allowed)
    return "isin", {"allowed_values": list(allowed)}


def listed(values: Sequence[Any]) -> str:
    """The first of some values, as a message shows them."""
    texts = [
        json_text(value) if isinstance(value, list | dict) else cell_text(value) for value in values
    ]
    return ", ".join(texts[:12]) + (", …" if len(texts) > 12 else "")


def _not_allowed(allowed: Sequence[Any], cell: str, _: Field) -> tuple[str, str]:
    return f"{cell[:80]!r} is not one of the allowed values", f"write one of {listed(allowed)}"


FAMILY = (
    Constraint(
        "enum",
        3,
        "array",
        _is_allowed,
        _not_allowed,
        applies_to=lambda type_: type_.name != "list",
        named=lambda values: values,
        built_in=_isin,
    ),
    Constraint(
        "categories",
        4,
        "array",
        _is_allowed,
        _not_allowed,
        "enforced, which frictionless ignores",
        applies_to=lambda type_: type_.name in ("string", "integer"),
        named=lambda values: values,
        built_in=_isin,
    ),
)
