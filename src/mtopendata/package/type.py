"""What is known of a Table Schema type: an entry of the table that `types` makes from its files."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import polars as pl

from mtopendata.package.json_cells import Writer
from mtopendata.package.model import Field

_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+(?:[. \u00a0\u202f][0-9]{3})*,(?![0-9]{3}$)[0-9]+")
"""A number of which the comma can divide no thousands."""


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A way in which the text of a column becomes values.

    `typed` turns text without missing values into values; null is a text that has none. `instead`
    looks at such texts, and answers with the reading that their whole column needs, or None.
    """

    name: str
    typed: Callable[[Field, pl.Expr], pl.Expr]
    instead: "Callable[[pl.Series], ColumnReading | None] | None" = None


def _as_it_is(_: Field, text: pl.Expr) -> pl.Expr:
    return text


TEXT = ColumnReading("text", _as_it_is)
FRICTIONLESS = ColumnReading("frictionless", _as_it_is)
"""The text stays for frictionless, which reads each different one once."""


def only(pattern: str, text: pl.Expr) -> pl.Expr:
    """The text where the pattern is found in it, else null."""
    return pl.when(text.str.contains(pattern)).then(text)


def each_once(
    read: Callable[[str], Any], texts: pl.Series, dtype: pl.DataType | type[pl.DataType]
) -> pl.Series:
    """What a function makes of texts, of which it is asked each different one once."""
    # By no name, because Polars takes some names for patterns.
    texts = texts.rename("")
    different = texts.drop_nulls().unique()
    values = pl.Series([read(text) for text in different], dtype=dtype, strict=True)
    return texts.replace_strict(different, values, default=None, return_dtype=dtype)


def where(is_value: Callable[[str], bool], text: pl.Expr) -> pl.Expr:
    """The text where a function, asked of each different one once, says that it is a value."""
    return text.map_batches(
        lambda texts: each_once(lambda one: one if is_value(one) else None, texts, pl.String),
        return_dtype=pl.String,
    )


def by_frictionless(_: Field) -> ColumnReading:
    """The reading of a type of which nothing is read here."""
    return FRICTIONLESS


def in_any_format(reading: ColumnReading) -> Callable[[Field], ColumnReading]:
    """The choice of a type whose formats have no meaning."""
    return lambda _: reading


def one_of(*formats: str) -> Callable[[str], str | None]:
    """The fault of a format that is none of these."""
    wanted = ", ".join(formats)
    return lambda form: None if form in ("default", *formats) else f"give one of default, {wanted}"


def in_formats(reading: ColumnReading, *formats: str) -> Callable[[Field], ColumnReading]:
    """The choice of a type that is read here in these formats; frictionless reads the others."""
    return lambda item: reading if item.format in formats else FRICTIONLESS


@dataclass(frozen=True, slots=True)
class Type:
    """A Table Schema type.

    `order` is its place in lists. `reading` chooses how a field's cells are read. `hint` says how
    to write a cell. Where cells stay text because no column can hold what they mean, `canonical`
    turns such a column into one in which equal values are equal, whatever it was read as; and
    `compare` says whether the first of two cells is less (below 0), equal (0) or more (above 0),
    or None where there is no telling. `length` counts what a column's values are made of, if that
    is of interest. `format_fault` says what to do about a format that is none of the type's, and
    `in_form` gives an example of a value in a form of the publisher's own. The traits decide which
    constraints have a meaning: whether values have an order, whether cells are digits that may have
    signs in and around them, and whether a JSON Schema can describe a value. `written`
    has, by what JSON calls them, how values that are no texts are written as cells: others are none
    of the type. `csvw` is the datatype in CSV on the Web, with the pattern that all cells must have
    for it; `croissant` the one in Croissant.
    """

    name: str
    order: int
    reading: Callable[[Field], ColumnReading] = by_frictionless
    hint: str = "correct the cell, or the field's type"
    is_ordered: bool = False
    is_number: bool = False
    length: Callable[[Field, pl.Expr], pl.Expr] | None = None
    takes_json_schema: bool = False
    format_fault: Callable[[str], str | None] = lambda _: None
    in_form: Callable[[str], str] | None = None
    canonical: Callable[[Field, pl.Series], pl.Series] | None = None
    compare: Callable[[Field, str, str], int | None] | None = None
    written: Mapping[str, Writer] = field(default_factory=dict)
    csvw: tuple[str, str | None] = ("string", None)
    croissant: str = "sc:Text"

    def hint_for(self, cell: str, declared: Mapping[str, Any] = MappingProxyType({})) -> str:
        """What to do about a cell that is no value of the type, with what the field declares."""
        if cell != cell.strip():
            return "remove the blanks around it"
        form = str(declared.get("format") or "default").removeprefix("fmt:")
        if self.in_form and form not in ("default", "any"):
            return f"write it as the format says, such as {self.in_form(form)}"
        return (self.is_number and self._hint_on_signs(cell, declared)) or self.hint

    def _hint_on_signs(self, cell: str, declared: Mapping[str, Any]) -> str | None:
        decimal, group = declared.get("decimalChar", "."), declared.get("groupChar", "")
        if self.name == "number" and decimal != ".":
            return f"write the decimals behind {decimal!r}, which the field's decimalChar is"
        if self.name == "number" and group != "," and _DECIMAL_COMMA.fullmatch(cell):
            return "write the decimals behind a point, or declare 'decimalChar'"
        if group and group in cell:
            return f"write {group!r} between groups of three digits only"
        if any(sign in cell for sign in ",_ "):
            return "write the digits without separators, or declare 'groupChar'"
        return None
