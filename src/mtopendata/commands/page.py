"""The sequence of a page: validate, look into the tables, write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtopendata.checks.runner import Validated
from mtopendata.commands.validate import validated
from mtopendata.figures.tables import FIGURES
from mtopendata.ledger.report import Report
from mtopendata.package.where import find_package
from mtopendata.reading.folds import Fold
from mtopendata.reading.options import Options
from mtopendata.reading.scanning import scan
from mtopendata.reading.tables import Columns, Table
from mtopendata.reading.whole_tables import WholeTable
from mtopendata.release.model import Release
from mtopendata.release.page.contents import MOST_ROWS, Contents, contents
from mtopendata.release.page.rule_places import rule_places
from mtopendata.release.page.summaries import Summary, TableSummary
from mtopendata.release.page.writing import figure_text, page_text, place_for, write_page
from mtopendata.release.reproducible import release_date


@dataclass(frozen=True)
class Paged:
    """What became of a page. `file` is None where the package has errors, and nobody said `force`;
    else `bytes` is its size.
    """

    report: Report
    file: Path | None = None
    bytes: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The page as JSON-ready data; docs/page.md describes each key."""
        return {
            "file": None if self.file is None else str(self.file),
            "bytes": self.bytes,
            "report": self.report.to_dict(),
        }


def page(
    path: str | Path | None = None,
    out: str | Path | None = None,
    *,
    figure: str | None = None,
    force: bool = False,
    options: Options | None = None,
) -> Paged:
    """Validate a package and write its page to the file `out`, by default NAME-VERSION.html; with
    `figure`, which is a name as of `show`, only the drawing of that figure, as SVG.

    With errors in the package nothing is written, unless `force` is given: then the page says on
    top that the package is not valid. A page that this program has made is replaced.
    MtopendataError: there is no package or no such figure, or `out` cannot be written, or is
    another file.
    """
    options = options or Options()
    place = find_package(path)
    if out is not None:
        place_for(Path(out))
    done = validated(place, options, is_kept=False)
    report = done.report
    if not report.valid and not force:
        return Paged(report)
    found = _contents(done, options)
    file = place_for(Path(out or f"{found.stem}{'.html' if figure is None else '.svg'}"))
    made = page_text(found) if figure is None else figure_text(found, figure)
    return Paged(report, file, write_page(file, made))


def _contents(done: Validated, options: Options) -> Contents:
    """What stands on the page."""
    package, report = done.package, done.report
    tables, summaries = _read_again(done, options)
    release = Release(package, (), release_date(package.descriptor), tuple(report.checks))
    places = sum(check.tested for check in report.checks if check.kind == "rule")
    is_whole = places == len(report.rules)  # the report lists as many as were asked for
    instances = report.rules if is_whole or not report.valid else rule_places(package, tables)
    return contents(release, tables, summaries, instances, None if report.valid else report)


def _read_again(
    done: Validated, options: Options
) -> tuple[dict[str, Table], dict[str, TableSummary]]:
    """Each table is read once more, block by block; only those of a package of figures are kept."""
    tables: dict[str, Table] = {}
    summaries: dict[str, TableSummary] = {}
    has_figures = any(item.resource.name == FIGURES for item in done.read.resources)
    for item in done.read.resources:
        if item.source is None or item.columns is None:
            continue
        is_kept = has_figures and item.rows <= MOST_ROWS

        def folds(columns: Columns, is_kept: bool = is_kept) -> Sequence[Fold]:
            return [Summary(columns), *([WholeTable(columns)] if is_kept else [])]

        summary, *kept = scan(item.source, folds, options) or (None,)
        if summary is not None:
            summaries[item.resource.name] = summary
            tables.update((item.resource.name, table) for table in kept)
    return tables, summaries
