"""Foreign keys: each table's keys looked up among those of the table that it refers to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from mtopendata.checks.key_values import KeyPart, compared_as, key_frame
from mtopendata.checks.kind import Kind, Known
from mtopendata.ledger.outcome import Found, Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.model import DESCRIPTOR, ForeignKey, Package, Resource
from mtopendata.reading.folds import NO_FAILURES, Failures, failures
from mtopendata.reading.tables import Block, Columns
from mtopendata.values.cells import shown_cell


@dataclass(frozen=True, slots=True)
class LookedUp:
    """How many rows have a key, and which of these are not found."""

    tested: int
    lost: Failures


class ForeignKeyFold:
    """The foreign keys of a table, whose parents have been read."""

    def __init__(self, columns: Columns, keys: Sequence[ForeignKey], known: Known) -> None:
        self.table = columns
        self.keys = keys
        self.limit = known.limit
        required = {item.name for item in columns.fields() if item.constraints.get("required")}
        self.lookups: list[Lookup | None] = [
            lookup(columns, key, known, required) if columns.has(key.fields) else None
            for key in keys
        ]

    def see(self, block: Block) -> list[LookedUp]:
        """Look up a block's keys."""
        return [look.see(block, self.limit) for look in self.lookups if look is not None]

    def merge(self, one: list[LookedUp], other: list[LookedUp]) -> list[LookedUp]:
        """Add up."""
        return [
            LookedUp(a.tested + b.tested, a.lost.plus(b.lost, self.limit))
            for a, b in zip(one, other, strict=True)
        ]

    def conclude(self, kept: list[LookedUp]) -> Found:
        """An outcome for each foreign key."""
        return list(self._found(iter(kept)))

    def _found(self, kept: Iterator[LookedUp]) -> Iterator[Item]:
        resource = self.table.resource.name
        for key, look in zip(self.keys, self.lookups, strict=True):
            here, there = ", ".join(key.fields), ", ".join(key.reference)
            if not self.table.has(key.fields):
                yield untested("foreign-key", f"foreign key ({here}) -> {key.resource}", resource)
                continue
            if look is None:
                yield _no_parent(resource, key)
                continue
            seen = next(kept)
            yield Outcome(
                "foreign-key",
                f"foreign key ({here}) -> {key.resource} ({there})",
                resource,
                seen.tested,
                seen.lost.listed,
                partial(_not_there, self.table, key, look.mixed),
                failures=seen.lost.count,
            )


def _no_parent(resource: str, key: ForeignKey) -> Finding:
    here, there = ", ".join(key.fields), ", ".join(key.reference)
    return Finding(
        "foreign-key",
        "error",
        f"the foreign key ({here}) refers to {key.resource} ({there}), which is not there or "
        "could not be read",
        "correct the reference, or the table that it names",
        resource,
        DESCRIPTOR,
    )


def _not_there(
    table: Columns, key: ForeignKey, mixed: str | None, found: tuple[Any, ...]
) -> Finding:
    place, *values = found
    here, there = ", ".join(key.fields), ", ".join(key.reference)
    shown = [shown_cell(value) for value in values]
    field, cell = (key.fields[0], shown[0]) if len(values) == 1 else (None, None)
    message = f"({here}) = ({', '.join(shown)}) is not in {key.resource} ({there})"
    hint = (
        f"{mixed}: a text never equals a number, nor a time with a zone one without; give both "
        "fields the same type"
        if mixed
        else f"correct it, or add it to {key.resource}"
    )
    return table.finding_at("foreign-key", place, field, cell, message, hint)


# Looking up


@dataclass(frozen=True, slots=True)
class Lookup:
    """A foreign key and the keys that there are, sorted by their `hashes`. `mixed` says of which
    fields no value can equal one of the other's.
    """

    key: ForeignKey
    parts: Sequence[KeyPart]
    there: pl.DataFrame
    hashes: pl.Series
    required: Collection[str]
    mixed: str | None

    def see(self, block: Block, limit: int) -> LookedUp:
        """Which keys of a block are not there."""
        keys = key_frame(block.frame, self.parts)
        names = keys.columns
        missing = keys.select(pl.all_horizontal(pl.all().is_null())).to_series()
        tested = keys.height - int(missing.sum() or 0)
        different = keys.unique()
        lost = self._lost(different)
        if not lost.height:
            return LookedUp(tested, NO_FAILURES)
        rows = keys.with_row_index("row").filter(~missing)
        rows = rows.join(lost, on=names, how="semi", nulls_equal=True, maintain_order="left")
        rows = self._without_known_faults(rows, block)
        indexes = rows.get_column("row")
        first = block.frame[indexes.head(limit)]
        shown = [first.get_column(name) for name in self.key.fields]
        cells = zip(*shown, strict=True)
        found = failures(block, indexes, limit, cells)
        return LookedUp(tested, Failures(found.count, tuple((p, *c) for p, c in found.listed)))

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

    def _without_known_faults(self, lost: pl.DataFrame, block: Block) -> pl.DataFrame:
        """The rows but those with a cell that did not parse, or a missing one that the field
        requires: these have been reported for that.
        """
        rows = lost.get_column("row")
        kept = ~block.is_unread(self.key.fields).gather(rows)
        for index, name in enumerate(self.key.fields):
            if name in self.required:
                kept &= lost.get_column(f"key{index}").is_not_null()
        return lost.filter(kept)


def lookup(
    columns: Columns, key: ForeignKey, known: Known, required: Collection[str]
) -> Lookup | None:
    """What a foreign key is looked up in; None where there is no such table or field."""
    parent = known.keys.get((key.resource, key.reference))
    if parent is None:
        return None
    here_parts: list[KeyPart] = []
    there_parts: list[KeyPart] = []
    mixed = None
    there = parent.frame
    for index, (here, other) in enumerate(zip(key.fields, key.reference, strict=True)):
        types = columns.schema[here], parent.columns.schema[other]
        items = columns.field(here), parent.columns.field(other)
        way = compared_as(*zip(items, types, strict=True))
        if way is None:
            mixed = mixed or f"{here!r} and {key.resource}'s {other!r} have different types"
            # Nulls alone can be equal.
            there = there.filter(there.to_series(index).is_null())
            there = there.with_columns(pl.lit(None, types[0]).alias(str(index)))
        here_parts.append(KeyPart(here, way or "it is", items[0]))
        there_parts.append(KeyPart(str(index), way or "it is", items[1]))
    keys = key_frame(there, there_parts).unique()
    hashes = keys.hash_rows() if keys.height else pl.Series([], dtype=pl.UInt64)
    order = hashes.arg_sort()
    return Lookup(key, here_parts, keys[order], hashes.gather(order), required, mixed)


def referenced(package: Package, name: str) -> list[tuple[str, ...]]:
    """The keys of a table that foreign keys refer to."""
    found: dict[tuple[str, ...], None] = {}
    for resource in package.resources:
        for key in resource.schema.foreign_keys if resource.schema else ():
            if key.resource == name:
                found[key.reference] = None
    return list(found)


def _is_ready(resource: Resource, known: Known) -> bool:
    """Whether all tables were read that a table refers to."""
    keys = resource.schema.foreign_keys if resource.schema else ()
    return all(
        key.resource in known.read or known.package.resource(key.resource) is None for key in keys
    )


def _foreign_keys_fold(columns: Columns, known: Known) -> ForeignKeyFold | None:
    schema = columns.resource.schema
    if schema is None or not schema.foreign_keys:
        return None
    return ForeignKeyFold(columns, schema.foreign_keys, known)


KIND = Kind(40, across=_foreign_keys_fold, is_ready=_is_ready)
