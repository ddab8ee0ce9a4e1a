"""The values of keys: columns made comparable, and 8 bytes of hash for each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.types import TYPES
from mtopendata.reading.block_source import BlockSource
from mtopendata.reading.tables import Block, Columns
from mtopendata.reading.whole_tables import stacked

As = Literal["it is", "digits", "float", "meaning"]
"""How a column is compared: by its values; by their digits, where whole numbers and decimals are
the same numbers; as binary floating point, where some are that; or by what its texts mean, where
that can be written in several ways.
"""


def compared_as(*columns: tuple[Field | None, pl.DataType]) -> As | None:
    """How columns of these fields and types are compared; None where no value of one equals one of
    another.
    """
    types = [dtype for _, dtype in columns]
    names = {item.type if item else None for item, _ in columns}
    name = names.pop() if len(names) == 1 else None
    if name and TYPES[name].canonical is not None and pl.String() in types:
        return "meaning"
    if all(_are_numbers(*column) for column in columns):
        return _numbers_as(types)
    return "it is" if len(set(types)) == 1 else None


def _numbers_as(types: Sequence[pl.DataType]) -> As:
    """How columns of numbers are compared."""
    if any(dtype.is_float() for dtype in types):
        return "float"
    is_one = len(set(types)) == 1 and not types[0].is_decimal()
    return "it is" if is_one else "digits"


def _are_numbers(item: Field | None, dtype: pl.DataType) -> bool:
    """Whether a column has numbers; whole ones of very many digits are text."""
    is_long = item is not None and item.type == "integer" and dtype == pl.String
    return is_long or dtype.is_numeric()


@dataclass(frozen=True, slots=True)
class KeyPart:
    """A field that is part of a key, and how its values are compared."""

    name: str
    way: As
    item: Field | None


def key_frame(frame: pl.DataFrame, parts: Sequence[KeyPart]) -> pl.DataFrame:
    """A key's columns, named key0, key1, …: to Polars, a field called `*` means all fields."""
    return pl.DataFrame(
        [
            _compared(frame.get_column(part.name).alias("key"), part).alias(f"key{index}")
            for index, part in enumerate(parts)
        ]
    )


def _compared(column: pl.Series, part: KeyPart) -> pl.Series:
    match part.way:
        case "digits":
            text = column.cast(pl.String)
            if isinstance(column.dtype, pl.Decimal) and column.dtype.scale:
                text = text.str.replace(r"\.0*$|(\.\d*[1-9])0+$", "$1")
            return text
        case "float":
            return column.cast(pl.Float64) + 0.0  # a negative zero is a zero
        case "meaning":
            assert part.item is not None  # noqa: S101 - fields alone have a meaning
            of_type = TYPES[part.item.type].canonical
            assert of_type is not None  # noqa: S101 - as above
            means = of_type(part.item, column)
            # What frictionless writes as no cell is written is the same only as itself.
            return means.fill_null(column) if column.dtype == pl.String else means
    return column


def without_nulls(columns: pl.DataFrame) -> pl.DataFrame:
    """The rows that are whole keys: a null is no part of one."""
    return columns.drop_nulls() if any(column.has_nulls() for column in columns) else columns


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a table, nulls and all, in columns 0, 1, …, where one may stand more than once;
    and all of its columns. Where there are `too_many` for one machine the frame is empty: they are
    in the `source`.
    """

    columns: Columns
    frame: pl.DataFrame
    too_many: bool = False
    source: BlockSource | None = None


@dataclass(frozen=True, slots=True)
class KeysSeen:
    """Different keys of blocks; or that there were too many of them."""

    frames: list[pl.DataFrame]
    too_many: bool = False


class KeysOf:
    """The fold that keeps a table's different keys."""

    def __init__(self, columns: Columns, names: Sequence[str]) -> None:
        self.columns = columns
        self.names = names

    def see(self, block: Block) -> KeysSeen:
        """A block's different keys."""
        columns = [block.frame.get_column(n).alias(str(i)) for i, n in enumerate(self.names)]
        return KeysSeen([pl.DataFrame(columns).unique()])

    def merge(self, one: KeysSeen, other: KeysSeen) -> KeysSeen:
        """Those of both."""
        if one.too_many or other.too_many:
            return KeysSeen([], too_many=True)
        return KeysSeen(one.frames + other.frames)

    def divide(self, kept: KeysSeen, parts: int) -> tuple[KeysSeen, dict[int, KeysSeen]]:
        """The keys by their hashes."""
        pieces = by_hash(kept.frames, parts)
        return KeysSeen([]), {number: KeysSeen(frames) for number, frames in pieces.items()}

    def settle(self, kept: KeysSeen) -> KeysSeen:
        """The different ones among them."""
        return KeysSeen([self._stacked(kept).unique()])

    def leave(self, kept: KeysSeen) -> KeysSeen:
        """That there are too many."""
        del kept
        return KeysSeen([], too_many=True)

    def conclude(self, kept: KeysSeen) -> Keys:
        """The keys: one that several blocks have stands as often."""
        return Keys(self.columns, self._stacked(kept), kept.too_many)

    def _stacked(self, kept: KeysSeen) -> pl.DataFrame:
        schema = {str(i): self.columns.schema[name] for i, name in enumerate(self.names)}
        return stacked([pl.DataFrame(schema=schema), *kept.frames], schema)


def by_hash(
    frames: Sequence[pl.DataFrame], parts: int, names: Sequence[str] = ()
) -> dict[int, list[pl.DataFrame]]:
    """The rows of frames in parts by the hash of these columns, or of all: equal ones together."""
    found: dict[int, list[pl.DataFrame]] = {}
    for frame in frames:
        about = frame.select(names) if names else frame
        numbers = about.hash_rows() % parts
        for number in numbers.unique():
            found.setdefault(number, []).append(frame.filter(numbers == number))
    return found


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key, a unique key or a field whose values are unique, as `code` says.

    `parts` are its fields, none where the table has not all of them. `has_nulls`: rows with a null
    count too.
    """

    code: str
    names: tuple[str, ...]
    parts: tuple[KeyPart, ...]
    has_nulls: bool = False

    @property
    def is_there(self) -> bool:
        """Whether the table has its fields."""
        return bool(self.parts)

    @property
    def label(self) -> str:
        """Its fields."""
        return ", ".join(self.names)

    @property
    def check(self) -> str:
        """What the ledger calls it."""
        return {
            "primary-key": f"primary key ({self.label}): unique",
            "unique-key": f"unique key ({self.label})",
            "unique": f"{self.label}: unique",
        }[self.code]

    def values(self, block: Block) -> pl.DataFrame:
        """The keys of a block's rows."""
        keys = key_frame(block.frame, self.parts)
        return keys if self.has_nulls else without_nulls(keys)

    def placed_values(self, block: Block) -> pl.DataFrame:
        """The same keys, and the places of their rows."""
        keys = key_frame(block.frame, self.parts)
        shown = [
            block.frame.get_column(part.name).cast(pl.String).alias(f"shown{index}")
            for index, part in enumerate(self.parts)
            if part.way == "meaning"
        ]
        rows = keys.hstack(shown).hstack(block.places())
        return rows if self.has_nulls else rows.drop_nulls(keys.columns)
