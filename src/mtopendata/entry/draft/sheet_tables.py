"""The table in a sheet of a workbook, as a source of one block of texts."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from mtopendata.entry.draft.layout import Layout, cell_as_text, has_time, is_blank
from mtopendata.package.model import Resource
from mtopendata.reading.faults import AmendError
from mtopendata.reading.frictionless_resources import OnlyBlock
from mtopendata.reading.tables import Block, Columns, Header


class SheetTable:
    """The rows of a sheet that its layout takes for a table. `valued` are the columns in which some
    cells are no text but numbers, days or truth values of the workbook.
    """

    def __init__(self, resource: Resource, rows: Sequence[Sequence[Any]], layout: Layout) -> None:
        self.resource = resource
        header = rows[layout.header - 1]
        self.labels = [label_of(cell) for cell in _padded(header, layout.width)]
        notes = set(layout.notes)
        body = [
            row
            for number, row in enumerate(rows[layout.header :], layout.header + 1)
            if number not in notes and not all(map(is_blank, row))
        ]
        columns = list(zip(*(_padded(row, layout.width) for row in body), strict=True))
        self.frame = pl.DataFrame(
            [_sheet_texts(str(index), cells) for index, cells in enumerate(columns)]
        )
        self.valued = frozenset(
            label
            for label, cells in zip(self.labels, columns, strict=True)
            if any(cell is not None and not isinstance(cell, str) for cell in cells)
        )

    @property
    def name(self) -> str:
        """The resource's."""
        return self.resource.name

    def begin(self) -> Columns:
        """The columns, which are all text."""
        return Header(self.resource, dict.fromkeys(self.labels, pl.String()))

    def texts(self) -> Iterator[pl.DataFrame]:
        """All cells."""
        yield self.frame

    def jobs(self) -> Iterator[OnlyBlock]:
        """The one block."""
        yield OnlyBlock()

    def read(self, job: OnlyBlock) -> Block:
        """All rows."""
        del job
        return Block(0, 0, self.frame, range(self.frame.height), {})

    def amend(self, error: AmendError) -> None:
        """Never needed."""
        raise error


def label_of(cell: Any) -> str:
    """A cell of a header as frictionless takes it for a label."""
    return "" if cell is None else str(cell).strip()


def _padded(row: Sequence[Any], width: int) -> list[Any]:
    return [*row[:width], *[None] * (width - len(row))]


def _sheet_texts(name: str, cells: Sequence[Any]) -> pl.Series:
    with_time = has_time(cells)
    return pl.Series(name, [cell_as_text(cell, with_time=with_time) for cell in cells], pl.String)
