"""The formats of a release's files. Each module here has one, as FORMAT, with all that is to be
known of it, and the table of all is made from the modules: to add a format is to add a file.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from mtopendata.ledger.outcome import Outcome
from mtopendata.reading.options import Progress
from mtopendata.release.model import Release, file_name
from mtopendata.release.storage import unique_names
from mtopendata.values.alternatives import entries


@dataclass(frozen=True)
class Plan:
    """What writing a file and reading it back share, worked out once. `notes` has a sentence for
    each thing that the file leaves out.
    """

    release: Release
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackageLayout:
    """Where the package lies in a file that holds it whole, once that is unpacked.

    A folder is laid out so where it has the files `marks`; the package is at `package` in it.
    `in_folder`: the file holds that folder, and nothing beside it. `check` tests what such a folder
    says of itself, and `code` is that of a finding about a file that is laid out otherwise.
    """

    marks: tuple[str, ...]
    code: str
    package: str = "."
    in_folder: bool = False
    check: Callable[[Path], Iterable[Outcome]] = lambda _: ()

    def fits(self, folder: Path) -> bool:
        """Whether a folder is laid out so."""
        return all((folder / mark).is_file() for mark in self.marks)

    def folder_in(self, unpacked: Path) -> Path | None:
        """The folder that is laid out so in what an unpacked file holds; None where none is."""
        top = list(unpacked.iterdir()) if self.in_folder else [unpacked]
        return top[0] if len(top) == 1 and self.fits(top[0]) else None


@dataclass(frozen=True)
class Format:
    """A format of a release's files.

    `ending` is what stands in a file's name behind the release's stem; with `per_table`, there is a
    file for each table, and it stands behind the table's name. `plan` works out what a file will
    hold, of a release or of one of its tables; `write` makes the file, and `prove` reads it back:
    UnprovenError. `failures` are what `write` raises where the disk or a library fails.

    `examine` looks over a file of doubtful origin, which may expand to so many bytes, before
    `prove` reads it: UnprovenError. `writers` and `readers` are libraries beyond the validator's,
    by the names of their modules. `option` is what one must ask for to get the format; None: it is
    always there. `layout` is that of a format which holds the package itself. `purpose` says what a
    file is to whoever downloads it.

    With `lists_others` a file tells of the release's other files: it is written when these are
    there. `is_newer`: releases made before the format was there are whole without it. `is_for` says
    which releases have such a file.
    """

    name: str
    ending: str
    plan: Callable[..., Any]
    write: Callable[[Any, Path, Progress | None], None]
    prove: Callable[[Any, Path, Progress | None], None]
    per_table: bool = False
    failures: Callable[[], tuple[type[Exception], ...]] = tuple
    examine: Callable[[Any, Path, int], None] = lambda *_: None
    writers: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    option: str | None = None
    layout: PackageLayout | None = None
    purpose: str = ""
    lists_others: bool = False
    is_newer: bool = False
    is_for: Callable[[Release], bool] = lambda _: True

    @property
    def may_lack(self) -> bool:
        """Whether a release may be without it."""
        return self.option is not None or self.is_newer

    def files(self, release: Release) -> Mapping[str, Callable[[], Plan]]:
        """The format's files of a release by name, each with what works out its plan."""
        if not self.is_for(release):
            return {}
        if not self.per_table:
            return {f"{release.stem}{self.ending}": partial(self.plan, release)}
        tables = [name for name in release.package if release.package[name].width]
        names = unique_names([file_name(name) or "table" for name in tables])
        return {
            f"{name}{self.ending}": partial(self.plan, release, table)
            for name, table in zip(names, tables, strict=True)
        }


@cache
def formats() -> tuple[Format, ...]:
    """Every format, by the names of the modules: first those of one file for all tables, and last
    those that list the others.
    """
    found = entries(__name__, "FORMAT")
    return tuple(sorted(found, key=lambda item: (item.lists_others, item.per_table)))


def options() -> frozenset[str]:
    """What one may ask for: the options of the formats that are written on demand only."""
    return frozenset(item.option for item in formats() if item.option)


def release_stem(names: Iterable[str]) -> str | None:
    """With what the names of a release's files begin; None where they are no release's files."""
    present = set(names)
    always, may_lack, per_table = _endings()
    for name in present:
        stem = name.removesuffix(always[0])
        whole = {stem + ending for ending in always}
        others = present - whole - {stem + ending for ending in may_lack}
        if whole <= present and all(other.endswith(per_table) for other in others):
            return stem
    return None


def _endings() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Of what every release has one of, of what a release may lack, and of the tables' files."""
    whole = [item for item in formats() if not item.per_table]
    return (
        tuple(item.ending for item in whole if not item.may_lack),
        tuple(item.ending for item in whole if item.may_lack),
        tuple(item.ending for item in formats() if item.per_table),
    )
