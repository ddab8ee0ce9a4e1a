"""Figures of a package held against the document that they were taken from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from mtopendata.figures.names import figure_name, figures_of
from mtopendata.figures.revisions import figure_key
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES, SOURCES
from mtopendata.reading.tables import Table
from mtopendata.sheets.cues import FIGURES as SHEET_FIGURES
from mtopendata.sheets.cues import REPORT_FIGURES
from mtopendata.sheets.document import Document
from mtopendata.sheets.reading import Reading, SheetFigure
from mtopendata.sheets.reading_document import read_figures
from mtopendata.sheets.vocabulary import has_vocabulary, vocabulary_of
from mtopendata.values.errors import MtopendataError

State = Literal["agrees", "differs", "elsewhere", "not found", "left out"]


_LACKING = ("not-found", "no-section")
"""Codes of what a figure does that the package has as not reported, and that is not there."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure of the package, and where the document prints it; None: it is not found there.

    `state` is "left out" where neither reports it, and "elsewhere" where a page prints it in
    another place than the package says. `row` is the figure's index in its table.
    """

    name: str
    figure: Mapping[str, Any]
    row: int
    printed: SheetFigure | None
    state: State

    @property
    def holds(self) -> bool:
        """Whether the document says of the figure what the package says."""
        return self.state in ("agrees", "left out")


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

    def of(self, rows: Collection[int], name: str) -> "Tracing":
        """The tracing of the figures in these rows alone, which fit a name.

        MtopendataError: the source has none of them.
        """
        traces = tuple(item for item in self.traces if item.row in rows)
        if not traces:
            what = f"is no figure of the source {self.source!r}"
            raise MtopendataError(name, what, "name another document")
        return replace(self, traces=traces)


def can_trace(tables: Mapping[str, Table]) -> bool:
    """Whether figures of a package can be held against a document."""
    figures, sources = tables.get(FIGURES), tables.get(SOURCES)
    return (
        figures is not None
        and sources is not None
        and FIGURE_COLUMNS.is_present(figures)
        and {"measure", "area", "period", "source"} <= set(figure_key(figures))
        and figures.is_typed(["measure", "area", "source", "printed"], pl.String)
        and figures.is_typed(["period"], pl.Int64)
        and sources.is_typed(["source", "sha256"], pl.String)
        and has_vocabulary(tables)
    )


def traceable_figures(tables: Mapping[str, Table], place: str) -> Table:
    """The figures of the package at `place`. MtopendataError: they cannot be traced."""
    if not can_trace(tables):
        raise MtopendataError(
            place,
            "lacks tables figures, sources, measures or cues to trace figures with",
            "name a package that has them",
        )
    return figures_of(tables, place)


def trace_document(document: Document, tables: Mapping[str, Table], place: str) -> Tracing:
    """All figures of the source that a document is, in a package whose figures can be traced.

    MtopendataError: the package at `place` has no source that is the document.
    """
    reading, source = read_source(document, tables, place)
    if source is None:
        by_content = f"and none has figures of {reading.area} for {reading.period}"
        if reading.kind:
            by_content = f"and none has a code that ends with {code_ending(reading)}"
        elif reading.area is None or reading.period is None:
            by_content = "and it does not say of which area and year it is"
        raise MtopendataError(
            document.name,
            f"is no document of a source: none has its SHA-256, {by_content}",
            "enter it with mtopendata extract --into, or name the document of a source",
        )
    recorded = tables[SOURCES].frame.filter(source=source)["sha256"].to_list()
    traces = trace_figures(reading, source, tables[FIGURES])
    return Tracing(reading, source, document.sha256 in recorded, tuple(traces))


def read_source(
    document: Document, tables: Mapping[str, Table], place: str
) -> tuple[Reading, str | None]:
    """What a document says, and the source that it is; figures that the package has as not reported
    need not be there. MtopendataError: the package at `place` has no usable cues.
    """
    vocabulary = vocabulary_of(tables, place)
    reading = read_figures(document, vocabulary)
    source = source_of(reading, tables)
    is_whole = reading.kind and not any(item.code in _LACKING for item in reading.problems)
    if source is None or is_whole:
        return reading, source
    figures = tables[FIGURES].frame.filter(source=source)
    printed = set(figures.filter(pl.col("printed").is_not_null()).select("measure", "area").rows())
    absent = set(figures.select("measure", "area").rows()) - printed
    left_out = [
        name
        for name, (cue, *_) in vocabulary.by_figure(
            REPORT_FIGURES if reading.kind else SHEET_FIGURES
        ).items()
        if (cue.measure, cue.area or reading.area) in absent
    ]
    return (read_figures(document, vocabulary, left_out) if left_out else reading), source


def source_of(reading: Reading, tables: Mapping[str, Table]) -> str | None:
    """The source that a document is: by its SHA-256, else by the area and the year of its figures,
    or by the end of its code. None: there is no such source, or not one alone.
    """
    sources = tables[SOURCES].frame
    same = sources.filter(sha256=reading.document.sha256)["source"].drop_nulls().to_list()
    if len(same) == 1:
        return str(same[0])
    if reading.kind:
        ending = f"-{code_ending(reading)}"
        ending_so = [code for code in sources["source"].drop_nulls() if code.endswith(ending)]
        return str(ending_so[0]) if len(ending_so) == 1 else None
    if reading.area is None or reading.period is None:
        return None
    figures = tables[FIGURES].frame.filter(area=reading.area, period=reading.period)
    fitting = figures["source"].drop_nulls().unique().to_list()
    return str(fitting[0]) if len(fitting) == 1 else None


def code_ending(reading: Reading) -> str:
    """With what the code of the source of a report or of a table ends, such as by-state-2023."""
    return f"{reading.kind.replace('_', '-')}-{reading.period or 'undated'}"


def trace_figures(reading: Reading, source: str, figures: Table) -> list[Trace]:
    """Each figure of a source, with what the document prints of it."""
    key = figure_key(figures)
    printed = {(item.measure, item.area, item.period): item for item in reading.figures}
    rows = enumerate(figures.frame.iter_rows(named=True))
    return [
        _trace(
            row,
            index,
            key,
            printed.get((row["measure"], row["area"], row["period"])),
            bool(reading.kind),
        )
        for index, row in rows
        if row["source"] == source
    ]


def _is_elsewhere(row: Mapping[str, Any], printed: SheetFigure) -> bool:
    """Whether a figure has another place than that in which a page prints it."""
    places = {"section": printed.section, "position": printed.position}
    return any(row.get(name) not in (None, place) for name, place in places.items())


def _trace(
    row: Mapping[str, Any],
    index: int,
    key: Sequence[str],
    printed: SheetFigure | None,
    is_placed: bool,
) -> Trace:
    state: State
    if printed is None or printed.printed is None:
        printed = None
        state = "left out" if row["printed"] is None else "not found"
    else:
        state = "agrees" if _agree(row, printed) else "differs"
        if state == "agrees" and is_placed and _is_elsewhere(row, printed):
            state = "elsewhere"
    return Trace(figure_name(row, key), row, index, printed, state)


def _agree(row: Mapping[str, Any], printed: SheetFigure) -> bool:
    """Whether a figure has the printed text, but for case and blanks, and what that says."""
    one, other, said = row["printed"], printed.printed, printed.said
    if one is None or other is None or said is None:
        return bool(one == other)
    numbers = (row["value"], row["qualifier"], row["lower"], row["upper"])
    is_said = numbers == (said.value, said.qualifier, said.lower, said.upper)
    is_same: bool = one.lower().split() == other.lower().split()
    return is_said and is_same
