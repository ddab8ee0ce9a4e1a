"""The sequences of an extraction of figures from a sheet, and of tracing them back to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mtopendata.commands.validate import validated
from mtopendata.entry.insertion import Insertion, insert
from mtopendata.entry.rows import Entry, enter
from mtopendata.figures.names import figures_of, find_figures
from mtopendata.ledger.report import Report
from mtopendata.package.model import Package, Resource, find_package, shipped_package
from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.reading.tables import Table
from mtopendata.sheets.document import read_document
from mtopendata.sheets.extraction import read_sheet
from mtopendata.sheets.reading import Problem, Reading
from mtopendata.sheets.tracing import Trace, can_trace, read_source, trace_figures
from mtopendata.sheets.vocabulary import has_vocabulary, vocabulary_of
from mtopendata.values.errors import MtopendataError


@dataclass
class Extraction:
    """What a sheet says, and the rows that it adds to a package. `columns` are those of `figures`.

    `is_entered`: it was to be entered, so that what the package has already matters. `inserted`
    are the files that were added to, and `report` the validation after that; None where nothing was
    to be entered, or could be.
    """

    reading: Reading
    entry: Entry
    figures: Resource
    columns: tuple[str, ...]
    is_entered: bool = False
    inserted: list[Insertion] = field(default_factory=list)
    report: Report | None = None

    @property
    def problems(self) -> list[Problem]:
        """All that a person has to decide first."""
        return [*self.reading.problems, *(self.entry.problems if self.is_entered else ())]

    @property
    def is_certain(self) -> bool:
        """Whether there is no problem, and no error in the package that was added to."""
        return not self.problems and (self.report is None or self.report.valid)


def extract(
    sheet: str | Path,
    package: str | Path | None = None,
    *,
    into: str | Path | None = None,
    not_reported: Collection[str] = (),
    code: str | None = None,
    options: Options | None = None,
) -> Extraction:
    """Find the figures of a fact sheet: a text, Markdown or PDF file, or - for standard input.

    `package` has the cues: by default ./datapackage.json, else the one that this program was
    released with. `into` is a valid package to add the rows to, where nothing is uncertain. Of the
    figures `not_reported` a person says that the sheet leaves them out. `code` is that of the new
    source. MtopendataError: the sheet or the package cannot be read, or written.
    """
    options = options or Options()
    read, tables = _package(package, options) if into is None else _valid(Path(into), options)
    reading = read_sheet(
        read_document(sheet), vocabulary_of(tables, str(read.folder)), not_reported
    )
    entry = enter(reading, read, tables, code)
    figures = tables["figures"]
    columns = tuple(figures.frame.columns)
    found = Extraction(reading, entry, figures.resource, columns, is_entered=into is not None)
    if into is not None and not found.problems:
        if entry.new():
            found.inserted = insert(read, entry)
        found.report = validated(Path(into), options).report
    return found


def _valid(place: Path, options: Options) -> tuple[Package, Mapping[str, Table]]:
    """A package that rows can be added to: in one with errors they could land in the wrong place,
    and nobody could tell the new errors from the old ones.
    """
    if place.suffix.lower() == ".zip":
        raise MtopendataError(str(place), "is an archive", "name a folder or a datapackage.json")
    done = validated(place, options)
    if not done.report.valid:
        what = f"has {done.report.errors} errors already"
        raise MtopendataError(str(place), what, "mend what mtopendata validate finds in it first")
    return done.package, done.tables


@dataclass(frozen=True, slots=True)
class Tracing:
    """Figures of a source held against its document. `is_recorded`: the document's SHA-256 is that
    of the source.
    """

    reading: Reading
    source: str
    is_recorded: bool
    traces: tuple[Trace, ...]

    @property
    def holds(self) -> bool:
        """Whether the document is the one that was read, and says what the package says."""
        return self.is_recorded and all(trace.holds for trace in self.traces)


def trace(
    sheet: str | Path,
    figure: str | None = None,
    package: str | Path | None = None,
    options: Options | None = None,
) -> Tracing:
    """Find where a document prints the figures of a package, or those that the name `figure` fits.

    MtopendataError: the document or the package cannot be read, has no source that is the document,
    or no such figure.
    """
    read, tables = _package(package, options or Options())
    place = str(read.folder)
    if not can_trace(tables):
        raise MtopendataError(
            place, "lacks tables figures, sources, measures or cues to trace figures with",
            "name a package that has them",
        )  # fmt: skip
    figures = figures_of(tables, place)
    wanted = None if figure is None else set(find_figures(figures, figure))
    reading, source = read_source(read_document(sheet), tables, place)
    if source is None:
        raise MtopendataError(
            reading.document.name,
            f"is no document of a source: none has its SHA-256, and none has figures of "
            f"{reading.area} for {reading.period}",
            "enter it with mtopendata extract --into, or name the document of a source",
        )  # fmt: skip
    traces = trace_figures(reading, source, figures)
    if wanted is not None:
        traces = [item for item in traces if item.row in wanted]
        if not traces:
            raise MtopendataError(
                repr(figure), f"is no figure of the source {source!r}", "name another document"
            )
    recorded = tables["sources"].frame.filter(source=source)["sha256"].to_list()
    return Tracing(reading, source, reading.document.sha256 in recorded, tuple(traces))


def _package(place: str | Path | None, options: Options) -> tuple[Package, Mapping[str, Table]]:
    """The package with the cues: the one that is named; else the one of this folder, if it has any,
    or the one that this program was released with.
    """
    read = read_package(find_package(None if place is None else Path(place)), options)
    if place is None and not has_vocabulary(read.tables):
        read = read_package(shipped_package(), options)
    return read.package, read.tables
