"""What is known of a constraint: an entry of the table that `constraints` makes from its files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.texts import parse_texts
from mtopendata.package.type import Type
from mtopendata.package.types import TYPES
from mtopendata.package.types.number import bare_number
from mtopendata.values.cells import cell_text
from mtopendata.values.json_values import exact_json

Test = Callable[[pl.Expr], pl.Expr]
"""What a constraint asks of a column: truth values, or null where a cell is."""

BuiltIn = tuple[str, Mapping[str, Any]]
"""The name of a check that Pandera has of its own, and what it is given."""


class UnusableConstraintError(Exception):
    """The constraint's own value is none that can be tested. The message says why."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint of a field.

    `order` is its place in lists. `json_types` and `effect` are those of a `Property`.
    `applies_to` says for which types it has a meaning.

    `test` makes the test of a column from the constraint's value, the field and the column's type;
    None: it is tested elsewhere. UnusableConstraintError: the value is none. Where the test has no
    answer for a cell that has a value, `undecided` says why. `words` gives message
    and hint for a cell that fails, from the value, the cell's text and the field. `is_of_values`:
    each value passes or fails by itself, so that frictionless can test it as it reads; then
    `compiled` raises anything where the constraint's value is none, and `named` lists the values
    of the field's type that it names.

    `built_in` is the same test as a check of Pandera's own, for frames of whatever types: from the
    constraint's value, or from the values that it names, as cells have them. None: it has none.
    """

    name: str
    order: int
    json_types: str
    test: Callable[[Any, Field, pl.DataType], Test] | None = None
    words: Callable[[Any, str, Field], tuple[str, str]] | None = None
    effect: str = "enforced"
    undecided: Callable[[Any], str] = lambda _: "it has no answer for some values"
    applies_to: Callable[[Type], bool] = lambda _: True
    is_of_values: bool = True
    compiled: Callable[[Any], Any] = lambda _: None
    named: Callable[[Any], Sequence[Any]] = lambda _: ()
    built_in: Callable[[Any], BuiltIn | None] = lambda _: None


def _as_cell(value: Any, item: Field) -> str:
    if isinstance(value, bool) and item.type == "boolean":
        words = item.descriptor.get("trueValues" if value else "falseValues")
        return str(words[0]) if words else cell_text(value)
    return exact_json(value) if isinstance(value, list | dict) else cell_text(value, item.type)


_SIGNS = ("groupChar", "decimalChar", "bareNumber")


def _without_signs(values: Sequence[Any], item: Field, texts: pl.Series) -> pl.Series:
    """Numbers of which those in strings are written as cells are, or as JSON has them."""
    are_strings = pl.Series([isinstance(value, str) for value in values])
    bare = texts.to_frame("0").select(bare_number(item, pl.col("0"))).to_series()
    return bare.zip_with(are_strings & bare.is_not_null(), texts)


def named_values(values: Sequence[Any], item: Field) -> pl.Series:
    """Values in a descriptor as the values that cells of the field have.

    UnusableConstraintError: one of them is no value of the field's type.
    """
    texts = pl.Series([_as_cell(value, item) for value in values], dtype=pl.String)
    if any(isinstance(value, str) for value in values) and TYPES[item.type].is_number:
        texts = _without_signs(values, item, texts)
    # Numbers in JSON have none of the signs that the field's cells may have.
    plain = {key: value for key, value in item.descriptor.items() if key not in _SIGNS}
    parsed = parse_texts(replace(item, descriptor=plain), texts)
    if parsed.null_count():
        raise UnusableConstraintError(f"{texts.filter(parsed.is_null())[0]!r} is no {item.type}")
    return parsed
