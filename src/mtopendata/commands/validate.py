"""The sequence of a validation, and nothing else."""

from collections.abc import Sequence
from pathlib import Path

from mtopendata.checks.figures import check_figure_tables, check_figures
from mtopendata.checks.keys import check_foreign_keys, check_keys
from mtopendata.checks.revisions import check_revisions
from mtopendata.checks.years import check_years
from mtopendata.figures.revisions import has_revisions, published_figures
from mtopendata.figures.tables import has_figures, is_figures
from mtopendata.ledger.report import Check, Finding, Report, Severity
from mtopendata.package.model import Package, find_package
from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.reading.places import find_columns
from mtopendata.reading.tables import Table, is_log
from mtopendata.rules.rules import TABLES, check_rules, figures_keyed, has_rules, untyped_column
from mtopendata.sheets.cues import RESOURCE, check_cues, is_cues
from mtopendata.values.errors import MtopendataError


def validate(
    path: str | Path | None = None,
    options: Options | None = None,
    against: str | Path | None = None,
    sources: Sequence[str | Path] = (),
) -> Report:
    """Validate a package: a folder, a datapackage.json or a .zip.

    Without a path: ./datapackage.json, else the package that this program was released with.
    `against` is an earlier version of it, as a path or a git revision: the changes since then must
    be explained. `sources` are documents from which figures were taken: these must be what is
    printed there. Faults in the data are findings of the report. MtopendataError: there is no
    package to validate, or nothing to hold it against.
    """
    return validated(path, options or Options(), against, sources)[0]


def load(
    path: str | Path | None = None, options: Options | None = None, as_of: str | None = None
) -> Package:
    """Validate a package and return it with its tables: `package["figures"]` is a Polars DataFrame.

    Whole numbers are Int64 (Int128 beyond it), decimals Decimal, dates Date; a missing value is
    null. `as_of` is an earlier version of the package, such as 1.0.0: the figures are those which
    that version published, read back from the revisions; the other tables stay as they are.
    MtopendataError: there is no package, it has errors, or nothing of that version.
    """
    report, package, tables = validated(path, options or Options())
    if not report.valid:
        first = next((f for f in report.findings if f.severity == "error"), None)
        what = f"has {report.errors} errors"
        if first:
            place = ":".join(str(part) for part in (first.path, first.row) if part is not None)
            what += f", such as: {place}: {first.message}"
        raise MtopendataError(report.package, what, "see mtopendata validate")
    frames = {name: table.frame for name, table in tables.items()}
    if as_of is not None:
        frames["figures"] = published_figures(tables, package.descriptor.get("version"), as_of)
    return Package(
        package.name, package.folder, package.descriptor, package.resources, frames,
        package.unpacked,
    )  # fmt: skip


def validated(
    path: str | Path | None, options: Options, against: str | Path | None = None,
    sources: Sequence[str | Path] = (),
) -> tuple[Report, Package, dict[str, Table]]:  # fmt: skip
    """The report of a validation, and the package and the tables that it is about."""
    place = find_package(None if path is None else Path(path))
    report = Report(str(place))
    package, tables = read_package(place, report, options)
    held = {name: _check_table(table, report, options) for name, table in tables.items()}
    for table in tables.values():
        check_foreign_keys(table, tables, report, options)
    if RESOURCE in tables and is_cues(tables[RESOURCE]):
        check_cues(tables, report, options)
    if "figures" in tables and is_figures(tables["figures"]):
        check_figure_tables(tables, report, options)
        check_years(tables, report, options)
    if has_rules(tables):
        if column := untyped_column(tables):
            reason = f"{column} has no type that rules can be evaluated with"
            _report_gate(tables, report, reason, "error")
        elif not all(held[name] for name in TABLES):
            reason = "a key of figures, rules or rule_terms does not hold"
            _report_gate(tables, report, reason, "warning")  # the key is an error of its own
        elif not figures_keyed(tables["figures"]):
            reason = "some figures have the same measure, area, period and source"
            _report_gate(tables, report, reason, "error")
        else:
            check_rules(tables, report, options)
    if has_revisions(tables) and held["figures"] and held["revisions"]:
        check_revisions(tables, package.descriptor.get("version"), report, options)
    if against is not None:
        # Most validations compare nothing, and need not wait for what compares.
        from mtopendata.changes.comparing import compared
        from mtopendata.changes.vintages import Vintage, home_of, read_vintage

        old = read_vintage(against, home_of(place), options)
        new = Vintage(str(place), package, tables, report)
        report.include(compared(old, new, options, is_validated=True).report)
    for document in sources:
        # Most validations have no document, and need not wait for what reads one.
        from mtopendata.sheets.tracing import check_document

        check_document(document, tables, report, options)
    _report_untested(report, tables)
    find_columns(report, tables, options.max_bytes)
    return report, package, tables


def _check_table(table: Table, report: Report, options: Options) -> bool:
    """Whether the table's primary key holds."""
    if any(True for _ in table.fields()):
        from mtopendata.checks.constraints import check_schema

        check_schema(table, report, options)
    holds = check_keys(table, report, options)
    if table.resource.name == "figures" and is_figures(table):
        check_figures(table, report, options)
    elif table.resource.name == "figures" and has_figures(table):
        _report_unchecked_figures(table, report)
    return holds


def _report_unchecked_figures(table: Table, report: Report) -> None:
    report.checks.append(Check("figures", "figure", table.resource.name, "none", 0, 0))
    report.add(
        Finding(
            "figures-not-checked", "error",
            "the figures are not checked: a column of theirs is no text or no exact number",
            "declare measure, qualifier, unit and printed as strings, and value, lower and upper "
            "as numbers without NaN or INF", table.resource.name, table.resource.path,
        )
    )  # fmt: skip


def _report_gate(tables: dict[str, Table], report: Report, reason: str, severity: Severity) -> None:
    resource = tables["figures"].resource
    report.checks.append(Check("rules", "rule", resource.name, "none", 0, 0))
    report.add(
        Finding(
            "rules-not-run", severity,
            f"no rule was tested, because {reason}",
            "mend that first, and the rules are tested again",
            resource.name, resource.path,
        )
    )  # fmt: skip


def _report_untested(report: Report, tables: dict[str, Table]) -> None:
    """A check that tested nothing is a finding; tables without rows have one already, and of a log
    nobody expects that everything has happened.
    """
    empty = {
        name for name, table in tables.items() if not table.frame.height or is_log(table.resource)
    }
    for check in report.checks:
        declared = check.kind in ("constraint", "primary-key", "unique-key", "foreign-key")
        if declared and not check.tested and check.resource not in empty:
            report.add(
                Finding(
                    "tested-nothing", "warning",
                    f"the check {check.name!r} tested nothing: there is no value to test",
                    "remove what is not needed, or fill in the values", check.resource,
                )
            )  # fmt: skip
