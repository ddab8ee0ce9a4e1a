"""The sequence of a comparison of two versions of a package, named by a person."""

from pathlib import Path

from mtopendata.changes.comparing import compared
from mtopendata.changes.comparison import Comparison
from mtopendata.changes.vintages import home_of, published_revision, read_vintage
from mtopendata.reading.options import Options
from mtopendata.values.errors import MtopendataError


def diff(
    old: str | Path | None = None,
    new: str | Path | None = None,
    options: Options | None = None,
    package: str | Path | None = None,
) -> Comparison:
    """Compare two versions of a package: folders, descriptors, zips or git revisions.

    Without `new` it is `package`, or else ./datapackage.json; without `old` that package as its
    last release tag has it, else as HEAD has it. Revisions are looked up where `package` lies, else
    where `new` lies. Neither version is validated, but for the revisions that explain the changes.
    MtopendataError: one of them cannot be read.
    """
    options = options or Options()
    is_place = new is not None and Path(new).exists()
    home = home_of(package if package is not None else new if is_place else None)
    if new is None and not home.place.exists():
        raise MtopendataError(
            str(home.place), "does not exist", "go to the folder of the package, or name it"
        )
    before = published_revision(home, options) if old is None else read_vintage(old, home, options)
    after = read_vintage(home.place if new is None else new, home, options)
    return compared(before, after, options, is_validated=False)
