"""The pages of a PDF with ruled tables: their lines, and their grids."""

from collections.abc import Sequence
from dataclasses import dataclass

from mtopendata.sheets.pdf import opened_pdf
from mtopendata.sheets.ruled.grids import Grid, grids_of_page
from mtopendata.sheets.ruled.rulings import rulings_of_page
from mtopendata.sheets.tables.pdf_lines import lines_of_pdf_page
from mtopendata.sheets.tables.printed_lines import PrintedLine


@dataclass(frozen=True, slots=True)
class RuledPage:
    """A page: its lines and its grids, both from its top. `number` counts from 1."""

    number: int
    lines: Sequence[PrintedLine]
    grids: Sequence[Grid]

    @property
    def plain_lines(self) -> list[PrintedLine]:
        """The lines that stand in no grid."""
        return [
            line
            for line in self.lines
            if not any(grid.top <= line.tokens[0].middle <= grid.bottom for grid in self.grids)
        ]


def ruled_pages(name: str, content: bytes) -> list[RuledPage]:
    """The pages of the PDF that the user calls `name`. MtopendataError: it cannot be read."""
    found = []
    with opened_pdf(name, content) as document:
        for number, page in enumerate(document, 1):
            lines = lines_of_pdf_page(page, number)
            found.append(
                RuledPage(number, lines, grids_of_page(rulings_of_page(page), lines, number))
            )
    return found
