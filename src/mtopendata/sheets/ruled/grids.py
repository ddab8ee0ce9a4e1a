"""Grids: the cells that lines divide a part of a page into, with the words in them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from mtopendata.sheets.ruled.rulings import SAME, Ruling
from mtopendata.sheets.tables.printed_lines import PrintedLine

_MOST = 5_000
"""Crossings of lines in the largest grid that is read."""
_MOST_OF_PAGE = 200_000
"""The same of a page, if all of its lines crossed; one with more is a drawing, and has none."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell from its first row and column, so many `rows` down and `columns` to the right; and
    what of the lines of the page stands in it, without raised signs. `is_crossed`: a word of it
    reaches over its edge. `raised` are those signs, as of footnotes.
    """

    row: int
    column: int
    rows: int
    columns: int
    lines: tuple[PrintedLine, ...]
    is_crossed: bool = False
    raised: str = ""

    @property
    def line(self) -> int | None:
        """The first line of the page that stands in it."""
        return self.lines[0].line if self.lines else None

    @property
    def text(self) -> str:
        """All of its words; those of a line that a hyphen or a slash ends go on without a blank."""
        text = ""
        for line in self.lines:
            is_joined = text.endswith(("-", "/")) and text[-2:-1].isalpha()
            text = f"{text}{line.text}" if is_joined or not text else f"{text} {line.text}"
        return text


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table from the top, and in a row from the left. `line` is the first line of
    the page that stands in it, or else below it.
    """

    page: int
    line: int
    top: float
    bottom: float
    rows: int
    columns: int
    cells: tuple[GridCell, ...]

    def row(self, index: int) -> list[GridCell]:
        """The cells that reach into a row, from the left."""
        return [cell for cell in self.cells if cell.row <= index < cell.row + cell.rows]


def grids_of_page(rulings: Sequence[Ruling], lines: Sequence[PrintedLine], page: int) -> list[Grid]:
    """The grids of a page from its top."""
    grids = (_grid(group, lines, page) for group in _connected(rulings))
    return sorted((grid for grid in grids if grid), key=lambda grid: grid.top)


def _connected(rulings: Sequence[Ruling]) -> Iterator[set[Ruling]]:
    """The lines that hang together, because they cross or touch."""
    level = [ruling for ruling in rulings if ruling.is_level]
    upright = [ruling for ruling in rulings if not ruling.is_level]
    if len(level) * len(upright) > _MOST_OF_PAGE:
        return
    groups: list[set[Ruling]] = []
    for line in upright:
        crossed = {one for one in level if line.reaches(one.place) and one.reaches(line.place)}
        joined = [group for group in groups if not crossed.isdisjoint(group)]
        others = [group for group in groups if crossed.isdisjoint(group)]
        groups = [*others, {line}.union(crossed, *joined)]
    yield from groups


def _grid(group: Collection[Ruling], lines: Sequence[PrintedLine], page: int) -> Grid | None:
    """The grid that lines are; None: they enclose nothing."""
    ys = _distinct_places([ruling.place for ruling in group if ruling.is_level])
    xs = _distinct_places([ruling.place for ruling in group if not ruling.is_level])
    if len(ys) < 2 or len(xs) < 2 or len(ys) * len(xs) > _MOST:
        return None
    cells = tuple(_cells_of(group, lines, xs, ys))
    first = min((line.line for cell in cells for line in cell.lines), default=None)
    if first is None:
        first = next((line.line for line in lines if line.top >= ys[0]), 1)
    return Grid(page, first, ys[0], ys[-1], len(ys) - 1, len(xs) - 1, cells)


def _cells_of(
    group: Collection[Ruling],
    lines: Sequence[PrintedLine],
    xs: Sequence[float],
    ys: Sequence[float],
) -> Iterator[GridCell]:
    near = [line for line in lines if any(ys[0] <= t.middle <= ys[-1] for t in line.tokens)]
    for box in _boxes_between(group, xs, ys):
        row, column, rows, columns = box
        across, down = (xs[column], xs[column + columns]), (ys[row], ys[row + rows])
        yield _cell_of_box(box, near, across, down)


def _distinct_places(places: Sequence[float]) -> list[float]:
    """Places in their order, those that are one taken together."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > SAME:
            found.append(place)
    return found


def _boxes_between(
    group: Collection[Ruling], xs: Sequence[float], ys: Sequence[float]
) -> Iterator[tuple[int, int, int, int]]:
    """The row, the column, the rows and the columns of each cell: places between neighbouring lines
    that no line divides are one.
    """
    taken: set[tuple[int, int]] = set()
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            columns, rows = 1, 1
            middle = (ys[row] + ys[row + 1]) / 2
            while column + columns < len(xs) - 1 and not _is_divided(
                group, False, xs[column + columns], middle
            ):
                columns += 1
            middle = (xs[column] + xs[column + 1]) / 2
            while row + rows < len(ys) - 1 and not _is_divided(group, True, ys[row + rows], middle):
                rows += 1
            taken.update(
                (row + down, column + right) for down in range(rows) for right in range(columns)
            )
            yield row, column, rows, columns


def _is_divided(group: Collection[Ruling], is_level: bool, place: float, across: float) -> bool:
    """Whether a line of this direction runs through a place."""
    return any(
        ruling.is_level is is_level
        and abs(ruling.place - place) <= SAME
        and ruling.start <= across <= ruling.end
        for ruling in group
    )


def _cell_of_box(
    box: tuple[int, int, int, int],
    lines: Sequence[PrintedLine],
    across: tuple[float, float],
    down: tuple[float, float],
) -> GridCell:
    """A cell with what of lines stands in it."""
    (left, right), (top, bottom) = across, down
    found: list[PrintedLine] = []
    is_crossed, raised = False, []
    for line in lines:
        tokens = [
            token
            for token in line.tokens
            if left <= (token.left + token.right) / 2 < right and top <= token.middle < bottom
        ]
        if tokens:
            unmarked = tuple(token.unmarked for token in tokens)
            raised += [
                token.text.removeprefix(plain.text)
                for token, plain in zip(tokens, unmarked, strict=True)
                if token.text != plain.text
            ]
            found.append(PrintedLine(unmarked, line.page, line.line))
            is_crossed |= tokens[0].left < left - SAME or tokens[-1].right > right + SAME
    return GridCell(*box, tuple(found), is_crossed, " ".join(raised))
