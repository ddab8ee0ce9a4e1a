"""The sequence of reading any document: a report, a table of names, or a fact sheet."""

from collections.abc import Collection

from mtopendata.sheets.document import Document
from mtopendata.sheets.extraction import read_sheet
from mtopendata.sheets.reading import Reading, Vocabulary
from mtopendata.sheets.tables.named_areas import figures_of_areas
from mtopendata.sheets.tables.reading import read_table
from mtopendata.sheets.years.reading import read_report
from mtopendata.values.errors import MtopendataError


def read_figures(
    document: Document, vocabulary: Vocabulary, not_reported: Collection[str] = ()
) -> Reading:
    """The figures of a document. `not_reported` are the names of those of which a person says that
    it leaves them out, such as `measure/ALL`.

    MtopendataError: it cannot be read, or no cue knows a figure that is said to be left out.
    """
    report = read_report(document, vocabulary, not_reported)
    if report is not None:
        return report
    table = read_table(document, vocabulary.cues)
    if table is None:
        return read_sheet(document, vocabulary, not_reported)
    if not_reported:
        what = "is a table of names, in which a dash tells what is not reported"
        raise MtopendataError(document.name, what, "leave out --not-reported")
    return figures_of_areas(table, vocabulary)
