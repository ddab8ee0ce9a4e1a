"""The files of a release, as the page among them lists them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtopendata.package.checksums import sha256
from mtopendata.release.formats import Format, formats
from mtopendata.release.model import Release
from mtopendata.release.terms.files import path_address


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a release: what it is, its size in bytes, and its SHA-256."""

    name: str
    purpose: str
    bytes: int
    sha256: str

    @property
    def address(self) -> str:
        """Where it lies, from the page."""
        return path_address(self.name)


def listed_formats() -> list[Format]:
    """The formats that a page lists: not its own, and none that is written on demand only."""
    return [item for item in formats() if not item.lists_others and item.option is None]


def downloads(release: Release, folder: Path) -> Iterator[Download]:
    """The files that lie in the release's folder, in the order in which they are written."""
    for item in listed_formats():
        for name in item.files(release):
            file = folder / name
            yield Download(name, item.purpose, file.stat().st_size, sha256([file]))
