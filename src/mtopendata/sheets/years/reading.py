"""The sequence of reading a report whose tables have years above their columns."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from mtopendata.sheets.cues import REPORT_FIGURES, Cue
from mtopendata.sheets.document import Document
from mtopendata.sheets.left_out import names_left_out
from mtopendata.sheets.phrases import Text
from mtopendata.sheets.reading import Problem, Reading, SheetFigure, Vocabulary
from mtopendata.sheets.ruled.pages import RuledPage, ruled_pages
from mtopendata.sheets.tables.table_cues import words_of
from mtopendata.sheets.words import printed_text
from mtopendata.sheets.years.grid_layout import GridLayout, lay_out_grid
from mtopendata.sheets.years.labels import settle_labels
from mtopendata.sheets.years.lacking import (
    empty_pages,
    heading_problems,
    missing_rows,
    missing_sentences,
    missing_table,
    row_problems,
)
from mtopendata.sheets.years.sentences import sentence_figures
from mtopendata.sheets.years.table_figures import table_figures
from mtopendata.sheets.years.totals import total_problems
from mtopendata.sheets.years.twice import first_of_each, twice_in_one_table
from mtopendata.sheets.years.year_cues import ReportKind, YearTable, report_kinds, said_in_full

_ABOVE = 3
"""Lines above a grid that can be the heading of its table."""


@dataclass(frozen=True, slots=True)
class _Title:
    """The kind of a report, with its title as it is printed, and the year there."""

    kind: ReportKind
    text: str
    year: int | None


@dataclass(slots=True)
class _ReportFound:
    """What was found so far, in the order of the document."""

    figures: list[SheetFigure]
    problems: list[Problem]
    slips: list[Problem]

    def take(self, items: Sequence[SheetFigure | Problem]) -> list[SheetFigure]:
        """Add figures and problems; give the figures."""
        figures = [item for item in items if isinstance(item, SheetFigure)]
        self.figures += figures
        self.problems += (item for item in items if isinstance(item, Problem))
        return figures


def read_report(
    document: Document, vocabulary: Vocabulary, not_reported: Collection[str] = ()
) -> Reading | None:
    """The figures of a report with year tables, each where it stands first, those of its tables
    before those of its text; None: the cues know no such report.

    `not_reported` are names of figures, such as measure/ALL, that a person says are not there.
    MtopendataError: it cannot be read, or no cue knows such a figure.
    """
    title = _title_of(document, report_kinds(vocabulary.cues))
    if title is None:
        return None
    left_out = names_left_out(vocabulary, not_reported, REPORT_FIGURES)
    if document.pdf is None:
        problem = Problem(
            "no-columns", "the tables of such a report are read from a PDF, by the lines between "
            "their cells", "name the PDF",
        )  # fmt: skip
        return Reading(document, None, title.year, [], [problem], 0, title.kind.code, title.text)
    pages = ruled_pages(document.name, document.pdf)
    found = _ReportFound([], list(empty_pages(pages)), [])
    layouts = _layouts(pages, title.kind)
    for table in title.kind.tables:
        _read_table(table, layouts, pages, vocabulary, left_out, found)
    found.figures.sort(key=_place_of_figure)
    _read_text(pages, title, vocabulary, left_out, found)
    figures, twice = first_of_each(found.figures)
    figures = list(_absent_counted(sorted(figures, key=_place_of_figure)))
    numbers = sum(len(place.numbers.numbers) for layout in layouts for row in layout.rows
                  for place in row.cells)  # fmt: skip
    return Reading(
        document,
        None,
        title.year,
        figures,
        sorted(found.problems, key=_place_of_problem),
        numbers,
        title.kind.code,
        title.text,
        sorted([*found.slips, *twice], key=_place_of_problem),
    )


def is_report(document: Document, cues: Sequence[Cue]) -> bool:
    """Whether cues know a document as a report with year tables."""
    return _title_of(document, report_kinds(cues)) is not None


def _absent_counted(figures: Sequence[SheetFigure]) -> Iterator[SheetFigure]:
    """The figures, of which those that are not reported are counted on each page."""
    counts: dict[int | None, int] = {}
    for figure in figures:
        if figure.printed is not None:
            yield figure
            continue
        counts[figure.page] = counts.get(figure.page, 0) + 1
        yield replace(figure, position=f"absent {counts[figure.page]}")


def _place_of_figure(figure: SheetFigure) -> tuple[int, list[int], int]:
    """Its page, then its row and number: what stands beside a row has lines of its own."""
    row, number = map(int, re.findall(r"\d+", figure.position))
    is_text = figure.position.startswith("paragraph")
    return figure.page or 0, [is_text, row, number], figure.line or 0


def _place_of_problem(problem: Problem) -> tuple[int, int]:
    return problem.page or 0, problem.line or 0


def _title_of(document: Document, kinds: Sequence[ReportKind]) -> _Title | None:
    """The report that the first page of a document names."""
    if not kinds:
        return None
    words = words_of(document.text.split("\f")[0])
    text = Text(words)
    for kind in kinds:
        for cue in kind.titles:
            for match in text.find_all(cue.elements, 0, len(words)):
                said = words[match.start : match.end]
                years = [word.year for word in said if word.year]
                return _Title(kind, printed_text(said), years[0] if years else None)
    return None


def _layouts(pages: Sequence[RuledPage], kind: ReportKind) -> list[GridLayout]:
    """The tables of all pages. Rows are counted in all of them, whether a cue knows them or not."""
    cues = list({id(c): c for t in kind.tables for c in (*t.columns, *t.years)}.values())
    found = []
    for page in pages:
        before = 0
        for grid in page.grids:
            layout = lay_out_grid(grid, cues, before)
            before += layout.numbered
            found.append(layout)
    return found


def _read_table(
    table: YearTable,
    layouts: Sequence[GridLayout],
    pages: Sequence[RuledPage],
    vocabulary: Vocabulary,
    left_out: Collection[str],
    found: _ReportFound,
) -> None:
    """Add what the grids with a heading of this table say."""
    lines = {page.number: page for page in pages}
    titled = [
        (layout, year)
        for layout in layouts
        for is_named, year in [_heading(table, layout, lines[layout.grid.page])]
        if is_named
    ]
    if not titled:
        found.problems += missing_table(table, left_out)
    for _, group in groupby(sorted(titled, key=lambda item: item[1] or 0), lambda item: item[1]):
        there: set[str] = set()
        parts: list[GridLayout] = []
        for layout, year in group:
            settled = settle_labels(layout, table.totals)
            found.slips += settled.slips
            answers = list(table_figures(settled.layout, table, year, vocabulary))
            figures = found.take([item for _, item in answers])
            there |= {cue.figure for cues, _ in answers for cue in cues}
            found.problems += [*twice_in_one_table(figures), *settled.problems]
            found.problems += [*heading_problems(layout), *row_problems(layout, table)]
            parts.append(settled.layout)
        found.problems += total_problems(parts, table)
        found.problems += missing_rows(table, {*there, *left_out}, parts[-1].grid)


def _name(figure: SheetFigure) -> str:
    return f"{figure.measure}/{figure.area}"


def _heading(table: YearTable, layout: GridLayout, page: RuledPage) -> tuple[bool, int | None]:
    """Whether a grid has the heading of a table, with the year in it; it stands in a cell above the
    numbers, or in the lines above the grid.
    """
    above = [line for line in page.plain_lines if line.tokens[0].middle < layout.grid.top]
    texts = [*layout.headings]
    texts += [" ".join(line.text for line in above[-n:]) for n in range(1, _ABOVE + 1) if above]
    for text in texts:
        if (said := said_in_full(table.headings, text)) is not None:
            return True, said[1]
    return False, None


def _read_text(
    pages: Sequence[RuledPage],
    title: _Title,
    vocabulary: Vocabulary,
    left_out: Collection[str],
    found: _ReportFound,
) -> None:
    """Add what the running text says."""
    kind = title.kind
    for page in pages:
        found.take(list(sentence_figures(page, kind.sentences, kind.lines, title.year, vocabulary)))
    there = {_name(figure) for figure in found.figures}  # a sentence can repeat what a table says
    found.problems += missing_sentences(kind.sentences, {*there, *left_out})
