"""Where a finding stands, for programs that show files: relative to the repository checked out."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mtopendata.ledger.report import Finding, Report
from mtopendata.package.model import DESCRIPTOR


@dataclass(frozen=True, slots=True)
class Location:
    """A file with forward slashes, and the place in it, as far as they are known.

    `within` says in words what `line` cannot: the member of an archive, or the row of data that
    stand in the descriptor. `is_relative`: the file lies in the repository.
    """

    file: str
    is_relative: bool
    line: int | None = None
    column: int | None = None
    within: str | None = None


def locations(report: Report) -> Callable[[Finding], Location]:
    """What gives each finding of this report its location.

    The repository is GITHUB_WORKSPACE where the package lies in it, else the working directory.
    """
    package = _resolved(Path(report.package))
    is_archive = package.suffix.lower() == ".zip" and not package.is_dir()
    folder = package if package.is_dir() else package.parent
    descriptor = DESCRIPTOR if package.is_dir() else package.name
    workspace = os.environ.get("GITHUB_WORKSPACE")
    roots = [_resolved(Path(root)) for root in (workspace, ".") if root]
    root = next((root for root in roots if package.is_relative_to(root)), None)

    def shown(file: Path) -> tuple[str, bool]:
        if root is None:
            return file.as_posix(), False
        return file.relative_to(root).as_posix(), True

    def locate(finding: Finding) -> Location:
        if is_archive:
            return Location(*shown(package), within=place(finding))
        path = finding.path
        if path is None or not _stays_inside(path):
            within = place(finding) if finding.row else None
            return Location(*shown(folder / descriptor), within=within)
        file = folder / (descriptor if path == DESCRIPTOR else path)
        return Location(*shown(file), finding.row, finding.column)

    return locate


def place(finding: Finding) -> str:
    """File, or resource, and row, in words."""
    where = finding.path or finding.resource or "package"
    return where if finding.row is None else f"{where}:{finding.row}"


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return path.absolute()


def _stays_inside(path: str) -> bool:
    """Whether it is a plain path in the package, and no address or way out of it."""
    pure = PurePosixPath(path.replace("\\", "/"))
    return not (pure.is_absolute() or ".." in pure.parts or "://" in path or "\0" in path)
