"""Whether the rows of a table of years make the total that it prints, column by column."""

from collections.abc import Iterator, Sequence

from mtopendata.figures.printed_numbers import read_printed
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.tables.table_cues import elements_of_text
from mtopendata.sheets.years.grid_layout import GridLayout, TableLine
from mtopendata.sheets.years.year_cues import YearTable
from mtopendata.values.plurals import plural


def total_problems(layouts: Sequence[GridLayout], table: YearTable) -> Iterator[Problem]:
    """Columns in which the rows make another total than is printed; subtotals are no rows.
    `layouts` are the parts of one table, on one page or on several.
    """
    placed = [(layout, row) for layout in layouts for row in layout.rows]
    totals = [item for item in placed if elements_of_text(item[1].label) in table.totals]
    if len(totals) == 1:
        [(layout, total)] = totals
        rows = [row for _, row in placed if row is not total and not _is_subtotal(row, table)]
        yield from _wrong_sums(layout, total, rows)
    elif totals:
        yield _two_totals(totals)
    elif table.totals and not _has_totals_in_cells(placed, table):
        yield _no_total(*placed[-1]) if placed else _no_table_rows(layouts[-1])


def _wrong_sums(
    layout: GridLayout, total: TableLine, rows: Sequence[TableLine]
) -> Iterator[Problem]:
    """The columns in which the rows do not make the total."""
    for index in range(layout.grid.columns):
        counts = [_count_in(row, index) for row in rows]
        printed = _count_in(total, index)
        if printed is None or not counts or None in counts:
            continue  # what is not read is told where a cue asks for it
        made = sum(count or 0 for count in counts)
        if made != printed:
            yield _sum_problem(layout, total, index, made, printed, len(counts))


def _two_totals(totals: Sequence[tuple[GridLayout, TableLine]]) -> Problem:
    named = ", ".join(f"{row.label!r} in line {row.line}" for _, row in totals)
    layout, row = totals[1]
    message = f"the table has {len(totals)} totals: {named}"
    hint = "for the sum of a part, add a cue of the kind 'subtotal'"
    return Problem("two-totals", message, hint, row.line, page=layout.grid.page)


def _has_totals_in_cells(rows: Sequence[tuple[GridLayout, TableLine]], table: YearTable) -> bool:
    """Whether it is the cells that print totals, each with its label."""
    return any(
        elements_of_text(number.label) in table.totals
        for _, row in rows
        for place in row.cells
        for number in place.numbers.numbers
    )


def _no_total(layout: GridLayout, last: TableLine) -> Problem:
    return Problem(
        "no-total", f"the table prints no total; its last row is {last.label!r}",
        "look whether it goes on elsewhere; if its total has another name, add a cue of the kind "
        "'total'", last.line, page=layout.grid.page,
    )  # fmt: skip


def _no_table_rows(layout: GridLayout) -> Problem:
    return Problem(
        "no-table-rows", "the table has no row with a number", "look whether it goes on elsewhere",
        layout.grid.line, page=layout.grid.page,
    )  # fmt: skip


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
