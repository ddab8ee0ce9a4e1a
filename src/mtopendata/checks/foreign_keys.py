"""Foreign keys: each table's keys looked up among those of the table that it refers to."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from mtopendata.checks.key_lookups import Lookup, LookupElsewhere, lookup
from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.looked_up import LookedUp
from mtopendata.ledger.outcome import Found, Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.model import DESCRIPTOR, ForeignKey, Package, Resource
from mtopendata.reading.folds import Again, Failures
from mtopendata.reading.tables import Block, Columns
from mtopendata.values.cells import shown_cell


class ForeignKeyFold:
    """The foreign keys of a table, whose parents have been read."""

    def __init__(self, columns: Columns, keys: Sequence[ForeignKey], known: Known) -> None:
        self.table = columns
        self.keys = keys
        self.limit = known.limit
        self.lookups = [
            _lookup_in(columns, key, known) if columns.has(key.fields) else None for key in keys
        ]
        self.asked = [look for look in self.lookups if look is not None]
        sources = {
            look.how.key.resource: look.source
            for look in self.asked
            if isinstance(look, LookupElsewhere)
        }
        self.others = [(source, _ParentFold(self, name)) for name, source in sources.items()]

    def see(self, block: Block) -> list[LookedUp]:
        """Look up a block's keys."""
        return [look.see(block, self.limit) for look in self.asked]

    def merge(self, one: list[LookedUp], other: list[LookedUp]) -> list[LookedUp]:
        """Add up."""
        return [a.plus(b, self.limit) for a, b in zip(one, other, strict=True)]

    def divide(
        self, kept: list[LookedUp], parts: int
    ) -> tuple[list[LookedUp], dict[int, list[LookedUp]]]:
        """The keys that are looked up elsewhere, apart from the rest."""
        divided = [seen.divided(parts) for seen in kept]
        numbers = {number for _, pieces in divided for number in pieces}
        return [rest for rest, _ in divided], {
            number: [pieces.get(number, LookedUp()) for _, pieces in divided] for number in numbers
        }

    def settle(self, kept: list[LookedUp]) -> list[LookedUp]:
        """Which keys are not there."""
        return [seen.settled(self.limit) for seen in kept]

    def conclude(self, kept: list[LookedUp]) -> Found | Again:
        """An outcome for each foreign key. Rows that are still to be listed are looked at again."""
        kept = self.settle(kept)
        blocks = {number for seen in kept for number in seen.blocks}
        return Again(_LostRows(self, kept), blocks) if blocks else self.outcomes(kept)

    def outcomes(self, kept: Sequence[LookedUp]) -> Found:
        """The rows of the ledger."""
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
                partial(_not_there, self.table, key, look.how.mixed),
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


def _lookup_in(columns: Columns, key: ForeignKey, known: Known) -> Lookup | LookupElsewhere | None:
    """What a foreign key is looked up in; None where there is no such table or field."""
    parent = known.keys.get((key.resource, key.reference))
    if parent is None:
        return None
    return lookup(columns, key, parent)


class _ParentFold:
    """The keys of a parent, for all foreign keys of a table that are looked up there."""

    def __init__(self, child: ForeignKeyFold, name: str) -> None:
        self.child = child
        self.name = name

    def see(self, block: Block) -> list[LookedUp]:
        """The keys that are there."""
        return [
            look.see_other(block)
            if isinstance(look, LookupElsewhere) and look.how.key.resource == self.name
            else LookedUp()
            for look in self.child.asked
        ]

    def merge(self, one: list[LookedUp], other: list[LookedUp]) -> list[LookedUp]:
        """Those of both."""
        return self.child.merge(one, other)

    def conclude(self, kept: list[LookedUp]) -> list[LookedUp]:
        """Nothing by themselves."""
        return kept


class _LostRows:
    """The first rows whose keys are not there, looked at again to be told."""

    def __init__(self, fold: ForeignKeyFold, kept: Sequence[LookedUp]) -> None:
        self.fold = fold
        self.kept = kept

    def see(self, block: Block) -> list[Failures]:
        """Those of a block."""
        return [
            look.how.listed(block, seen.rows_of(block.number), self.fold.limit)
            for look, seen in zip(self.fold.asked, self.kept, strict=True)
        ]

    def merge(self, one: list[Failures], other: list[Failures]) -> list[Failures]:
        """Those of both."""
        return [a.plus(b, self.fold.limit) for a, b in zip(one, other, strict=True)]

    def conclude(self, kept: list[Failures]) -> Found:
        """An outcome for each foreign key."""
        pairs = zip(self.kept, kept, strict=True)
        return self.fold.outcomes([seen.listed_as(rows) for seen, rows in pairs])


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
