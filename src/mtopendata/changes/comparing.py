"""The sequence of a comparison of two versions of a package, and nothing else."""

from pathlib import Path

from mtopendata.changes.comparison import Comparison
from mtopendata.changes.descriptor import descriptor_changes
from mtopendata.changes.explanations import explanation
from mtopendata.changes.figures import figure_changes
from mtopendata.changes.resources import resource_changes
from mtopendata.changes.rules import rule_changes
from mtopendata.changes.version import check_changelog, check_version
from mtopendata.changes.vintages import home_of, published_revision, read_vintage
from mtopendata.ledger.outcome import record
from mtopendata.ledger.report import Report
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage
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


def compared(
    old: ReadPackage, new: ReadPackage, options: Options, *, is_validated: bool
) -> Comparison:
    """Compare two packages that have been read, and judge whether the changes are explained.

    `is_validated`: the report of `new` has the findings of a validation already.
    """
    descriptor = descriptor_changes(old.package, new.package)
    resources = resource_changes(old, new, descriptor, options.limit)
    comparison = Comparison(
        old,
        new,
        [*descriptor, *resources.columns],
        resources.tables,
        resources.files,
        resources.uncompared,
        figure_changes(old, new, resources.tables),
        rule_changes(old.tables, new.tables),
        Report(new.label),
    )
    why = explanation(comparison, is_validated=is_validated)
    comparison.rows_to_add, comparison.rows_to_add_unlisted = why.rows_to_add, why.unlisted
    version = check_version(comparison), *check_changelog(comparison)
    record((*resources.found, *why.found, *version), comparison.report, options.limit)
    return comparison
