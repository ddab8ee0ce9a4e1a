"""What was read from a table of names and numbers. Plain data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mtopendata.sheets.document import Document
from mtopendata.sheets.reading import Problem


@dataclass(frozen=True, slots=True)
class TableRow:
    """A name and its number, a count of whole things; None where a dash is printed for it, which
    may stand for none or for not known. `printed` is the number as it is printed.

    `page` counts from 1, and is None in a text of one page; `line` counts from 1: in a text, or on
    a page of a PDF from its top.
    """

    name: str
    number: int | None
    printed: str
    page: int | None
    line: int

    @property
    def where(self) -> str:
        """Its place in words."""
        return place_words(self.page, self.line)


@dataclass(frozen=True, slots=True)
class TableReading:
    """The rows of a document in the order of reading. `kind` is the section of the cues that know
    it; `period` is None where no heading names one year, and `total` where not one is printed.
    `in_order` are rows and totals as they are printed. `slips` are faults of the document that
    leave no row in doubt.
    """

    document: Document
    kind: str
    period: int | None
    rows: Sequence[TableRow]
    subtotals: Sequence[TableRow]
    total: TableRow | None
    problems: Sequence[Problem]
    in_order: Sequence[TableRow] = ()
    slips: Sequence[Problem] = ()

    @property
    def is_certain(self) -> bool:
        """Whether the rows make the printed totals, and nothing is left open."""
        return not self.problems


def sum_of(rows: Iterable[TableRow]) -> int:
    """What rows make; one with a dash adds nothing."""
    return sum(row.number or 0 for row in rows)


def place_words(page: int | None, line: int) -> str:
    """A place in words."""
    return f"line {line}" if page is None else f"page {page}, line {line}"
