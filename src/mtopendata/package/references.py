"""What a descriptor refers to by a path: a file of the package, or the object in it."""

from pathlib import Path
from typing import Any

from mtopendata.package.copies import is_address, local_copy
from mtopendata.package.descriptor_files import read_object
from mtopendata.package.files import safe_path
from mtopendata.package.json_files import Json
from mtopendata.package.place import Place
from mtopendata.values.errors import MtopendataError

_HINTS = {
    "remote": "download it into the package and give its path",
    "unsafe-path": "give a path below the folder of the descriptor",
    "missing-file": "add the file or correct the path",
    "unreadable": "check that it is a file that you may read",
}


def named_file(path: str, place: Place) -> Path | None:
    """The file that a path means; None and a fault where there is none, or none that is safe."""
    file, code, message = safe_path(place.folder, path)
    if file is None:
        place.fault(code, message, _HINTS[code], path=path)
    return file


def inline_or_named(value: Any, place: Place, level: str) -> Json | None:
    """`value` itself, or the object in the file of the package that it names; what it names by an
    address is read from a local copy, if there is one. `level` is the key of PROPERTIES that tells
    its properties.
    """
    if not isinstance(value, str):
        return value if isinstance(value, dict) else None
    if is_address(value):
        file, shown = _copy_of(value, place)
    else:
        file, shown = named_file(value, place), value
    if file is None:
        return None
    try:
        return read_object(file, shown, level, place.found)
    except MtopendataError as error:
        place.fault("unreadable", error.what, error.todo, path=shown)
        return None


def _copy_of(address: str, place: Place) -> tuple[Path | None, str]:
    """The local copy of what stands at an address, and what messages call it."""
    file = local_copy(address, place.copies)
    if file is None:
        place.fault_once(
            "remote",
            f"{address!r} is an address on the network, which is never fetched",
            f"give a copy of it by --schema {address}=FILE, or keep one in the package",
        )
    return file, str(file)
