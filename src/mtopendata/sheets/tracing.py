"""Figures of a package held against the document that they were taken from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from mtopendata.figures.names import figure_name
from mtopendata.figures.revisions import figure_key
from mtopendata.figures.tables import has_figures
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.sheets.document import STDIN_NAME, Document, read_document
from mtopendata.sheets.extraction import read_sheet
from mtopendata.sheets.reading import Reading, SheetFigure
from mtopendata.sheets.vocabulary import has_vocabulary, vocabulary_of

State = Literal["agrees", "differs", "not found", "left out"]


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure of the package, and where the document prints it; None: it is not found there.

    `state` is "left out" where neither reports it. `row` is the figure's index in its table.
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


def can_trace(tables: Mapping[str, Table]) -> bool:
    """Whether figures of a package can be held against a document."""
    figures, sources = tables.get("figures"), tables.get("sources")
    return (
        figures is not None
        and sources is not None
        and has_figures(figures)
        and {"measure", "area", "period", "source"} <= set(figure_key(figures))
        and figures.is_typed(["measure", "area", "source", "printed"], pl.String)
        and figures.is_typed(["period"], pl.Int64)
        and sources.is_typed(["source", "sha256"], pl.String)
        and has_vocabulary(tables)
    )


def read_source(
    document: Document, tables: Mapping[str, Table], place: str
) -> tuple[Reading, str | None]:
    """What a document says, and the source that it is; figures that the package has as not reported
    need not be there. MtopendataError: the package at `place` has no usable cues.
    """
    vocabulary = vocabulary_of(tables, place)
    reading = read_sheet(document, vocabulary)
    source = source_of(reading, tables)
    if source is None:
        return reading, None
    figures = tables["figures"].frame.filter(source=source)
    absent = figures.filter(pl.col("printed").is_null()).select("measure", "area").rows()
    left_out = [
        name
        for name, (cue, *_) in vocabulary.by_figure().items()
        if (cue.measure, cue.area or reading.area) in absent
    ]
    return (read_sheet(document, vocabulary, left_out) if left_out else reading), source


def source_of(reading: Reading, tables: Mapping[str, Table]) -> str | None:
    """The source that a document is: by its SHA-256, else by the area and the year of its figures.
    None: there is no such source, or not one alone.
    """
    sources = tables["sources"].frame
    same = sources.filter(sha256=reading.document.sha256)["source"].drop_nulls().to_list()
    if len(same) == 1:
        return str(same[0])
    if reading.area is None or reading.period is None:
        return None
    figures = tables["figures"].frame.filter(area=reading.area, period=reading.period)
    fitting = figures["source"].drop_nulls().unique().to_list()
    return str(fitting[0]) if len(fitting) == 1 else None


def trace_figures(reading: Reading, source: str, figures: Table) -> list[Trace]:
    """Each figure of a source, with what the document prints of it."""
    key = figure_key(figures)
    printed = {(item.measure, item.area, item.period): item for item in reading.figures}
    rows = enumerate(figures.frame.iter_rows(named=True))
    return [
        _trace(row, index, key, printed.get((row["measure"], row["area"], row["period"])))
        for index, row in rows
        if row["source"] == source
    ]


def _trace(
    row: Mapping[str, Any], index: int, key: Sequence[str], printed: SheetFigure | None
) -> Trace:
    state: State
    if printed is None or printed.printed is None:
        printed = None
        state = "left out" if row["printed"] is None else "not found"
    else:
        state = "agrees" if _agree(row, printed) else "differs"
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


# In a validation


def check_document(
    place: str | Path, tables: Mapping[str, Table], report: Report, options: Options
) -> None:
    """Hold the figures of a source against its document, with a ledger row for the document's
    digest, for the figures and for the document's numbers.

    MtopendataError: the document cannot be read.
    """
    document = read_document(place)
    if not can_trace(tables):
        report.record(
            Check(f"{document.name}: figures", "source", "figures", "none", 0, 0),
            [
                Finding(
                    "not-checked", "error",
                    "no figure is held against its document: tables figures, sources, measures and "
                    "cues with the columns of this program's own package are needed",
                    "validate without --source, or add what is missing", "figures",
                )
            ],
        )  # fmt: skip
        return
    reading, source = read_source(document, tables, report.package)
    _check_source(reading, source, tables["sources"], report)
    if source is not None:
        _check_figures(reading, source, tables["figures"], report, options)
    else:
        report.checks.append(
            Check(f"{document.name}: figures as printed", "source", "figures", "none", 0, 0)
        )
    _check_numbers(reading, report, options)


def _check_source(reading: Reading, source: str | None, sources: Table, report: Report) -> None:
    document = reading.document
    findings = []
    if source is None:
        findings.append(
            Finding(
                "source-unknown", "error",
                f"the package has no source for {document.name}: none has its SHA-256 "
                f"({document.sha256}), and none has figures of {reading.area} for {reading.period}",
                "enter it with mtopendata extract --into, or name the document of a source",
                sources.resource.name, sources.resource.path,
            )
        )  # fmt: skip
    else:
        row = sources.frame["source"].to_list().index(source)
        recorded = sources.frame["sha256"][row]
        if recorded != document.sha256:
            findings.append(
                sources.finding(
                    "source-hash", row, "sha256", recorded,
                    f"{document.name} is not the document of the source {source!r}: its SHA-256 "
                    f"is {document.sha256}",
                    "find out whether it is another edition, which is a source of its own, or was "
                    "changed",
                )
            )  # fmt: skip
    check = Check(
        f"{document.name}: SHA-256 is that of its source", "source", sources.resource.name,
        "python", 1, len(findings),
    )  # fmt: skip
    report.record(check, findings)


def _check_figures(
    reading: Reading, source: str, figures: Table, report: Report, options: Options
) -> None:
    document = reading.document
    traces = trace_figures(reading, source, figures)
    findings = [_disagreement(trace, figures, document.name) for trace in traces if not trace.holds]
    known = {id(trace.printed) for trace in traces}
    extra = [item for item in reading.figures if item.said and id(item) not in known]
    findings += [
        Finding(
            "source-figure", "error",
            f"{item.measure}/{item.area}/{item.period} is printed as {item.printed!r} in "
            f"{document.name}:{item.line}, and the package has no such figure of {source!r}",
            "look for a lost row in figures; mtopendata extract prints the row",
            figures.resource.name, figures.resource.path,
        )
        for item in extra
    ]  # fmt: skip
    check = Check(
        f"{document.name}: figures as printed", "source", figures.resource.name, "python",
        len(traces) + len(extra), len(findings),
    )  # fmt: skip
    report.record(check, findings[: options.limit])


def _disagreement(trace: Trace, figures: Table, document: str) -> Finding:
    text = trace.figure["printed"]
    if trace.printed is None:
        return figures.finding(
            "source-figure", trace.row, "printed", text,
            f"{text!r} is not found in {document}",
            "see mtopendata trace for what the document says, and why nothing is found",
        )  # fmt: skip
    item = trace.printed
    here = "and it is not reported here" if text is None else f"not {text!r}"
    return figures.finding(
        "source-figure", trace.row, "printed", text,
        f"{document}:{item.line} prints {item.printed!r}, {here}",
        "correct the figure, all of its row, as the document has it",
    )  # fmt: skip


def _check_numbers(reading: Reading, report: Report, options: Options) -> None:
    """No number of the document is unclaimed, and nothing else in it is uncertain."""
    name = reading.document.name
    path = _path(name, Path(report.package))
    claimed = [item for item in reading.problems if item.code == "unclaimed"]
    others = [item for item in reading.problems if item.code not in ("unclaimed", "not-found")]
    for label, problems, tested in (
        (f"{name}: every number is claimed", claimed, reading.numbers),
        (f"{name}: nothing is uncertain", others, len(others) + len(reading.figures)),
    ):
        findings = [
            Finding(
                item.code, "error", item.message, item.hint, None, path, item.line, None, None,
                item.column,
            )
            for item in problems
        ]  # fmt: skip
        check = Check(label, "source", None, "python", tested, len(findings))
        report.record(check, findings[: options.limit])


def _path(name: str, package: Path) -> str:
    """A document's path as findings have those of the package: relative to it, if it lies there."""
    if name == STDIN_NAME:
        return name
    folder = package if package.is_dir() else package.parent
    file = Path(name).resolve()
    inside = file.is_relative_to(folder.resolve())
    return file.relative_to(folder.resolve()).as_posix() if inside else str(file)
