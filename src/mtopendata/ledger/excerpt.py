"""What stands around a fault in the file of its table. Plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExcerptRow:
    """A line of a file, by its number: what stands in some of its columns, cut where it is long,
    with None for a cell that the line does not have. A line that the table's columns do not divide,
    such as a part of a record, has one text for all of them.
    """

    number: int
    cells: tuple[str | None, ...]
    is_divided: bool = True


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The line of a fault, cut to what stands around it; and for the first faults of a kind, as a
    table, the rows above, at and below it.

    `columns` are the names of some neighbouring columns, with None for one that the table does not
    have; `first` is the place of the first of them in the table, from 0, and `marked` the place
    among them of the cell at fault; None: it is the row's.
    """

    line: str
    columns: tuple[str | None, ...] = ()
    first: int = 0
    marked: int | None = None
    rows: tuple[ExcerptRow, ...] = ()
