"""What a kind of check says of itself. Each module of this folder that tests something has one, as
KIND, and the table of all is made from the modules: to add a check is to add a file.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from mtopendata.ledger.outcome import Found
from mtopendata.reading.packages import ReadPackage


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
    return tuple(sorted(_kinds(), key=lambda kind: kind.order))


def _kinds() -> Iterator[Kind]:
    from mtopendata import checks

    for module in iter_modules(checks.__path__):
        kind = getattr(import_module(f"{checks.__name__}.{module.name}"), "KIND", None)
        if kind is not None:
            yield kind
