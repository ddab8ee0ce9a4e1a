"""The figures of a source held against its document, where one is given to a validation."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from mtopendata.figures.tables import FIGURES, SOURCES
from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.report import Finding, Severity
from mtopendata.reading.tables import Table
from mtopendata.sheets.document import STDIN_NAME, read_document
from mtopendata.sheets.reading import Problem, Reading, SheetFigure
from mtopendata.sheets.tracing import Trace, can_trace, code_ending, read_source, trace_figures


def check_document(place: str | Path, tables: Mapping[str, Table], package: str) -> Iterator[Item]:
    """Hold the figures of a source against its document, with a row of the ledger for the
    document's digest, for the figures and for the document's numbers.

    `package` is what the user calls it. MtopendataError: the document cannot be read.
    """
    document = read_document(place)
    name = document.name
    if not can_trace(tables):
        yield untested("source", f"{name}: figures", FIGURES)
        yield Finding(
            "not-checked",
            "error",
            "no figure is held against its document: tables figures, sources, measures and "
            "cues with the columns of this program's own package are needed",
            "validate without --source, or add what is missing",
            FIGURES,
            check=f"{name}: figures",
        )
        return
    reading, source = read_source(document, tables, package)
    yield _is_recorded(reading, source, tables[SOURCES])
    if source is None:
        yield untested("source", f"{name}: figures as printed", FIGURES)
    else:
        yield _as_printed(reading, source, tables[FIGURES])
    yield from _numbers(reading, Path(package))


def _is_recorded(reading: Reading, source: str | None, sources: Table) -> Outcome:
    """Whether the document is the one that a source records."""
    document = reading.document
    faults = []
    if source is None:
        message = (
            f"the package has no source for {document.name}: none has its SHA-256 "
            f"({document.sha256}), and none has {_known_by(reading)}"
        )
        hint = "enter it with mtopendata extract --into, or name the document of a source"
        where = sources.resource.name, sources.resource.path
        faults.append(Finding("source-unknown", "error", message, hint, *where))
    else:
        row = sources.frame["source"].to_list().index(source)
        recorded = sources.frame["sha256"][row]
        if recorded != document.sha256:
            message = (
                f"{document.name} is not the document of the source {source!r}: its SHA-256 "
                f"is {document.sha256}"
            )
            hint = (
                "find out whether it is another edition, which is a source of its own, or was "
                "changed"
            )
            faults.append(sources.finding("source-hash", row, "sha256", recorded, message, hint))
    name = f"{document.name}: SHA-256 is that of its source"
    return Outcome("source", name, sources.resource.name, 1, faults, engine="python")


def _known_by(reading: Reading) -> str:
    """By what else than its SHA-256 a source could be known."""
    if reading.kind:
        return f"a code that ends with {code_ending(reading)}"
    return f"figures of {reading.area} for {reading.period}"


def _as_printed(reading: Reading, source: str, figures: Table) -> Outcome:
    """Whether the package has each figure of the document as it is printed there."""
    name = reading.document.name
    traces = trace_figures(reading, source, figures)
    known = {id(trace.printed) for trace in traces}
    extra = [item for item in reading.figures if item.said and id(item) not in known]

    def say(found: Trace | SheetFigure) -> Finding:
        if isinstance(found, Trace):
            return _finding_of_trace(found, figures, name)
        return Finding(
            "source-figure",
            "error",
            f"{found.measure}/{found.area}/{found.period} is printed as {found.printed!r} in "
            f"{found.place_in(name)}, and the package has no such figure of {source!r}",
            "look for a lost row in figures; mtopendata extract prints the row",
            figures.resource.name,
            figures.resource.path,
        )

    return Outcome(
        "source",
        f"{name}: figures as printed",
        figures.resource.name,
        len(traces) + len(extra),
        [*(trace for trace in traces if not trace.holds), *extra],
        say,
        engine="python",
    )


def _finding_of_trace(trace: Trace, figures: Table, document: str) -> Finding:
    text = trace.figure["printed"]
    if trace.printed is None:
        message = f"{text!r} is not found in {document}"
        hint = "see mtopendata trace for what the document says, and why nothing is found"
    elif trace.state == "elsewhere":
        found, said = trace.printed, trace.figure
        message = (
            f"{text!r} is {found.position} of section {found.section} in {document}, line "
            f"{found.line}, not {said['position']} of section {said['section']}"
        )
        hint = "correct its section, which is the page, and its position"
        return figures.finding("source-figure", trace.row, "position", text, message, hint)
    else:
        here = "and it is not reported here" if text is None else f"not {text!r}"
        message = f"{trace.printed.place_in(document)} prints {trace.printed.printed!r}, {here}"
        hint = "correct the figure, all of its row, as the document has it"
    return figures.finding("source-figure", trace.row, "printed", text, message, hint)


def _numbers(reading: Reading, package: Path) -> Iterator[Outcome]:
    """No number of the document is unclaimed, and nothing else in it is uncertain."""
    name = reading.document.name
    say = partial(_uncertain, _path(name, package))
    claimed = [item for item in reading.problems if item.code == "unclaimed"]
    others = [item for item in reading.problems if item.code not in ("unclaimed", "not-found")]
    rows = [("nothing is uncertain", others, len(others) + len(reading.figures))]
    if not reading.kind:  # other documents have numbers that nobody publishes
        rows.insert(0, ("every number is claimed", claimed, reading.numbers))
    for label, problems, tested in rows:
        yield Outcome("source", f"{name}: {label}", None, tested, problems, say, engine="python")
    if reading.kind:
        label = f"{name}: it does not contradict itself"
        warn = partial(_uncertain, _path(name, package), severity="warning")
        tested = len(reading.figures) + len(reading.slips)
        yield Outcome("source", label, None, tested, reading.slips, warn, "warning", "python")


def _uncertain(path: str, item: Problem, severity: Severity = "error") -> Finding:
    page = "" if item.page is None else f"page {item.page}: "
    finding = Finding(item.code, severity, page + item.message, item.hint, path=path)
    return replace(finding, row=item.line, column=item.column)


def _path(name: str, package: Path) -> str:
    """A document's path as findings have those of the package: relative to it, if it lies there."""
    if name == STDIN_NAME:
        return name
    folder = package if package.is_dir() else package.parent
    file = Path(name).resolve()
    inside = file.is_relative_to(folder.resolve())
    return file.relative_to(folder.resolve()).as_posix() if inside else str(file)
