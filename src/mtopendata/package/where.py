"""Where the package to work on is, as a person says it."""

import os
import re
from pathlib import Path

from mtopendata.package.instead import no_descriptor
from mtopendata.package.model import descriptor_in
from mtopendata.values.errors import MtopendataError

_INSIDE = Path(__file__).parents[1] / "data"
RELEASED = _INSIDE if _INSIDE.is_dir() else Path(__file__).parents[3]
"""The folder of the package that this program was released with: a wheel has it inside."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/|doi:|[\w.-]+@[\w.-]+:", re.IGNORECASE)
"""An address, also after `Path` made one slash of two, which a drive such as C:/ is not."""
_REPOSITORY = re.compile(r"git(\+[a-z]+)?:|ssh:|[\w.-]+@|.*\.git/?$", re.IGNORECASE)


def find_package(name: str | Path | None) -> Path:
    """Where the package lies that is named, or ./datapackage.json where none is.

    MtopendataError: there is none here, or the name is empty or an address on the network.
    """
    if name is not None:
        return local_place(name)
    here = descriptor_in(Path())
    if here.exists() or here.is_symlink():
        return Path() if here.is_dir() else here
    folder = Path.cwd()
    error = no_descriptor(folder, str(folder))
    todo = f"{error.todo}; or take --released, the package that this program carries"
    raise MtopendataError(error.where, error.what, todo)


def local_place(name: str | Path) -> Path:
    """The place that a name means. MtopendataError: it is empty, or an address on the network."""
    text = str(name)
    if not text:
        raise MtopendataError("''", "the name is empty", "name a file or a folder")
    if text.lower().startswith("file:/"):
        raise MtopendataError(text, "is an address", "name the file by its path, without file:")
    if _ADDRESS.match(text) and not os.path.lexists(text):
        todo = "clone it" if _REPOSITORY.match(text) else "download it"
        raise MtopendataError(
            text,
            "is an address on the network, which is never fetched",
            f"{todo}, and name what you then have",
        )
    return Path(name)
