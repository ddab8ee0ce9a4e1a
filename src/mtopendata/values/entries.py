"""A folder of alternatives as one table: what each of its modules bears under a common name."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def entries(folder: str, path: Iterable[str], name: str) -> Iterator[Any]:
    """The value called `name` of each module that has one, in the folder whose dotted name and
    `__path__` these are.
    """
    for item in iter_modules(path):
        module = import_module(f"{folder}.{item.name}")
        if hasattr(module, name):
            yield getattr(module, name)
