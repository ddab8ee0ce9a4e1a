"""The one file in a zip, for resources that are compressed so.

Its name is compared and shown, and never used as a path.
"""

import zipfile
from pathlib import Path

from mtopendata.package.files import DAMAGE

SHOWN = 5
"""Names of files that a message lists."""


class ZippedError(Exception):
    """A zip that does not give the one file. The message says why, and `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def only_member(archive: zipfile.ZipFile, inner: str) -> zipfile.ZipInfo:
    """The only file of an archive, or the one called `inner`, if that is not empty.

    ZippedError: there is none, or several, or it is encrypted.
    """
    members = [item for item in archive.infolist() if not (item.is_dir() or _is_by_macos(item))]
    wanted = [item for item in members if inner in ("", item.filename)]
    if len(wanted) != 1:
        names = [repr(item.filename) for item in members]
        more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
        listed = f"{', '.join(names[:SHOWN])}{more}" if names else "no file"
        if inner:
            twice = f"{len(wanted)} files of the name" if wanted else "no file"
            message = f"it has {twice} {inner!r}: it has {listed}"
            raise ZippedError(message, "correct 'innerpath'")
        message = f"it has {listed}, where a resource is one file in a zip"
        hint = "put each file into a zip of its own, or name the one that is meant by 'innerpath'"
        raise ZippedError(message, hint if names else "put the file into it")
    [member] = wanted
    if member.flag_bits & 1:
        raise ZippedError("it is encrypted", "store it without a password")
    return member


def inner_name(file: Path, inner: str) -> str:
    """The name of the one file in the zip `file`; empty where that is not to be had."""
    try:
        with zipfile.ZipFile(file) as archive:
            return only_member(archive, inner).filename
    except (*DAMAGE, ZippedError, OSError):
        return ""


def _is_by_macos(member: zipfile.ZipInfo) -> bool:
    """Whether the Finder has put it there, for itself."""
    name = member.filename
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] == ".DS_Store"
