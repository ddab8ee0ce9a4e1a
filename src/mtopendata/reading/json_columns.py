"""Rows of JSON values as columns of text, and which of the cells are no values of their fields."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from mtopendata.package.json_cells import KINDS, Real, Whole, as_json, as_number, json_text_of
from mtopendata.package.model import Field
from mtopendata.package.types import TYPES


def text_column(item: Field, values: Sequence[Any]) -> tuple[pl.Series, pl.Series | None]:
    """The values of a field as cells of text, and a mark at each that is none of its type; None:
    all are. A string is text as in any other file; null, and a number that is written as a missing
    value, are missing.
    """
    as_they_are = _as_they_are(item)
    if as_they_are.issuperset(map(type, values)):
        return pl.Series(values, dtype=pl.String), None
    texts: list[str | None] = []
    wrong: list[int] = []
    for index, value in enumerate(values):
        if type(value) in as_they_are:
            texts.append(value)
            continue
        text, is_value = _written_as(item, value)
        if not is_value:
            wrong.append(index)
        texts.append(text)
    marks = pl.repeat(value=False, n=len(texts), dtype=pl.Boolean, eager=True)
    return (
        pl.Series(texts, dtype=pl.String),
        marks.scatter(wrong, values=True) if wrong else None,
    )


def _as_they_are(item: Field) -> set[type]:
    """The types of values of which the text is that of a cell."""
    written = TYPES[item.type].written
    found: set[type] = {str, type(None)}
    if written.get("integer") is as_json:
        found.add(Whole)
    is_plain = item.descriptor.get("decimalChar", ".") == "."
    if written.get("number") is as_json or (written.get("number") is as_number and is_plain):
        found.add(Real)
    return found


def _written_as(item: Field, value: Any) -> tuple[str | None, bool]:
    """A value as a cell, and whether it is one of the field's type; else it is as JSON has it."""
    kind = KINDS[type(value)]
    try:
        text = json_text_of(value)
        if text in item.missing:
            return None, True
        write = TYPES[item.type].written.get(kind)
        cell = write(item, value) if write else None
    except ArithmeticError:  # the exponent is beyond all bounds
        cell = None
    return (text, False) if cell is None else (cell, True)
