"""The sequence of a comparison of two versions of a package that have been read."""

from mtopendata.changes.as_written import by_labels, faults_found
from mtopendata.changes.comparison import Comparison
from mtopendata.changes.descriptor import descriptor_changes
from mtopendata.changes.explanations import explanation
from mtopendata.changes.figures import figure_changes
from mtopendata.changes.large_tables import with_changed_rows
from mtopendata.changes.publication import check_publication
from mtopendata.changes.resources import resource_changes
from mtopendata.changes.rules import rule_changes
from mtopendata.changes.version import check_changelog, check_version, declares_version
from mtopendata.figures.tables import SOURCES
from mtopendata.ledger.outcome import record
from mtopendata.ledger.report import Report
from mtopendata.package.named import by_its_name
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage


def compared(
    old: ReadPackage, new: ReadPackage, options: Options, *, is_validated: bool
) -> Comparison:
    """Compare two packages that have been read, and judge whether the changes are explained.

    `is_validated`: the report of `new` has the findings of a validation already, and explanations
    are asked for. Else they are of versions that are declared.
    """
    descriptor = descriptor_changes(old.package, new.package)
    old, new = with_changed_rows(old, new, descriptor, options)
    old, new = by_labels(old, options), by_labels(new, options)
    resources = resource_changes(old, new, descriptor, options)
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
        resources.as_written,
        is_judged=is_validated or declares_version(old) or declares_version(new),
    )
    found = resources.found
    if comparison.is_judged:
        found += faults_found(resources.as_written, is_validated=is_validated)
        why = explanation(comparison, is_validated=is_validated)
        comparison.rows_to_add, comparison.rows_to_add_unlisted = why.rows_to_add, why.unlisted
        found += [*why.found, check_version(comparison), *check_changelog(comparison)]
        if is_validated and old.name != new.name:
            sources = new.tables.get(SOURCES)
            frame = sources.frame if sources else None
            found += check_publication(new.package, frame, old.package.descriptor)
    record(found, comparison.report, options.limit)
    comparison.report.findings = by_its_name(comparison.report.findings, new.package)
    return comparison
