"""What was found, in the forms that its readers know.

There is a folder for each kind of result, and in it a file for each format: what `mtopendata
validate --format sarif` prints is made by validation/sarif.py. A format is there as soon as its
file is. It has one function `render`, from the result to a text, with a parameter `verbose` where
--verbose asks it for more. The modules beside the folders have what formats share.
"""

from importlib import import_module
from inspect import signature
from pathlib import Path
from pkgutil import iter_modules


def formats(kind: str) -> tuple[str, ...]:
    """The formats of a kind of result, text first; none of them is imported to know them."""
    names = (module.name for module in iter_modules([str(Path(__file__).with_name(kind))]))
    return tuple(sorted(names, key=lambda name: (name != "text", name)))


def render(kind: str, format_: str, result: object, *, verbose: bool = False) -> str:
    """A result of this kind in one of its formats."""
    format_render = import_module(f"{__name__}.{kind}.{format_}").render
    asked = {"verbose": verbose} if "verbose" in signature(format_render).parameters else {}
    return str(format_render(result, **asked))
