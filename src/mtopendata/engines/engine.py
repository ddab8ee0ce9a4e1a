"""What an engine says of itself. Each module of this folder that is one has it as ENGINE, and the
table of all is made from the modules: to add an engine is to add a file.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cache

from mtopendata.reading.options import Engine as Puts
from mtopendata.reading.options import Options
from mtopendata.values.alternatives import entries
from mtopendata.values.errors import MtopendataError


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine, as users name it. `order` is its place in lists, the first is the default.

    `started` makes it ready while somebody needs it: at an address, or at the one that it takes
    where that is None. What it gives is who puts checks to blocks; None: who does so anyway.
    MtopendataError: it cannot be had, and while it is used, that it has failed.
    """

    name: str
    order: int
    started: Callable[[str | None], AbstractContextManager[Puts | None]]
    takes_address: bool = False


@cache
def engines() -> Mapping[str, Engine]:
    """Every engine by its name."""
    found = sorted(entries("mtopendata.engines", "ENGINE"), key=lambda engine: engine.order)
    return {engine.name: engine for engine in found}


@contextmanager
def with_engine(options: Options, name: str, remote: str | None) -> Iterator[Options]:
    """The options with an engine that is ready meanwhile; `local` leaves them as they are.

    MtopendataError: there is no such engine, it takes no address, it cannot be had, or it fails.
    """
    known = engines()
    engine = known.get(name)
    if engine is None:
        raise MtopendataError("engine", f"there is none called {name!r}", f"take {_or(known)}")
    if remote is not None and not engine.takes_address:
        raise MtopendataError(
            "remote", f"the engine {engine.name} has no address", "name the engine spark, or none"
        )
    with engine.started(remote) as puts:
        yield options if puts is None else replace(options, engine=puts)


def _or(names: Mapping[str, Engine]) -> str:
    return " or ".join(names)
