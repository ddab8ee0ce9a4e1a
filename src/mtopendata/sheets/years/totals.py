"""Whether the rows of a table of years make the total that it prints, column by column."""

from collections.abc import Iterator

from mtopendata.figures.printed_numbers import read_printed
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.tables.table_cues import elements_of_text
from mtopendata.sheets.years.grid_layout import GridLayout, TableLine
from mtopendata.sheets.years.year_cues import YearTable
from mtopendata.values.plurals import plural


def total_problems(layout: GridLayout, table: YearTable) -> Iterator[Problem]:
    """Columns in which the rows make another total than is printed; subtotals are no rows."""
    totals = [row for row in layout.rows if elements_of_text(row.label) in table.totals]
    if len(totals) > 1:
        named = ", ".join(f"{row.label!r} in line {row.line}" for row in totals)
        yield Problem(
            "two-totals", f"the table has {len(totals)} totals: {named}",
            "for the sum of a part, add a cue of the kind 'subtotal'", totals[1].line,
            page=layout.grid.page,
        )  # fmt: skip
    if len(totals) != 1:
        return
    rows = [row for row in layout.rows if row is not totals[0] and not _is_subtotal(row, table)]
    for index in range(layout.grid.columns):
        counts = [_count_in(row, index) for row in rows]
        total = _count_in(totals[0], index)
        if total is None or not counts or None in counts:
            continue  # what is not read is told where a cue asks for it
        made = sum(count or 0 for count in counts)
        if made != total:
            yield _sum_problem(layout, totals[0], index, made, total, len(counts))


def _is_subtotal(row: TableLine, table: YearTable) -> bool:
    return elements_of_text(row.label) in table.subtotals


def _count_in(row: TableLine, column: int) -> int | None:
    """The one count in a column of a row; None: there is none, or several."""
    counts = [
        read_printed(number.text, "")
        for place in row.cells
        if place.cell.column == column
        for number in place.numbers.numbers
        if not number.is_share
    ]
    said = counts[0] if len(counts) == 1 else None
    is_exact = said is not None and said.qualifier == "exact" and said.value is not None
    return int(said.value) if is_exact and said and said.value is not None else None


def _sum_problem(
    layout: GridLayout, total: TableLine, index: int, made: int, printed: int, rows: int
) -> Problem:
    column = layout.columns[index]
    heading = " ".join(filter(None, (str(column.year or ""), column.heading)))
    off = made - printed
    return Problem(
        "not-the-sum",
        f"{plural(rows, 'row')} make {made:,} in the column {heading!r}, and {total.label!r} is "
        f"{printed:,}: {abs(off):,} too {'many' if off > 0 else 'few'}",
        "look whether a digit is lost, or a row; a sum of other rows needs a cue of the kind "
        "'subtotal'",
        total.line,
        page=layout.grid.page,
    )
