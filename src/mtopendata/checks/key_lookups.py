"""A foreign key's values compared with those of the key that it refers to, and looked up there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from mtopendata.checks.key_values import KeyPart, Keys, compared_as, key_frame
from mtopendata.checks.looked_up import LookedUp
from mtopendata.package.model import ForeignKey
from mtopendata.reading.block_source import BlockSource
from mtopendata.reading.folds import Failures, failures
from mtopendata.reading.tables import Block, Columns


@dataclass(frozen=True, slots=True)
class ComparedKeys:
    """How a foreign key's values are compared with the others: `here` and `there` are the parts of
    both, and `mixed` says of which fields no value can equal one of the other's. `required` are the
    fields that may not be null.
    """

    key: ForeignKey
    here: Sequence[KeyPart]
    there: Sequence[KeyPart]
    apart: Sequence[pl.DataType | None]
    required: Collection[str]
    mixed: str | None

    def keys_of(self, block: Block) -> pl.DataFrame:
        """The keys of a block's rows, in columns key0, key1, …"""
        return key_frame(block.frame, self.here)

    def others_of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The keys that are there, in a frame with the columns of `there`; nulls and all, in the
        same columns.
        """
        for part, dtype in zip(self.there, self.apart, strict=True):
            if dtype is not None:  # nulls alone can be equal
                frame = frame.filter(frame.get_column(part.name).is_null())
                frame = frame.with_columns(pl.lit(None, dtype).alias(part.name))
        return key_frame(frame, self.there)

    def without_known_faults(self, rows: pl.DataFrame, block: Block) -> pl.DataFrame:
        """Rows with keys but those with a cell that did not parse, or a missing one that the field
        requires: these have been reported for that. `row` has their indexes in the block.
        """
        indexes = rows.get_column("row")
        kept = ~block.is_unread(self.key.fields).gather(indexes)
        for index, name in enumerate(self.key.fields):
            if name in self.required:
                kept &= rows.get_column(f"key{index}").is_not_null()
        return rows.filter(kept)

    def listed(self, block: Block, indexes: pl.Series, limit: int) -> Failures:
        """The rows of a block with these ascending indexes as failures, with their keys."""
        first = block.frame[indexes.head(limit)]
        cells = zip(*(first.get_column(name) for name in self.key.fields), strict=True)
        found = failures(block, indexes, limit, cells)
        return Failures(found.count, tuple((place, *key) for place, key in found.listed))


def are_missing(keys: pl.DataFrame) -> pl.Series:
    """Which rows have no key: nothing of it is there."""
    return keys.select(pl.all_horizontal(pl.all().is_null())).to_series()


def compared(
    columns: Columns, key: ForeignKey, parent: Columns, names: Sequence[str]
) -> ComparedKeys:
    """How a foreign key of a table is compared. `names` are those of the parent's columns in the
    frames that the others come in.
    """
    here_parts: list[KeyPart] = []
    there_parts: list[KeyPart] = []
    apart: list[pl.DataType | None] = []
    mixed = None
    for name, here, other in zip(names, key.fields, key.reference, strict=True):
        types = columns.schema[here], parent.schema[other]
        items = columns.field(here), parent.field(other)
        way = compared_as(*zip(items, types, strict=True))
        dtype = None
        if way is None:
            mixed = mixed or f"{here!r} and {key.resource}'s {other!r} have different types"
            # Blocks may hold whole numbers where others have decimals: as texts they are alike.
            way = "digits" if types[0].is_numeric() else "it is"
            dtype = pl.String() if way == "digits" else types[0]
        apart.append(dtype)
        here_parts.append(KeyPart(here, way, items[0]))
        there_parts.append(KeyPart(name, way, items[1]))
    fields = columns.fields()
    required = {item.name for item in fields if item.constraints.get("required")}
    return ComparedKeys(key, here_parts, there_parts, apart, required, mixed)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A foreign key and the keys that there are, sorted by their `hashes`."""

    how: ComparedKeys
    there: pl.DataFrame
    hashes: pl.Series

    def see(self, block: Block, limit: int) -> LookedUp:
        """Which keys of a block are not there."""
        keys = self.how.keys_of(block)
        missing = are_missing(keys)
        tested = keys.height - int(missing.sum() or 0)
        lost = self._lost(keys.unique())
        if not lost.height:
            return LookedUp(tested)
        rows = keys.with_row_index("row").filter(~missing)
        rows = rows.join(lost, on=keys.columns, how="semi", nulls_equal=True, maintain_order="left")
        indexes = self.how.without_known_faults(rows, block).get_column("row")
        return LookedUp(tested, self.how.listed(block, indexes, limit))

    def _lost(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The different keys that are not there: equal hashes lead to a row that may be equal."""
        if not keys.height or not self.there.height:
            return keys
        hashes = keys.hash_rows()
        places = self.hashes.search_sorted(hashes).clip(upper_bound=len(self.hashes) - 1)
        there = self.there[places]
        same = pl.DataFrame(
            [keys[name].eq_missing(there[name]).alias(name) for name in keys.columns]
        ).select(pl.all_horizontal(pl.all()))
        left = keys.filter(~same.to_series())
        if not left.height:
            return left
        # Different keys may have equal hashes.
        return left.join(self.there, on=keys.columns, how="anti", nulls_equal=True)


@dataclass(frozen=True, slots=True)
class LookupElsewhere:
    """A foreign key whose parent, the `source`, has more keys than one machine is given."""

    how: ComparedKeys
    source: BlockSource

    def see(self, block: Block, limit: int) -> LookedUp:
        """The keys of a block, to be looked up."""
        keys = self.how.keys_of(block)
        rows = keys.with_row_index("row").filter(~are_missing(keys))
        wanted = self.how.without_known_faults(rows, block)
        different = wanted.group_by(keys.columns).agg(pl.len(), pl.col("row").head(limit))
        numbered = different.with_columns(pl.lit(block.number, pl.Int64).alias("block"))
        return LookedUp(rows.height, keys=(numbered,))

    def see_other(self, block: Block) -> LookedUp:
        """The keys that are there, in a block of the parent."""
        return LookedUp(there=(self.how.others_of(block.frame).unique(),))


def lookup(columns: Columns, key: ForeignKey, parent: Keys) -> Lookup | LookupElsewhere:
    """What a foreign key is looked up by, among the keys of its parent."""
    if parent.too_many and parent.source is not None:
        how = compared(columns, key, parent.columns, key.reference)
        return LookupElsewhere(how, parent.source)
    how = compared(columns, key, parent.columns, parent.frame.columns)
    keys = how.others_of(parent.frame)
    there, hashes = _sorted_by_hash(keys)
    if hashes.len() > 1 and (hashes == hashes.shift(1)).any():
        # Far cheaper to find than to find that all are different, which most are.
        there, hashes = _sorted_by_hash(keys.unique())
    return Lookup(how, there, hashes)


def _sorted_by_hash(keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Keys sorted by their hashes, and these."""
    hashes = keys.hash_rows() if keys.height else pl.Series([], dtype=pl.UInt64)
    order = hashes.arg_sort()
    return keys[order], hashes.gather(order)
