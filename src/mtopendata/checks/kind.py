"""What a kind of check says of itself. Each module of this folder that tests something has one, as
KIND, and the table of all is made from the modules: to add a check is to add a file.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from mtopendata.checks.key_values import Keys
from mtopendata.ledger.outcome import Found
from mtopendata.package.model import Package, Resource
from mtopendata.reading.folds import Fold
from mtopendata.reading.tables import Columns, Table
from mtopendata.values.alternatives import entries

Some = TypeVar("Some")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a table is tested.

    `tables` are those of which all rows are kept, and which were read before, as the tables that a
    foreign key refers to: `keys` has their keys by resource and fields, and `columns` the columns
    of all tables that could be; `read` has the names of all that it was tried with. `folds` are
    those that others ask too, by name, each with the columns that it was made for. `limit`:
    findings listed per check.
    """

    package: Package
    limit: int
    tables: dict[str, Table] = field(default_factory=dict)
    columns: dict[str, Columns] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    keys: dict[tuple[str, tuple[str, ...]], Keys] = field(default_factory=dict)
    folds: dict[str, tuple[Columns, Any]] = field(default_factory=dict)

    def once(self, name: str, columns: Columns, make: Callable[[], Some]) -> Some:
        """What is made for these columns, by the name that all call it by."""
        made: tuple[Columns, Some] | None = self.folds.get(name)
        if made is None or made[0] is not columns:
            made = self.folds[name] = columns, make()
        return made[1]

    def with_columns(self, columns: Columns) -> Mapping[str, Columns]:
        """What is known of the tables kept, and of one that is about to be read."""
        return {**self.tables, columns.resource.name: columns}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of check. `order` is its place in the ledger.

    It has one of four tests. That of a resource's files finds something at once; so does that of
    the package, once all tables are read. The others make a fold that is put to the blocks of a
    table and concludes what is found; or None where the table is none of theirs. `of_table` tests a
    table by itself, `across` what tables say of each other, which is told behind all tables.

    `keeps` names tables of which all rows are kept, to be known before others are read. `needs`
    names tables whose primary keys must hold, since a row that stands twice would count twice;
    where one does not, `gated` says what was not tested. Of a test across tables `is_ready` says
    whether all has been read that it needs: else the table is read a second time for it.
    """

    order: int
    of_resource: Callable[[Resource], Found] | None = None
    of_table: Callable[[Columns, Known], Fold | None] | None = None
    across: Callable[[Columns, Known], Fold | None] | None = None
    of_package: Callable[[Known], Found] | None = None
    keeps: Collection[str] = ()
    needs: Collection[str] = ()
    gated: Callable[[Known], Found] = field(default=lambda _: ())
    is_ready: Callable[[Resource, Known], bool] = field(default=lambda _, __: True)


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind of check, in the order of the ledger."""
    found = entries("mtopendata.checks", "KIND")
    return tuple(sorted(found, key=lambda kind: kind.order))
