"""The sequence of a comparison of two versions of a package, named by a person."""

from pathlib import Path

from mtopendata.changes.comparing import compared
from mtopendata.changes.comparison import Comparison
from mtopendata.changes.large_tables import is_large
from mtopendata.changes.vintages import home_of, published_revision, read_vintage
from mtopendata.package.where import find_package
from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package


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
    if new is None or package is not None:
        home = home_of(find_package(package))
    else:
        home = home_of(new if is_place else None)
    # First the package that is here: without it there is nothing to compare.
    after = (
        read_package(home.place, options, is_left=is_large)
        if new is None
        else read_vintage(new, home, options, is_large)
    )
    before = (
        published_revision(home, options, is_large)
        if old is None
        else read_vintage(old, home, options, is_large)
    )
    return compared(before, after, options, is_validated=False)
