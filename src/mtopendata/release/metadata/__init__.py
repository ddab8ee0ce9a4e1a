"""Descriptor → the metadata that catalogues, citation managers and archives read.

Each module here writes one file of the archive from the release alone, so that no text can drift
from the descriptor. It has the file, as STANDARD, and the table of all is made from the modules: to
add a standard is to add a file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mtopendata.release.model import Release
from mtopendata.release.terms.required import LackingError
from mtopendata.values.alternatives import entries


@dataclass(frozen=True, slots=True)
class Standard:
    """A file of the archive: its name, what it is for, and what writes it. LackingError: the
    descriptor has not what the standard requires, so that the file is left out.
    """

    file: str
    purpose: str
    write: Callable[[Release], str]


@cache
def standards() -> tuple[Standard, ...]:
    """Every standard, by the names of their files."""
    return tuple(sorted(entries(__name__, "STANDARD"), key=lambda standard: standard.file))


def write_metadata(release: Release) -> tuple[dict[str, bytes], list[str]]:
    """The metadata files by name, and a sentence for each that is left out.

    A file of the package's own that has one of these names takes precedence.
    """
    own = {stored.path.casefold() for stored in release.files}
    written: dict[str, bytes] = {}
    notes: list[str] = []
    for standard in standards():
        name = standard.file
        if name.casefold() in own:
            notes.append(f"{name} is the package's own file and is not generated")
            continue
        try:
            written[name] = standard.write(release).encode()
        except LackingError as lacking:
            notes.append(f"{name} is left out: {lacking}")
    return written, notes
