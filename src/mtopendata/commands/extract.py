"""The sequence of taking figures from a sheet, or rows from a table, and of adding the figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mtopendata.changes.revision_rows import Row
from mtopendata.checks.runner import Validated
from mtopendata.commands.validate import validated
from mtopendata.entry.earlier import Earlier, earlier_figures
from mtopendata.entry.insertion import Insertion, insertions_of
from mtopendata.entry.raised_version import raised
from mtopendata.entry.rehearsal import NOTHING_NEW, Rehearsal, rehearse
from mtopendata.entry.replacing import replace_together
from mtopendata.entry.rows import Entry, Wishes, enter
from mtopendata.figures.tables import FIGURES, SOURCES
from mtopendata.ledger.report import Finding, Report, RuleInstance
from mtopendata.package.model import Resource
from mtopendata.package.where import find_package
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.release.reproducible import today
from mtopendata.sheets.cues import CUE_TABLE, read_cues
from mtopendata.sheets.document import Document, read_document
from mtopendata.sheets.reading import Problem, Reading
from mtopendata.sheets.reading_document import read_figures
from mtopendata.sheets.tables.reading import read_table
from mtopendata.sheets.tables.table import TableReading
from mtopendata.sheets.vocabulary import vocabulary_of
from mtopendata.sheets.years.reading import is_report
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural

MENDED = "not-covered"
"""The code of what an entry mends: a figure that its source has, and the package has lost."""
TO_COME = "since"
"""The code of what a person mends who sets the version: figures of one that is yet to come."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a sheet says, and the rows that it adds to a package. `columns` are those of `figures`.

    `earlier` has for each figure what it was in the last year before. `rehearsal` is what a
    validation says of the package with the rows, and did not say before. `is_entered`: it was to be
    entered, so that what the package has already matters. `inserted` are the tables that were added
    to, `raised` the other files that were written, and `report` the validation after that; None
    where nothing was to be entered, or could be.
    """

    reading: Reading
    entry: Entry
    figures: Resource
    columns: tuple[str, ...]
    earlier: Sequence[Earlier | None] = ()
    rehearsal: Rehearsal = NOTHING_NEW
    is_entered: bool = False
    inserted: Sequence[Insertion] = ()
    raised: Sequence[str] = ()
    report: Report | None = None

    @property
    def problems(self) -> list[Problem]:
        """All that a person has to decide first."""
        return [*self.reading.problems, *(self.entry.problems if self.is_entered else ())]

    @property
    def findings(self) -> Sequence[Finding]:
        """What a validation finds with the rows, and did not find before."""
        return self.rehearsal.findings

    @property
    def rules(self) -> Sequence[RuleInstance]:
        """The rules in the places that the rows bring."""
        return self.rehearsal.rules

    @property
    def hinders(self) -> list[Finding]:
        """The findings for which the rows are not entered."""
        errors = [found for found in self.findings if found.severity == "error"]
        return [found for found in errors if found.code != TO_COME]

    @property
    def is_certain(self) -> bool:
        """Whether there is no problem, and no error in the package with the rows."""
        if self.problems or self.hinders:
            return False
        return self.report is None or self.report.valid


def extract(
    sheet: str | Path,
    package: str | Path | None = None,
    *,
    into: str | Path | None = None,
    not_reported: Collection[str] = (),
    code: str | None = None,
    edition: bool = False,
    release: str | None = None,
    because: str | None = None,
    options: Options | None = None,
) -> Extraction | TableReading:
    """Find the figures of a fact sheet: a text, Markdown or PDF file, or - for standard input; or
    those of a report with tables of years, a PDF. Of a table of names and numbers, which can be CSV
    too, these are its rows, and the rest is not asked, unless they are to be entered.

    `package` has the cues: by default ./datapackage.json. `into` is a valid package to add the rows
    to, where nothing is uncertain. Of the figures `not_reported` a person says that the sheet
    leaves them out. `code` is that of the new source; `edition`: it is a later edition of a sheet
    that is there. `release` is the version that publishes the rows: with it the descriptor, the
    changelog and the citation are raised too. `because` says why figures differ from another
    source's, and becomes their note. MtopendataError: the sheet or the package cannot be read, or
    written, or the version cannot be.
    """
    options = options or Options()
    wishes = Wishes(code, edition, release, because)
    document = read_document(sheet)
    place = find_package(package if into is None else into)
    if into is not None and place.suffix.lower() == ".zip":
        raise MtopendataError(str(place), "is an archive", "name a folder or a datapackage.json")
    before = validated(place, options)
    if into is None:
        table = _table_of(document, before.tables)
        if table is not None:
            return table
    else:
        _require_room(place, before)
    read = before.read
    vocabulary = vocabulary_of(read.tables, str(read.package.folder))
    reading = read_figures(document, vocabulary, not_reported)
    entry = enter(reading, read.package, read.tables, wishes)
    figures = read.tables[FIGURES]
    found = Extraction(
        reading,
        entry,
        figures.resource,
        tuple(figures.frame.columns),
        earlier_figures(entry.figures, figures),
        is_entered=into is not None,
    )
    if reading.problems or entry.problems or not _can_be_entered(before.report):
        return found
    return _rehearsed(found, before, options, release)


def _table_of(document: Document, tables: Mapping[str, Table]) -> TableReading | None:
    """What is read of a table of names and numbers; None: it is no kind of those that the tables of
    the package have cues for. A package with errors serves to read one, too.
    """
    usable = CUE_TABLE.usable(tables)
    if usable is None:
        return None
    cues = read_cues(usable.frame.drop_nulls(["section", "kind", "phrase"]))
    return None if is_report(document, cues) else read_table(document, cues)


def _rehearsed(
    found: Extraction, before: Validated, options: Options, release: str | None
) -> Extraction:
    """The extraction with what follows from its rows: tried on a copy, and written where they are
    to be entered and nothing hinders that.
    """
    package = before.package
    try:
        inserted = insertions_of(package, found.entry)
    except MtopendataError:
        if found.is_entered:
            raise
        return found
    try:
        others = _raised(before, found.entry)
    except MtopendataError:
        if release is not None:
            raise
        others = {}
    rows = {item.file: item.content for item in inserted}
    rehearsal = rehearse(
        package, {**rows, **others}, before.report,
        lambda folder: validated(folder, options).report,
    )  # fmt: skip
    found = replace(found, rehearsal=rehearsal)
    if not found.is_entered or found.hinders:
        return found
    if release is None:
        others = {}
    replace_together({**rows, **others})
    report = validated(before.read.label, options).report
    named = [file.name for file in others]
    return replace(found, inserted=inserted, raised=named, report=report)


def _raised(before: Validated, entry: Entry) -> dict[Path, bytes]:
    """What raising the version to that of an entry writes; nothing where there is no version."""
    if entry.release is None:
        return {}
    sources = before.tables.get(SOURCES)
    known: list[Row] = list(sources.frame.iter_rows(named=True)) if sources else []
    lines = [
        f"- {plural(len(rows), name.removesuffix('s'))} of `{entry.source}`"
        for name, rows in entry.new().items()
        if name == FIGURES
    ]
    return raised(before.package, entry.release, today(), [*known, *entry.sources], lines)


def _can_be_entered(report: Report) -> bool:
    """Whether a package has no errors but those that an entry mends."""
    errors = [found for found in report.findings if found.severity == "error"]
    return not report.unlisted["error"] and all(found.code == MENDED for found in errors)


def _require_room(place: Path, before: Validated) -> None:
    """MtopendataError: the package has errors, so that rows could land in the wrong place, and
    nobody could tell the new errors from the old ones.
    """
    if not _can_be_entered(before.report):
        what = f"has {plural(before.report.errors, 'error')} already"
        raise MtopendataError(str(place), what, "mend what mtopendata validate finds in it first")
