"""Numbers: exact decimals, or binary floating point where that is declared or cannot be avoided."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import polars as pl

from mtopendata.package.json_cells import as_json, as_number
from mtopendata.package.model import Field
from mtopendata.package.type import ColumnReading, Type, only

MAX_DIGITS = 38
"""Digits of the widest exact number; longer ones are read as binary floating point."""

_DIGITS = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_EXPONENT = rf"^{_DIGITS}[eE][+-]?[0-9]{{1,3}}$"
_FLOAT = rf"^(?:{_DIGITS}(?:[eE][+-]?[0-9]+)?|(?i:nan|-?inf))$"
FLOAT_ONLY = rf"^(?:{_DIGITS}[eE][+-]?[0-9]+|(?i:nan|-?inf))$"
"""Numbers that are no plain decimal. Of NaN and INF the standard says that case does not matter."""
_LETTERS = "[eEnNiI]"


_NEGATIVE = r"^\D*\(\D*\d|\d\s*[-+]\W*$"
"""`($5)` and `5-` are negative amounts to a book-keeper, and no numbers here."""


def _before_digits(decimal: str) -> str:
    """What may stand before a number. A sign for decimals belongs to the number, as in `$.50`, but
    behind a letter it ends a word, as in `No.5`.
    """
    if not decimal:
        return r"^[^-+\d]*"
    point = re.escape(decimal)
    return rf"^(?:\p{{L}}{point}|[^-+\d{point}]|{point}[^-+\d{point}])*"


def _grouped(group: str, decimal: str) -> str:
    """Digits in groups: of three, or in India's way of two, the last of three."""
    sign, point = re.escape(group), re.escape(decimal or ".")
    return rf"^[+-]?\d{{1,3}}(?:{sign}\d{{2,3}})*{sign}\d{{3}}(?:{point}\d*)?(?:[eE][+-]?\d+)?$"


def bare_number(item: Field, text: pl.Expr) -> pl.Expr:
    """A number without the characters that the field allows around and in it."""
    decimal = item.descriptor.get("decimalChar", ".") if item.type == "number" else ""
    if item.descriptor.get("bareNumber") is False:
        text = pl.when(~text.str.contains(_NEGATIVE)).then(text)
        text = text.str.replace(_before_digits(decimal), "").str.replace(r"\D*$", "")
    if group := item.descriptor.get("groupChar"):
        is_grouped = text.str.contains(group, literal=True)
        text = pl.when(~is_grouped | text.str.contains(_grouped(group, decimal))).then(text)
        text = text.str.replace_all(group, "", literal=True)
    if decimal not in ("", "."):
        point = text.str.contains(".", literal=True)
        text = pl.when(~point).then(text.str.replace_all(decimal, ".", literal=True))
    return text


@dataclass(frozen=True, slots=True)
class ExactNumbers:
    """Texts as exact numbers, null where one has none, with the most digits that one of them has
    before and behind its point; `are_floats`: some are numbers that only binary floating point has.
    """

    values: pl.Series
    before: int
    behind: int
    are_floats: bool


def exact_numbers(items: Sequence[Field], texts: pl.DataFrame) -> list[ExactNumbers]:
    """Columns of texts without missing values, one for each field, as exact numbers of the field,
    with as few decimals as hold them all.

    All columns are asked in one go: a wide table has thousands of them.
    """
    columns = zip(items, texts.columns, strict=True)
    bare = texts.select(bare_number(item, pl.col(name)) for item, name in columns)
    return [
        _exact_column(series, *signs)
        for series, signs in zip(bare.get_columns(), _signs(bare), strict=True)
    ]


def _exact_column(bare: pl.Series, is_odd: bool, behind: int) -> ExactNumbers:
    are_floats = False
    if is_odd:
        bare = _without_exponents(bare)
        odd = bare.str.contains(_LETTERS).fill_null(value=False)
        are_floats = bool(bare.filter(odd).str.contains(FLOAT_ONLY).any())
        bare = bare.to_frame().select(pl.when(~odd).then(pl.first())).to_series()
        [(_, behind)] = _signs(bare.to_frame())
    values = bare.cast(pl.Decimal(MAX_DIGITS, min(behind, MAX_DIGITS)), strict=False)
    if values.null_count() == bare.null_count():
        return ExactNumbers(values, whole_digits(values), behind, are_floats)
    # Some are no numbers, or have more digits than there is place for.
    before, behind = (
        bare.to_frame("0")
        .select(
            pl.col("0").str.extract(r"^[+-]?0*([0-9]*)\.?[0-9]*$", 1).str.len_bytes().max(),
            pl.col("0").str.extract(r"^[+-]?[0-9]*\.([0-9]*)$", 1).str.len_bytes().max().alias("1"),
        )
        .row(0)
    )
    before, behind = before or 0, behind or 0
    values = bare.cast(pl.Decimal(MAX_DIGITS, min(behind, MAX_DIGITS)), strict=False)
    return ExactNumbers(values, before, behind, are_floats)


def _signs(bare: pl.DataFrame) -> list[tuple[bool, int]]:
    """Of each column of texts whether some have letters of numbers, and the most signs that one has
    behind its point.
    """
    text = pl.all()
    signs = (text.str.len_bytes() - text.str.find(".", literal=True) - 1).max()
    letters = text.str.contains(_LETTERS).any()
    found = bare.select(letters, signs.name.prefix("signs ")).row(0)
    pairs = zip(found[: bare.width], found[bare.width :], strict=True)
    return [(bool(is_odd), behind or 0) for is_odd, behind in pairs]


def whole_digits(values: pl.Series) -> int:
    """The digits that the largest of some exact numbers has before its point."""
    ends = [end for end in (values.min(), values.max()) if end is not None]
    largest = max((abs(int(cast("int | Decimal", end))) for end in ends), default=0)
    return len(str(largest)) if largest else 0


def _without_exponents(cells: pl.Series) -> pl.Series:
    """The cells with `1.5e3` written as `1500`, where that has a place in an exact number."""
    with_exponent = cells.str.contains(_EXPONENT).fill_null(value=False)
    plain = {
        cell: format(Decimal(cell), "f")
        for cell in cells.filter(with_exponent).unique()
        if abs(Decimal(cell).adjusted()) < MAX_DIGITS
    }
    return cells.replace(plain) if plain else cells


def _as_whole(item: Field, text: pl.Expr) -> pl.Expr:
    return bare_number(item, text).cast(pl.Int64, strict=False)


def _as_float(item: Field, text: pl.Expr) -> pl.Expr:
    return only(_FLOAT, bare_number(item, text)).cast(pl.Float64, strict=False)


DECIMAL = ColumnReading("decimal", _as_whole)
"""Whole numbers, the usual case; where texts are left, who reads has them as `exact_numbers`."""
FLOAT = ColumnReading("float", _as_float)


def _decimal_or_float(item: Field) -> ColumnReading:
    return FLOAT if item.descriptor.get("floatNumber") else DECIMAL


TYPE = Type(
    "number",
    3,
    _decimal_or_float,
    "write digits with a point, such as 18.5",
    is_ordered=True,
    is_number=True,
    written={"integer": as_json, "number": as_number},
    csvw=("decimal", r"^[^eEN]*$"),
    croissant="sc:Float",
)
