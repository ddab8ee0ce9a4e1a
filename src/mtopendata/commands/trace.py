"""The sequence of tracing figures back to the document that they were taken from."""

from pathlib import Path

from mtopendata.figures.described import described_figures
from mtopendata.figures.names import named_figures
from mtopendata.package.where import find_package
from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.sheets.document import read_document
from mtopendata.sheets.tracing import Tracing, trace_document, traceable_figures


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
    document = read_document(sheet)
    read = read_package(find_package(package), options or Options())
    place = str(read.package.folder)
    figures = traceable_figures(read.tables, place)
    wanted = None
    if figure is not None:
        named = named_figures(described_figures(figures, read.tables), figure)
        wanted = [item.index for item in named]
    tracing = trace_document(document, read.tables, place)
    return tracing if wanted is None else tracing.of(wanted, repr(figure))
