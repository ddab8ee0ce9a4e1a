"""The sequence of raising a package's version in all that names it."""

from dataclasses import dataclass
from pathlib import Path

from mtopendata.changes.comparing import compared
from mtopendata.changes.vintages import home_of, published_descriptor, published_revision
from mtopendata.entry.raised_version import raised
from mtopendata.entry.replacing import replace_together
from mtopendata.entry.version import coming_version
from mtopendata.figures.tables import SOURCES
from mtopendata.package.where import find_package
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage, read_package
from mtopendata.release.reproducible import today
from mtopendata.values.errors import MtopendataError
from mtopendata.values.versions import Step


@dataclass(frozen=True, slots=True)
class Bumped:
    """The version that a package has now, and the files that were written for it, by name."""

    version: str
    day: str
    files: tuple[str, ...]


def bump(
    version: str | None = None, package: str | Path | None = None, options: Options | None = None
) -> Bumped:
    """Raise a package to a version: its descriptor, with today as `created` and with every source
    of its table; its changelog; and its citation, where it has one.

    Without `version` it is the lowest that the changes since the published one allow.
    MtopendataError: the version is none, or too low; or nobody can tell which one it is.
    """
    options = options or Options()
    place = find_package(package)
    if place.suffix.lower() == ".zip":
        raise MtopendataError(str(place), "is an archive", "name a folder or a datapackage.json")
    read = read_package(place, options)
    step = _step_since(place, read, options)
    if version is None and step is None:
        what = "nothing is published in git from which it would follow"
        raise MtopendataError("VERSION", what, "name it, such as 1.1.0")
    coming = coming_version(read.package, step or Step.NONE, version)
    if coming is None:
        what = "the package has none to count from"
        raise MtopendataError("VERSION", what, "name it, such as 1.0.0")
    sources = read.tables.get(SOURCES)
    rows = list(sources.frame.iter_rows(named=True)) if sources is not None else []
    contents = raised(read.package, coming, today(), rows)
    replace_together(contents)
    return Bumped(coming, today().isoformat(), tuple(file.name for file in contents))


def _step_since(place: Path, read: ReadPackage, options: Options) -> Step | None:
    """What the changes since the published version ask for; None: nothing is published."""
    if published_descriptor(read.package.folder) is None:
        return None
    before = published_revision(home_of(place), options)
    return compared(before, read, options, is_validated=False).step
