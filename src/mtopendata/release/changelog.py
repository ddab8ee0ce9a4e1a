"""The changelog that lies beside a package's descriptor: a release carries it, where there is one.

No release has to have it, so that those made without it stay whole.
"""

from pathlib import Path

from mtopendata.package.files import safe_path
from mtopendata.release.model import Release

CHANGELOG = "CHANGELOG.md"


def changelog_beside(folder: Path) -> Path | None:
    """The changelog in a package's folder; None where there is none, or a link that leads away."""
    return safe_path(folder, CHANGELOG)[0]


def changelog_of(release: Release) -> Path | None:
    """The changelog that a release carries beside the files of its package; None where it has none,
    or the package itself has a file of this name.
    """
    own = {stored.path.casefold() for stored in release.files}
    return None if CHANGELOG.casefold() in own else changelog_beside(release.package.folder)
