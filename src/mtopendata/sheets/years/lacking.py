"""What the cues of a report ask for and it does not have, and headings in an unlikely order."""

from collections.abc import Collection, Iterator, Sequence

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.ruled.grids import Grid
from mtopendata.sheets.ruled.pages import RuledPage
from mtopendata.sheets.tables.table_cues import elements_of_text
from mtopendata.sheets.years.grid_layout import GridLayout
from mtopendata.sheets.years.year_cues import YearTable, without_brackets, year_named


def missing_table(table: YearTable, left_out: Collection[str]) -> Iterator[Problem]:
    """A table that no grid is, unless all of its figures are left out."""
    names = list(dict.fromkeys(cue.figure for cue in table.figures))
    if names and not set(names) <= set(left_out):
        phrases = " or ".join(repr(cue.phrase) for cue in table.headings)
        yield Problem(
            "no-section",
            f"no table is called {phrases}, which has {', '.join(names)}",
            "look whether the report has it, with lines between its cells; if it is called "
            "otherwise, add a cue of the kind 'year table'",
        )


def missing_rows(table: YearTable, there: Collection[str], grid: Grid) -> Iterator[Problem]:
    """Figures for which a table has no row, but for those that are there, or left out; `grid` is
    the last one of the table.
    """
    cues = {
        name: [c.phrase for c in table.figures if c.figure == name]
        for name in dict.fromkeys(cue.figure for cue in table.figures)
    }
    for name, phrases in cues.items():
        if name not in there:
            yield Problem(
                "not-found",
                f"{name}: the table has no {' or '.join(map(repr, phrases))}",
                "look whether the table goes on elsewhere, or calls it otherwise; if the report "
                f"leaves it out, say --not-reported {name}",
                grid.line,
                page=grid.page,
            )


def heading_problems(layout: GridLayout) -> Iterator[Problem]:
    """Years above columns that neither rise nor fall, where a heading may have been exchanged; and
    a column that names none beside others that do.
    """
    years = [column.year for column in layout.columns if column.year]
    place = {"line": layout.grid.line, "page": layout.grid.page}
    if years not in (sorted(years), sorted(years, reverse=True)):
        yield Problem(
            "column-order",
            f"the years above the columns are {', '.join(map(str, years))}",
            "look whether each heading stands above its own numbers",
            **place,
        )
    first = 0 if layout.columns and layout.columns[0].year else 1
    for number, column in enumerate(layout.columns[first:], first + 1):
        if years and column.year is None:
            yield Problem(
                "no-period",
                f"column {number} names no year: {column.heading!r}",
                "look at its heading; if it names the year otherwise, add a cue of the kind "
                "'year column'",
                **place,
            )


def row_problems(layout: GridLayout, table: YearTable) -> Iterator[Problem]:
    """Rows of a table with one measure whose labels name no year, so that nobody knows of which
    year their numbers are.
    """
    if not any(cue.measure for cue in table.headings):
        return
    known = {row.row for row in table.rows} | table.totals | table.subtotals
    for row in layout.rows:
        if row.number is None or not row.label or elements_of_text(row.label) in known:
            continue
        named = year_named(table.years, without_brackets(row.label))
        if named is None or named[1]:
            yield Problem(
                "no-period",
                f"the row {row.label!r} names no year, or more than one",
                "look at its label; if it names the year otherwise, add a cue of the kind "
                "'year row'",
                row.line,
                page=layout.grid.page,
            )


def missing_sentences(cues: Sequence[Cue], there: Collection[str]) -> Iterator[Problem]:
    """Figures that the running text should have, but for those that are there, or left out."""
    for name in dict.fromkeys(cue.figure for cue in cues):
        if name not in there:
            phrases = [repr(cue.phrase) for cue in cues if cue.figure == name]
            yield Problem(
                "not-found",
                f"{name}: no sentence has the words {' or '.join(phrases)}",
                "look whether the report words it otherwise; if it leaves it out, say "
                f"--not-reported {name}",
            )


def empty_pages(pages: Sequence[RuledPage]) -> Iterator[Problem]:
    """Pages that may show figures that nobody can read."""
    for page in pages:
        if not page.lines:
            yield Problem(
                "no-text",
                f"page {page.number} holds no text, as a scanned page does",
                "look what it shows; its figures are to be entered by hand",
                page=page.number,
            )
