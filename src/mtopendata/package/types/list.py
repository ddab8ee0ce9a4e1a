"""Several values in one cell, parted by a sign, which stay text."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl

from mtopendata.package.json_cells import KINDS
from mtopendata.package.json_texts import number_text
from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, each_once, in_any_format, only
from mtopendata.package.types import boolean, date, integer, number, time
from mtopendata.package.types import datetime as moment

DELIMITER = ","
"""What parts the values where the field does not say."""


def delimiter(item: Field) -> str:
    """What parts the values in a cell of the field."""
    return str(item.descriptor.get("delimiter", DELIMITER))


def _as_list(item: Field, text: pl.Expr) -> pl.Expr:
    return text.map_batches(lambda texts: _lists(item, texts), return_dtype=pl.String)


def _lists(item: Field, texts: pl.Series) -> pl.Series:
    """The texts of which every part is a value, else null."""
    kind = _ITEMS.get(_item_type(item))
    sign = delimiter(item)
    texts = texts.rename("0")
    if kind is None or not sign:
        return pl.Series("0", [None] * len(texts), dtype=pl.String)
    typed, _ = kind
    cells = texts.drop_nulls().unique().to_frame()
    parts = cells.with_columns(part=pl.col("0").str.split(sign)).explode("part")
    wrong = parts.filter(typed(_part_field(item), pl.col("part")).is_null()).get_column("0")
    return (
        texts.to_frame().select(pl.when(~pl.col("0").is_in(wrong.implode())).then("0")).to_series()
    )


def _item_type(item: Field) -> str:
    return str(item.descriptor.get("itemType", "string"))


def _part_field(item: Field) -> Field:
    """The field of a part: of the type's own format."""
    return Field(item.name, _item_type(item), version=2)


def _canonical_list(item: Field, values: pl.Series) -> pl.Series:
    kind = _ITEMS.get(_item_type(item))
    if kind is None:
        return values
    _, same = kind
    lists = values.rename("0").drop_nulls().unique().to_frame()
    parts = lists.with_columns(part=pl.col("0").str.split(delimiter(item))).explode("part")
    meant = same(_part_field(item), parts.get_column("part")).cast(pl.String)
    # With its length before it, no part can be taken for two.
    told = pl.concat_str(pl.col("part").str.len_bytes(), pl.lit(":"), "part")
    joined = (
        parts.with_columns(meant.alias("part"))
        .group_by("0", maintain_order=True)
        .agg(told.str.join(""))
    )
    return values.replace_strict(
        joined.get_column("0"), joined.get_column("part"), default=None, return_dtype=pl.String
    )


# What the parts may be


def _item_as_integer(_: Field, text: pl.Expr) -> pl.Expr:
    return only(r"^[+-]?[0-9]+$", text)


def _same_numbers(_: Field, texts: pl.Series) -> pl.Series:
    """Numbers as texts that equal ones have in common."""

    def told(text: str) -> str:
        found = Decimal(text)  # which knows INF and NaN too
        return number_text(found) if found.is_finite() else str(found)

    return each_once(told, texts, pl.String)


def _same_booleans(item: Field, texts: pl.Series) -> pl.Series:
    return texts.replace_strict(boolean.booleans(item), default=None, return_dtype=pl.Boolean)


def _same_texts(_: Field, texts: pl.Series) -> pl.Series:
    return texts


def _same_times(_: Field, texts: pl.Series) -> pl.Series:
    return texts.replace("24:00:00", "00:00:00")


_Typed = Callable[[Field, pl.Expr], pl.Expr]
_Same = Callable[[Field, pl.Series], pl.Series]


def _default(type_: Type) -> _Typed:
    return type_.reading(Field("", type_.name, version=2)).typed


_ITEMS: dict[str, tuple[_Typed, _Same]] = {
    "string": (lambda _, text: text, _same_texts),
    "integer": (_item_as_integer, _same_numbers),
    "number": (number.FLOAT.typed, _same_numbers),
    "boolean": (_default(boolean.TYPE), _same_booleans),
    "date": (_default(date.TYPE), _same_texts),
    "time": (_default(time.TYPE), _same_times),
    "datetime": (moment.AS_TEXT.typed, moment.canonical),
}
"""By their type: who tells whether a text is one, and what equal ones have in common."""


def _items_in(item: Field, text: pl.Expr) -> pl.Expr:
    return text.str.count_matches(delimiter(item), literal=True) + 1


def _written_list(item: Field, values: Any) -> str | None:
    """An array as a list; None where one of its values is no part of it."""
    type_ = _WRITTEN.get(_item_type(item))
    parts = []
    for value in values:
        kind = KINDS[type(value)]
        write = type_.written.get(kind) if type_ else None
        part = value if kind == "string" else write and write(_part_field(item), value)
        if part is None:
            return None
        parts.append(part)
    return delimiter(item).join(parts)


_WRITTEN = {one.TYPE.name: one.TYPE for one in (boolean, integer, number)}
"""The types of parts that JSON may write otherwise than as texts."""

TYPE = Type(
    "list",
    14,
    in_any_format(ColumnReading("list", _as_list)),
    "write values of the item type, with nothing but the delimiter between them",
    length=_items_in,
    canonical=_canonical_list,
    written={"array": _written_list},
)
