"""The figures of a table whose cues are known, and what keeps a cue from finding its own."""

from collections.abc import Iterator, Sequence

from mtopendata.figures.marks import NOT_REPORTED
from mtopendata.figures.printed_numbers import PERCENT, Printed, read_printed
from mtopendata.package.types.number import MAX_DIGITS
from mtopendata.sheets.cues import Cue
from mtopendata.sheets.reading import Problem, SheetFigure, Vocabulary
from mtopendata.sheets.tables.table_cues import Elements, elements_of_text
from mtopendata.sheets.years.cell_numbers import CellNumber
from mtopendata.sheets.years.grid_layout import GridLayout, PlacedCell, TableLine, YearColumn
from mtopendata.sheets.years.year_cues import YearTable, without_brackets, year_named
from mtopendata.values.cells import cell_text

DASHES = ("-", "–", "—")
"""What in a table of years is printed for a number that is not reported, which is not 0."""


CellAnswer = tuple[Sequence[Cue], SheetFigure | Problem]
"""What is found in a cell, and the cues that it answers."""


def table_figures(
    layout: GridLayout, table: YearTable, titled: int | None, vocabulary: Vocabulary
) -> Iterator[CellAnswer]:
    """What the cues of a table find in a grid, row by row; `titled` is the year that its heading
    names.
    """
    for row in layout.rows:
        named = year_named(table.years, without_brackets(row.label)) if row.label else None
        is_year = named is not None and not named[1]
        wanted = _cues_of_row(table, row, with_headings=is_year or not row.label)
        for place in row.cells:
            column = layout.columns[place.cell.column]
            found = list(_cues_of_column(column, wanted))
            if not found:
                continue
            if (fault := _cell_fault(place, row, layout)) is not None:
                yield [cue for cue, _ in found], fault
                continue
            years = {year for year in (column.year, named and named[0], titled) if year}
            for cue, rest in found:
                yield [cue], _figure(cue, rest, years, place, row, layout, vocabulary)


def _cues_of_row(
    table: YearTable, row: TableLine, *, with_headings: bool
) -> list[tuple[Cue, tuple[Elements, ...]]]:
    """The cues that ask for something in a row, each with what it says beside the row's label."""
    label = elements_of_text(row.label)
    wanted = [(item.cue, item.others) for item in table.rows if item.row == label]
    if with_headings:
        wanted += [(cue, ()) for cue in table.headings if cue.measure]
    return wanted


def _cues_of_column(
    column: YearColumn, cues: Sequence[tuple[Cue, tuple[Elements, ...]]]
) -> Iterator[tuple[Cue, tuple[Elements, ...]]]:
    """The cues that ask for something in a column, with what they say beside its heading."""
    for cue, others in cues:
        if (rest := _beside_heading(column, others)) is not None:
            yield cue, rest


def _beside_heading(
    column: YearColumn, others: tuple[Elements, ...]
) -> tuple[Elements, ...] | None:
    """What a cue says beside the heading of a column; None: it is about another one."""
    heading = elements_of_text(column.heading)
    if not heading or (not others and column.year is None):
        return others
    return others[1:] if others[:1] == (heading,) else None


def _cell_fault(place: PlacedCell, row: TableLine, layout: GridLayout) -> Problem | None:
    """Why nobody can tell what the numbers of a cell are."""
    cell, page = place.cell, layout.grid.page
    line = cell.line or row.line
    if cell.columns > 1 or cell.rows > 1:
        return Problem(
            "not-in-columns", f"{row.label}: the cell {cell.text!r} reaches over several columns "
            "or rows", "look to which of them its number belongs", line, page=page,
        )  # fmt: skip
    if cell.is_crossed:
        return Problem(
            "not-in-columns", f"{row.label}: {cell.text!r} reaches over the edge of its cell",
            "look to which column its number belongs", line, page=page,
        )  # fmt: skip
    if place.numbers.rest:
        return Problem(
            "unknown-form", f"{row.label}: {place.numbers.rest!r} are not numbers with their "
            "labels", "enter its numbers by hand", line, page=page,
        )  # fmt: skip
    if not place.numbers.numbers:
        return Problem(
            "no-number", f"{row.label}: a cell is empty", "look whether its number is elsewhere; "
            "a dash would say that it is not reported", line, page=page,
        )  # fmt: skip
    return None


def _figure(
    cue: Cue,
    rest: tuple[Elements, ...],
    years: set[int],
    place: PlacedCell,
    row: TableLine,
    layout: GridLayout,
    vocabulary: Vocabulary,
) -> SheetFigure | Problem:
    """The figure of a cue in a cell, or why there is none."""
    page, column = layout.grid.page, layout.columns[place.cell.column]
    unit = vocabulary.measures[cue.measure or ""].unit
    numbers = _fitting(place.numbers.numbers, rest, unit == PERCENT)
    words = _words_around(row, column, years)
    if len(numbers) != 1:
        code, what = ("found-twice", "several numbers") if numbers else ("not-found", "no number")
        return Problem(
            code, f"{cue.figure}: {what} of {place.cell.text!r} can be it ({words})",
            "look at the cell, and at the cue", place.cell.line, page=page,
        )  # fmt: skip
    [number] = numbers
    if len(years) != 1:
        told = f"several years: {', '.join(map(str, sorted(years)))}" if years else "no year"
        return Problem(
            "no-period", f"{cue.figure}: {number.text} has {told}",
            "add a cue of the kind 'year column' or 'year row' that names it", number.line,
            page=page,
        )  # fmt: skip
    said, printed = _said(number, unit, vocabulary)
    if said is None and printed is not None:
        return Problem(
            "unknown-form", f"{cue.figure}: {number.text!r} is no known form of a number ({words})",
            "enter it by hand, with the bounds that it allows", number.line, page=page,
        )  # fmt: skip
    return SheetFigure(
        cue.measure or "",
        cue.area,
        next(iter(years)),
        unit,
        page,
        row.position(place, number),
        said,
        printed,
        number.line,
        before=f"{words}:" + (f" {number.label}:" if number.label else ""),
        after=f"with the sign {place.cell.raised} of a note" if place.cell.raised else "",
        page=page,
    )


def _words_around(row: TableLine, column: YearColumn, years: set[int]) -> str:
    """What says what the numbers of a cell are."""
    unsaid = (str(year) for year in sorted(years) if str(year) not in row.label)
    return ", ".join(filter(None, (row.label, column.heading, *unsaid)))


def _fitting(
    numbers: Sequence[CellNumber], rest: tuple[Elements, ...], is_share: bool
) -> list[CellNumber]:
    """The numbers of a cell that have the label that a cue asks for, as counts or as shares. A dash
    alone stands for all.
    """
    if len(numbers) == 1 and numbers[0].text in DASHES:
        return list(numbers)
    return [
        number
        for number in numbers
        if tuple(filter(None, (elements_of_text(number.label),))) == rest
        and number.is_share is is_share
    ]


def _said(
    number: CellNumber, unit: str, vocabulary: Vocabulary
) -> tuple[Printed | None, str | None]:
    """What a number says and its text; both None where it is not reported."""
    mark = vocabulary.marks.of(number.text, None)
    if mark is not None:
        return (None, None) if mark.means == NOT_REPORTED else (mark.said, number.text)
    if number.text in DASHES:
        return None, None
    said = read_printed(number.text, unit)
    if said and any(
        value is not None and len(cell_text(value)) > MAX_DIGITS
        for value in (said.value, said.upper)
    ):
        return None, number.text
    return said, number.text
