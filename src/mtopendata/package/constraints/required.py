"""Whether a cell may be missing."""

from typing import Any

import polars as pl

from mtopendata.package.constraint import Constraint, Test
from mtopendata.package.constraints.allowed import listed
from mtopendata.package.model import Field


def _is_there(_: Any, __: Field, ___: pl.DataType) -> Test:
    return lambda column: column.is_not_null()


def _missing_words(_: Any, __: str, item: Field) -> tuple[str, str]:
    allowed = item.constraints.get("enum") or item.categories
    hint = f"fill in one of {listed(allowed)}" if allowed else "fill it in"
    return "the cell is missing, and the field requires a value", hint


FAMILY = (Constraint("required", 1, "boolean", _is_there, _missing_words, is_of_values=False),)
