"""The figures of a package, traced to where a document prints them."""

from dataclasses import dataclass
from pathlib import Path

from mtopendata.figures.names import figures_of, find_figures
from mtopendata.reading.options import Options
from mtopendata.sheets.document import read_document
from mtopendata.sheets.reading import Reading
from mtopendata.sheets.tracing import Trace, can_trace, read_source, trace_figures
from mtopendata.sheets.vocabulary import cued_package
from mtopendata.values.errors import MtopendataError


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
    read = cued_package(package, options or Options())
    tables, place = read.tables, str(read.package.folder)
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
