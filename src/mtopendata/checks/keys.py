"""Primary and unique keys: by 8 bytes of hash a row, and an exact look at what has equal ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from mtopendata.checks.key_hashes import Hashed, both_hashes, hashes_of, in_range, repeated_in
from mtopendata.checks.key_second_look import ExactKeys, KeysApart
from mtopendata.checks.key_values import Key, KeyPart, compared_as
from mtopendata.checks.kind import Kind, Known
from mtopendata.ledger.outcome import Found, Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import NO_FAILURES, Again, Failures, failures
from mtopendata.reading.tables import Block, Columns, Place, Table
from mtopendata.reading.whole_tables import concluded
from mtopendata.values.cells import cell_text


def keys_of(columns: Columns) -> list[Key]:
    """The keys of a table: its primary key, if the data have it, the unique ones, and fields."""
    schema = columns.resource.schema
    if schema is None:
        return []
    found = []
    if schema.primary_key and columns.has(schema.primary_key):
        found.append(key_of(columns, "primary-key", schema.primary_key))
    found += [key_of(columns, "unique-key", names) for names in schema.unique_keys]
    found += [
        key_of(columns, "unique", (item.name,))
        for item in columns.fields()
        if item.constraints.get("unique")
    ]
    return found


def primary_key_faults(table: Table) -> Found:
    """What is found of a table's primary key, if it has one."""
    keys = [key for key in keys_of(table) if key.code == "primary-key"]
    found: Found = concluded(KeyFold(table, keys, 1), table) if keys else ()
    return found


def key_of(columns: Columns, code: str, names: Sequence[str]) -> Key:
    """A key of these fields."""
    if not columns.has(names):
        return Key(code, tuple(names), ())
    items = ((name, columns.field(name)) for name in names)
    parts = (
        KeyPart(name, compared_as((item, columns.schema[name])) or "it is", item)
        for name, item in items
    )
    return Key(code, tuple(names), tuple(parts))


class KeyFold:
    """The keys of a table."""

    def __init__(self, columns: Columns, keys: Sequence[Key], limit: int) -> None:
        self.table = columns
        self.keys = keys
        self.limit = limit
        self.tested = [key for key in keys if key.is_there]

    def see(self, block: Block) -> Hashed:
        """Hash a block's keys."""
        hashes = [hashes_of(key, block) for key in self.tested]
        return Hashed(
            block.frame.height,
            tuple(map(len, hashes)),
            tuple({block.number: series} for series in hashes),
            self._incomplete(block),
        )

    def _incomplete(self, block: Block) -> Failures:
        """The rows without a part of the primary key. Cells that did not parse are reported
        already.
        """
        primary = [key for key in self.tested if key.code == "primary-key"]
        missing = pl.Series([], dtype=pl.UInt32)
        for name in (name for key in primary for name in key.names):
            column = block.frame.get_column(name)
            if column.has_nulls():
                lost = column.is_null() & ~block.is_unread([name])
                missing = pl.concat([missing, lost.arg_true()]).unique().sort()
        return failures(block, missing, self.limit)

    def merge(self, one: Hashed, other: Hashed) -> Hashed:
        """What is kept of both."""
        return Hashed(
            one.rows + other.rows,
            tuple(a + b for a, b in zip(one.counts, other.counts, strict=True)),
            tuple(both_hashes(a, b) for a, b in zip(one.hashes, other.hashes, strict=True)),
            one.incomplete.plus(other.incomplete, self.limit),
            are_left=one.are_left or other.are_left,
        )

    def divide(self, kept: Hashed, parts: int) -> tuple[Hashed, dict[int, Hashed]]:
        """The hashes in ranges of equal size, apart from the rest."""
        none = tuple(0 for _ in kept.counts)
        pieces = {}
        for number in range(parts):
            hashes = tuple(in_range(of_key, number, parts) for of_key in kept.hashes)
            if any(hashes):
                pieces[number] = Hashed(0, none, hashes, NO_FAILURES)
        return replace(kept, hashes=tuple({} for _ in none)), pieces

    def settle(self, kept: Hashed) -> Hashed:
        """The hashes that occur more than once: the others have done their part."""
        hashes = tuple(repeated_in(of_key, kept.single) for of_key in kept.hashes)
        return replace(kept, hashes=hashes)

    def leave(self, kept: Hashed) -> Hashed:
        """That there are too many."""
        return replace(kept, hashes=tuple({} for _ in kept.hashes), are_left=True)

    def resume(self, kept: Hashed, blocks: frozenset[int]) -> Hashed:
        """What is kept, where no hash stands twice in the blocks of these numbers."""
        return replace(kept, single=blocks)

    def conclude(self, kept: Hashed) -> Found | Again:
        """What is found; where hashes are equal, the rows that have them are looked at again."""
        if kept.are_left:
            return Again(KeysApart(self.tested, self.leave(kept), self.outcomes, self.limit))
        kept = self.settle(kept)
        blocks = {number for hashes in kept.hashes for number in hashes}
        if not blocks:
            return list(self.outcomes(kept, [NO_FAILURES] * len(self.tested)))
        return Again(ExactKeys(self.tested, kept, self.outcomes, self.limit), blocks)

    def outcomes(self, kept: Hashed, repeated: Sequence[Failures]) -> Iterator[Item]:
        """The rows of the ledger."""
        parts = zip(kept.counts, repeated, strict=True)
        resource = self.table.resource.name
        for key in self.keys:
            if not key.is_there:
                yield untested("unique-key", key.check, resource)
                continue
            if key.code == "primary-key":
                yield self._complete(key, kept)
            count, rows = next(parts)
            yield Outcome(
                "constraint" if key.code == "unique" else key.code,
                key.check,
                resource,
                count,
                rows.listed,
                partial(_stands_twice, self.table, key),
                failures=rows.count,
            )

    def _complete(self, key: Key, kept: Hashed) -> Outcome:
        """No cell of a primary key may be missing."""
        message = f"a part of the primary key ({key.label}) is missing"

        def say(found: tuple[Place]) -> Finding:
            what = message, "fill it in"
            return self.table.finding_at("primary-key", found[0], None, None, *what)

        return Outcome(
            "primary-key",
            f"primary key ({key.label}): complete",
            self.table.resource.name,
            kept.rows,
            kept.incomplete.listed,
            say,
            failures=kept.incomplete.count,
        )


def _stands_twice(table: Columns, key: Key, found: tuple[Any, ...]) -> Finding:
    place, part, line, *values = found
    is_single = len(key.names) == 1
    first = f"row {line}" if part == place.part else f"row {line} of {table.path(part)}"
    return table.finding_at(
        key.code,
        place,
        key.names[0] if is_single else None,
        cell_text(values[0]) if is_single else None,
        f"{first} has ({key.label}) = ({', '.join(map(cell_text, values))}) already",
        "delete one of the two rows, or correct its key",
    )


def _key_fold(columns: Columns, known: Known) -> KeyFold | None:
    keys = keys_of(columns)
    return KeyFold(columns, keys, known.limit) if keys else None


KIND = Kind(20, of_table=_key_fold)
