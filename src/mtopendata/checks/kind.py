"""What a kind of check says of itself. Each module of this folder that tests something has one, as
KIND, and the table of all is made from the modules: to add a check is to add a file.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mtopendata.ledger.outcome import Found
from mtopendata.reading.packages import ReadPackage
from mtopendata.values.alternatives import entries


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of check. `order` is its place in the ledger.

    It has one of three tests: of a resource's files, of a table by itself, or of the whole package.
    `needs` names tables whose primary keys must hold, since a row that stands twice would count
    twice; where one does not, `gated` says what was not tested.
    """

    order: int
    of_resource: Callable[[Any], Found] | None = None
    of_table: Callable[[Any], Found] | None = None
    of_package: Callable[[ReadPackage], Found] | None = None
    needs: Collection[str] = ()
    gated: Callable[[ReadPackage], Found] = field(default=lambda _: ())


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind of check, in the order of the ledger."""
    found = entries("mtopendata.checks", "KIND")
    return tuple(sorted(found, key=lambda kind: kind.order))
