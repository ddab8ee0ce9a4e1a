"""The rows and figures that changed as Markdown, in the room that there is."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mtopendata.report.change_words import (
    STATE,
    cell_excerpt,
    cell_sides,
    difference_words,
    excerpt,
    figure_number,
    figure_numbers,
    glimpse,
    is_of_rules,
    left_out,
    revision_words,
    row_counts,
    row_name,
)
from mtopendata.values.markdown import bullets, code, table, unlinked
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
    from mtopendata.changes.figures import FigureChange
    from mtopendata.changes.rows import CellChange, RowChange, TableChanges

_CELLS = 20
"""Changed cells of a row that are shown."""
_OPEN = 10
"""Lines of a list that are shown without being unfolded."""


class Room(NamedTuple):
    """What a comparison may take: characters of a cell and of a sentence, rows and findings of a
    list, and characters of the rows to paste.
    """

    cell: int
    sentence: int
    rows: int
    findings: int
    pasted: int


def excerpt_markdown(value: str, longest: int) -> str:
    """Words of the data, of which nothing is read as Markdown, as a link or as a mention."""
    return unlinked(excerpt(value, longest))


def excerpt_code(value: str, longest: int) -> str:
    """A name of the data as code."""
    return code(cell_excerpt(value, longest))


def changed_figures(comparison: "Comparison", room: Room) -> Iterator[str]:
    """The figures whose number changed or that are gone, side by side."""
    item = next((item for item in comparison.tables if item.resource == "figures"), None)
    if item is None or not comparison.figures:
        return
    figures = [figure for figure in comparison.figures if _is_of_number(figure)]
    listed = sum(row.kind != "added" for row in item.rows)
    left = item.changed + item.withdrawn - listed + max(0, len(figures) - room.rows)
    if not figures and not left:
        return
    yield "#### Figures that changed"
    rows = [_changed_figure_cells(figure, room) for figure in figures[: room.rows]]
    if rows:
        yield table(["figure", "before", "after", "difference", "why"], rows)
    yield from left_out(left)


def _is_of_number(figure: "FigureChange") -> bool:
    """Whether more changed than what is said about the figure."""
    if figure.kind == "changed":
        return any(cell.field in STATE for cell in figure.row.cells)
    return figure.kind == "withdrawn"


def _changed_figure_cells(figure: "FigureChange", room: Room) -> Sequence[str]:
    numbers = figure_numbers(figure, room.cell)
    return (
        excerpt_markdown(row_name(figure.row, figure, room.cell), 10 * room.cell),
        *("*none*" if text is None else excerpt_markdown(text, 10 * room.cell) for text in numbers),
        excerpt_markdown(difference_words(figure) or "", room.sentence),
        excerpt_markdown(revision_words(figure) or "", room.sentence),
    )


def changed_rows(item: "TableChanges", comparison: "Comparison", room: Room) -> Iterator[str]:
    """A heading for a table, and a list of those of its rows that stand nowhere else."""
    yield f"#### {excerpt_code(item.resource, room.cell)}: {row_counts(item)}"
    lines: list[str] = []
    of_rules = 0
    for row, figure in comparison.rows_of(item):
        if is_of_rules(row, item, comparison):
            of_rules += 1
        elif figure is None:
            lines.append(_row_line(row, room))
        else:
            lines += _changed_figure_lines(row, figure, room)
    unlisted = item.changed + item.withdrawn + item.added - len(item.rows)
    if item.resource == "figures" and comparison.figures:
        # Those that changed or are gone are counted above.
        unlisted = item.added - sum(row.kind == "added" for row in item.rows)
    kept = lines[: room.rows]
    kept += left_out(unlisted + len(lines) - len(kept))
    if of_rules:
        kept.append(f"{of_rules:,} of the rules below")
    if kept:
        yield _folded(kept)


def _row_line(row: "RowChange", room: Room) -> str:
    if row.kind == "changed":
        parts = list(_changed_cell_words(row.cells, room))
    else:
        parts = [excerpt_markdown(glimpse(row, room.cell), 10 * room.cell)]
    return "; ".join([_row_title(row, None, room), *parts])


def _changed_figure_lines(row: "RowChange", figure: "FigureChange", room: Room) -> Iterator[str]:
    """What does not stand among the figures that changed."""
    name = _row_title(row, figure, room)
    if figure.kind == "added" and figure.after:
        yield f"{name}: {excerpt_markdown(figure_number(figure.after, room.cell), 200)}"
        return
    cells = [cell for cell in row.cells if cell.field not in STATE]
    if figure.kind == "changed" and cells:
        parts = list(_changed_cell_words(cells, room))
        if not _is_of_number(figure) and (reason := revision_words(figure)):
            parts.append(excerpt_markdown(reason, room.sentence))
        yield "; ".join([name, *parts])


def _row_title(row: "RowChange", figure: "FigureChange | None", room: Room) -> str:
    name = excerpt_markdown(row_name(row, figure, room.cell), 10 * room.cell)
    return f"{row.kind}: {name}"


def _changed_cell_words(cells: "Sequence[CellChange]", room: Room) -> Iterator[str]:
    for cell in cells[:_CELLS]:
        before, after = (excerpt_markdown(text, room.cell) for text in cell_sides(cell, room.cell))
        yield f"{excerpt_code(cell.field, room.cell)} {before} → {after}"
    yield from left_out(len(cells) - _CELLS, "cell")


def _folded(lines: Sequence[str]) -> str:
    text = bullets(lines)
    if len(lines) <= _OPEN:
        return text
    return f"<details><summary>{plural(len(lines), 'row')}</summary>\n\n{text}\n\n</details>"
