"""The files that a first descriptor is to be of, and the folder where it will lie."""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

from mtopendata.package.files import safe_path
from mtopendata.package.instead import require_file
from mtopendata.package.model import DESCRIPTOR, DESCRIPTORS
from mtopendata.package.where import local_place
from mtopendata.values.errors import MtopendataError

_TABLES = (".csv", ".tsv", ".tab")
_COMPRESSED = (".gz", ".bz2", ".xz", ".zip")
_MANY = 10_000
"""Entries of a folder that are looked at."""


def tables_in(folder: Path) -> list[Path]:
    """The tables in and below a folder, but for what is hidden. MtopendataError: there is none."""
    found = sorted(file for file in islice(_files_below(folder), _MANY) if is_table(file.name))
    if not found:
        todo = "name the files that hold the tables"
        raise MtopendataError(str(folder), f"has no table ({', '.join(_TABLES)})", todo)
    return found


def _files_below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def is_table(name: str) -> bool:
    """Whether a file is a table by its name."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in _TABLES


def chosen_files(names: Sequence[str | Path]) -> list[Path]:
    """The files that are named, and the tables in folders that are. MtopendataError: one is not
    there, or is no file.
    """
    found: dict[Path, None] = {}
    for name in names or (".",):
        place = local_place(name)
        if place.is_dir():
            found |= dict.fromkeys(tables_in(place))
        else:
            require_file(place, "name a file that holds a table, or a folder of such")
            found[place] = None
    return list(found)


def folder_of(files: Sequence[Path], out: str | Path | None, names: Sequence[str | Path]) -> Path:
    """Where the descriptor will lie: `out`, else the one folder that is named, else the one that
    has all files. MtopendataError: a descriptor is there, or `out` is no folder.
    """
    if out is not None:
        folder = local_place(out)
        if not folder.is_dir():
            raise MtopendataError(str(folder), "is no folder", "make it, or name another")
    else:
        places = [Path(name) for name in names or (".",)]
        if len(places) == 1 and places[0].is_dir():
            folder = places[0]
        else:
            folder = Path(os.path.relpath(os.path.commonpath([f.absolute().parent for f in files])))
    for name in DESCRIPTORS:
        if os.path.lexists(folder / name):
            todo = "edit it, or move it away first: nothing is overwritten"
            raise MtopendataError(str(folder / name), "is there already", todo)
    return folder


def path_in(folder: Path, file: Path) -> str:
    """The path of a file as a descriptor in the folder names it. MtopendataError: it is outside of
    the folder, or cannot be read.
    """
    path = Path(os.path.relpath(file.absolute(), folder.absolute())).as_posix()
    found, _, message = safe_path(folder, path)
    if found is None:
        todo = f"put the files into the folder of {DESCRIPTOR}, or below it"
        raise MtopendataError(str(file), message, todo)
    return path


def slug(text: str) -> str:
    """A text as a name of Data Package 1: small letters, digits, `-`, `_` and `.`."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._") or "data"


def table_name(path: str, taken: Sequence[str]) -> str:
    """The name of a resource, which is none of those that are taken."""
    return free_name(PurePosixPath(path).name.lstrip(".").partition(".")[0], taken)


def free_name(text: str, taken: Sequence[str]) -> str:
    """The name of a resource from a text, which is none of those that are taken."""
    name = slug(text)
    number = 2
    while name in taken:
        name = f"{slug(text)}-{number}"
        number += 1
    return name
