"""True and false, in the words that the field gives for them."""

from typing import Any

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, in_any_format

BOOLEANS = {
    "falseValues": ["false", "False", "FALSE", "0"],
    "trueValues": ["true", "True", "TRUE", "1"],
}
"""How booleans are written where a field does not say."""


def booleans(item: Field) -> dict[str, bool]:
    """What each cell means that a boolean field may have."""
    return {
        value: name == "trueValues"
        for name, default in BOOLEANS.items()
        for value in item.descriptor.get(name, default)
        if isinstance(value, str)
    }


def _as_boolean(item: Field, text: pl.Expr) -> pl.Expr:
    meanings = booleans(item)
    if not meanings:
        return pl.lit(None, pl.Boolean)
    return text.replace_strict(meanings, default=None, return_dtype=pl.Boolean)


def _written_truth(item: Field, value: Any) -> str | None:
    return next((text for text, meaning in booleans(item).items() if meaning is value), None)


TYPE = Type(
    "boolean",
    10,
    in_any_format(ColumnReading("boolean", _as_boolean)),
    "write one of the field's true or false values",
    written={"boolean": _written_truth},
    csvw=("boolean", r"^(true|false|1|0)$"),
    croissant="sc:Boolean",
)
