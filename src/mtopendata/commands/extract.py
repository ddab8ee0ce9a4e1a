"""The sequence of taking figures from a sheet, and of adding them to a package."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mtopendata.commands.validate import validated
from mtopendata.entry.insertion import Insertion, insert_entry
from mtopendata.entry.rows import Entry, enter
from mtopendata.figures.tables import FIGURES
from mtopendata.ledger.report import Report
from mtopendata.package.model import Resource
from mtopendata.package.where import find_package
from mtopendata.reading.options import Options
from mtopendata.reading.packages import ReadPackage, read_package
from mtopendata.sheets.document import read_document
from mtopendata.sheets.extraction import read_sheet
from mtopendata.sheets.reading import Problem, Reading
from mtopendata.sheets.vocabulary import vocabulary_of
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural


@dataclass(frozen=True, slots=True)
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
    inserted: Sequence[Insertion] = ()
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

    `package` has the cues: by default ./datapackage.json. `into` is a valid package to add the rows
    to, where nothing is uncertain. Of the figures `not_reported` a person says that the sheet
    leaves them out. `code` is that of the new source. MtopendataError: the sheet or the package
    cannot be read, or written.
    """
    options = options or Options()
    document = read_document(sheet)
    read = (
        read_package(find_package(package), options)
        if into is None
        else _package_to_add_to(find_package(into), options)
    )
    vocabulary = vocabulary_of(read.tables, str(read.package.folder))
    reading = read_sheet(document, vocabulary, not_reported)
    entry = enter(reading, read.package, read.tables, code)
    figures = read.tables[FIGURES]
    columns = tuple(figures.frame.columns)
    found = Extraction(reading, entry, figures.resource, columns, is_entered=into is not None)
    if into is None or found.problems:
        return found
    inserted = insert_entry(read.package, entry)
    return replace(found, inserted=inserted, report=validated(Path(into), options).report)


def _package_to_add_to(place: Path, options: Options) -> ReadPackage:
    """A package that rows can be added to: in one with errors they could land in the wrong place,
    and nobody could tell the new errors from the old ones.
    """
    if place.suffix.lower() == ".zip":
        raise MtopendataError(str(place), "is an archive", "name a folder or a datapackage.json")
    done = validated(place, options)
    if not done.report.valid:
        what = f"has {plural(done.report.errors, 'error')} already"
        raise MtopendataError(str(place), what, "mend what mtopendata validate finds in it first")
    return done.read
