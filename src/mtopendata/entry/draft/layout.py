"""Where in a sheet its table stands: the header, the rows, and what is none of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

_TOP = 30
"""Rows of a sheet in which its header begins."""
_NOTES = 30
"""Rows of notes that may stand below a table."""
_EXACT = 10**15
"""Whole numbers below it are kept exactly in the binary numbers of a workbook."""

Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """`header` and `notes` are numbers of rows, from 1. `is_gappy`: blank rows stand between."""

    header: int
    width: int
    notes: tuple[int, ...] = ()
    is_gappy: bool = False


def layout_of(rows: Sequence[Cells], joined: Collection[int]) -> Layout | None:
    """The layout of a table; None where there is none: no row has two cells, or none follows.

    `joined` are the rows in which cells of several columns are merged, and so no labels.
    """
    counts = [sum(not is_blank(cell) for cell in row) for row in rows]
    top = enumerate(counts[:_TOP], 1)
    header = next((n for n, count in top if count > 1 and n not in joined), None)
    if header is None or not any(counts[header:]):
        return None
    width = max(map(_width, rows[header - 1 :]))
    filled = [number for number, count in enumerate(counts, 1) if count and number >= header]
    notes = _notes(rows, counts, filled) if width > 2 else ()
    last = max({*filled} - {*notes})
    is_gappy = any(not count for count in counts[header:])
    return None if last == header else Layout(header, width, notes, is_gappy)


def _notes(rows: Sequence[Cells], counts: Sequence[int], filled: Sequence[int]) -> tuple[int, ...]:
    """The last rows, if a blank one or none stands before them, each with one text in front."""
    found: list[int] = []
    for number in reversed(filled[1:]):
        row = rows[number - 1]
        if counts[number - 1] > 1 or not (row and isinstance(row[0], str) and row[0].strip()):
            break
        found.append(number)
    return tuple(reversed(found)) if len(found) <= _NOTES else ()


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing."""
    return cell is None or cell == ""


def _width(row: Cells) -> int:
    return next((i for i in range(len(row), 0, -1) if not is_blank(row[i - 1])), 0)


def cell_as_text(cell: Any, *, with_time: bool) -> str | None:
    """A value as a CSV has it. Days have a time of day only where the column has some."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat() if with_time else cell.date().isoformat()
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def has_time(cells: Sequence[Any]) -> bool:
    """Whether a day in a column is not the whole day."""
    midnight = time()
    return any(isinstance(cell, datetime) and cell.time() != midnight for cell in cells)
