"""The sequence of a validation, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mtopendata.checks.order_of_findings import in_place
from mtopendata.checks.runner import Validated, check_package
from mtopendata.engines.engine import with_engine
from mtopendata.figures.revisions import published_figures
from mtopendata.figures.source_order import first_figures, ranked_sources
from mtopendata.figures.tables import FIGURES
from mtopendata.ledger.outcome import record
from mtopendata.ledger.report import Report
from mtopendata.package.model import Package
from mtopendata.package.named import by_its_name
from mtopendata.package.where import find_package
from mtopendata.reading.options import Options
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural


def validate(
    path: str | Path | None = None,
    options: Options | None = None,
    against: str | Path | None = None,
    sources: Sequence[str | Path] = (),
    *,
    implied: bool = False,
    engine: str = "local",
    remote: str | None = None,
) -> Report:
    """Validate a package: a folder, a datapackage.json or a .zip.

    Without a path: ./datapackage.json. `mtopendata.RELEASED` is the path of the package that this
    program was released with. `against` is an earlier version of it, as a path or a git revision:
    the changes since then must be explained. `sources` are documents from which figures were taken:
    these must be what is printed there. `implied`: the report has the bounds too that rules and the
    other figures leave of those that are not exact. `engine`: who reads and tests the tables,
    `local` threads or `spark`, which is asked at `remote`, such as sc://host:15002, or where
    SPARK_REMOTE says, or else an embedded Sail. Faults in the data are findings of the report.
    MtopendataError: there is no package to validate, nothing to hold it against, or no such engine,
    or it failed.
    """
    with with_engine(options or Options(), engine, remote) as chosen:
        return validated(path, chosen, against, sources, is_kept=False, implied=implied).report


def load(
    path: str | Path | None = None,
    options: Options | None = None,
    as_of: str | None = None,
    *,
    one_source: bool = False,
) -> Package:
    """Validate a package and return it with its tables: `package["figures"]` is a Polars DataFrame.

    Whole numbers are Int64 (Int128 beyond it), decimals Decimal, dates Date; a missing value is
    null. `as_of` is an earlier version of the package, such as 1.0.0: the figures are those which
    that version published, read back from the revisions; the other tables stay as they are.
    `one_source`: of each measure, area and period there is only the figure of the source that comes
    first, as the column `rank` of the sources says.
    MtopendataError: there is no package, it has errors, or nothing of that version.
    """
    done = validated(path, options or Options())
    if not done.report.valid:
        raise MtopendataError(done.report.package, _faults(done.report), "see mtopendata validate")
    package = done.read.loaded
    figures = package.tables.get(FIGURES)
    if as_of is not None:
        version = package.descriptor.get("version")
        figures = published_figures(done.tables, version, as_of)
    if one_source and figures is not None:
        figures = first_figures(figures, ranked_sources(done.tables))
    if figures is None:
        return package
    return replace(package, tables={**package.tables, FIGURES: figures})


def _faults(report: Report) -> str:
    """How many errors there are, and the first."""
    first = next((found for found in report.findings if found.severity == "error"), None)
    what = f"has {plural(report.errors, 'error')}"
    if first is None:
        return what
    place = ":".join(str(part) for part in (first.path, first.row) if part is not None)
    return f"{what}, such as: {place}: {first.message}"


def validated(
    path: str | Path | None,
    options: Options,
    against: str | Path | None = None,
    sources: Sequence[str | Path] = (),
    *,
    is_kept: bool = True,
    implied: bool = False,
) -> Validated:
    """A package, read and tested. `is_kept`: all rows of its tables are wanted."""
    if options.engine is not None:
        # Blocks that others see are not kept, and they are not told the key that signs entries.
        options = replace(options, cache=None)
    place = find_package(path)
    is_kept = is_kept or implied or against is not None or bool(sources)
    done = check_package(place, options, is_kept=is_kept)
    read, report = done.read, done.report
    if against is not None:
        # Most validations compare nothing, and need not wait for what compares.
        from mtopendata.changes.comparing import compared
        from mtopendata.changes.vintages import home_of, read_vintage

        old = read_vintage(against, home_of(place), options)
        report.include(compared(old, read, options, is_validated=True).report)
    for document in sources:
        # Most validations have no document, and need not wait for what reads one.
        from mtopendata.sheets.source_check import check_document

        record(check_document(document, read.tables, read.label), report, options.limit)
    if implied:
        # Most validations derive nothing, and need not wait for what does.
        from mtopendata.rules.implications import implications

        record(list(implications(read.tables, report)), report, options.limit)
    if options.cache is not None:
        options.cache.clean()
    found = in_place(report.findings, read, options.max_bytes)
    report.findings = by_its_name(found, read.package)
    return done
