"""A folder of alternatives has one table, made from its modules: to add one is to add a file."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def entries(folder: str, name: str) -> Iterator[Any]:
    """What the modules of the package `folder` have as `name`, in the order of the modules' names;
    a module without it is none of the alternatives.
    """
    for module in iter_modules(import_module(folder).__path__, f"{folder}."):
        entry = getattr(import_module(module.name), name, None)
        if entry is not None:
            yield entry
