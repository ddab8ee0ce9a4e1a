"""A folder of alternatives as one table: what each of its modules bears under a common name."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def entries(folder: str, path: Iterable[str], name: str) -> Iterator[Any]:
    """The value called `name` of each module in a folder, whose dotted name and `__path__` these
    are. AttributeError: a module has none.
    """
    for module in iter_modules(path):
        yield getattr(import_module(f"{folder}.{module.name}"), name)
