"""A grid as a table: the headings above its columns, the labels of its rows, and its numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.ruled.grids import Grid, GridCell
from mtopendata.sheets.years.cell_numbers import CellNumber, CellNumbers, numbers_of
from mtopendata.sheets.years.year_cues import year_named


@dataclass(frozen=True, slots=True)
class YearColumn:
    """What stands above a column: its year, if it names one, and the rest of its heading."""

    year: int | None
    heading: str


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell below the headings. `first` counts its first number in its row, from 1."""

    cell: GridCell
    numbers: CellNumbers
    first: int


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of a table. `number` counts the rows with numbers of all tables of the page, from 1;
    None: it has none. `line` is its first line on the page.
    """

    label: str
    cells: Sequence[PlacedCell]
    number: int | None
    line: int

    def position(self, cell: PlacedCell, number: CellNumber) -> str:
        """Where in it a number stands."""
        place = cell.first + list(cell.numbers.numbers).index(number)
        return f"table row {self.number}, number {place}"


@dataclass(frozen=True, slots=True)
class GridLayout:
    """`headings` are all texts above the numbers but for those that begin with a year."""

    grid: Grid
    headings: Sequence[str]
    columns: Sequence[YearColumn]
    rows: Sequence[TableLine]

    @property
    def numbered(self) -> int:
        """How many rows with numbers it has."""
        return sum(row.number is not None for row in self.rows)


_Named = dict[int, tuple[int, str] | None]
"""The year that each cell begins with, and the rest of its text."""


def lay_out_grid(grid: Grid, cues: Sequence[Cue], before: int) -> GridLayout:
    """The table that a grid is; `cues` tell years in headings and labels. Above it on its page are
    so many rows with numbers.
    """
    numbers = {id(cell): numbers_of(cell) for cell in grid.cells}
    named = {id(cell): year_named(cues, cell.text) for cell in grid.cells}
    first = _first_row(grid, numbers, named)
    above = [cell for cell in grid.cells if cell.row < first]
    columns = [_column_of_years(index, above, grid, named) for index in range(grid.columns)]
    has_labels = bool(columns) and columns[0].year is None
    rows = []
    for index in range(first, grid.rows):
        cells = [cell for cell in grid.row(index) if cell.row == index]
        rows.append(_row(cells, numbers, has_labels, before + 1, grid.line))
        before += rows[-1].number is not None
    headings = [cell.text for cell in above if cell.lines and not named[id(cell)]]
    return GridLayout(grid, headings, columns, rows)


def _first_row(grid: Grid, numbers: dict[int, CellNumbers], named: _Named) -> int:
    """The first row that has a cell of numbers alone."""
    with_numbers = [c.row for c in grid.cells if numbers[id(c)].are_all and not named[id(c)]]
    return min(with_numbers, default=grid.rows)


def _is_over(cell: GridCell, column: int, grid: Grid) -> bool:
    """Whether a cell is a heading of a column, and none of all the table."""
    is_title = cell.columns == grid.columns > 1
    return cell.column <= column < cell.column + cell.columns and not is_title


def _column_of_years(
    index: int, above: Sequence[GridCell], grid: Grid, named: _Named
) -> YearColumn:
    """A column, by the cells `above` the rows of the grid that are over it."""
    year, parts = None, []
    for cell in (cell for cell in above if _is_over(cell, index, grid)):
        found = named[id(cell)]
        if found is None:
            parts.append(cell.text)
        else:
            year = found[0]
            parts.append(found[1])
    return YearColumn(year, " ".join(part for part in parts if part))


def _row(
    cells: Sequence[GridCell],
    numbers: dict[int, CellNumbers],
    has_labels: bool,
    number: int,
    line: int,
) -> TableLine:
    label = cells[0].text if has_labels and cells and cells[0].column == 0 else ""
    places = list(_places([c for c in cells if c.column or not has_labels], numbers))
    line = min((cell.line for cell in cells if cell.line), default=line)
    is_numbered = any(place.numbers.numbers for place in places)
    return TableLine(label, places, number if is_numbered else None, line)


def _places(cells: Sequence[GridCell], numbers: dict[int, CellNumbers]) -> Iterator[PlacedCell]:
    first = 1
    for cell in cells:
        yield PlacedCell(cell, numbers[id(cell)], first)
        first += len(numbers[id(cell)].numbers)
