"""The numbers in a cell, each with the label that stands before it and a colon."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtopendata.figures.marks import is_usual
from mtopendata.figures.printed_numbers import PERCENT, read_printed
from mtopendata.sheets.ruled.grids import GridCell

_LIKE_NUMBER = re.compile(r"[<>≤≥~≈]?\d[\d.,'’\s]*[+*%]?")
_BROKEN_OFF = re.compile(r"[1-9]\d{0,2}(?:,\d{3})*,\d{0,2}")
"""A number that the end of its line cuts in a group of digits."""
_WHOLE = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")


@dataclass(frozen=True, slots=True)
class CellNumber:
    """A number, or a mark such as a dash in its place, as it is printed, in a line of the page.
    `label` is empty where a colon leads to none.
    """

    label: str
    text: str
    line: int

    @property
    def is_share(self) -> bool:
        """Whether it is printed as a percentage."""
        return self.text.endswith("%")


@dataclass(frozen=True, slots=True)
class CellNumbers:
    """The numbers of a cell from the left and from its top. `rest` are words that stand beside
    several numbers, so that nobody can tell to which they belong; the numbers are none then.
    """

    numbers: Sequence[CellNumber] = ()
    rest: str = ""

    @property
    def are_all(self) -> bool:
        """Whether the cell holds numbers, and nothing else."""
        return bool(self.numbers) and not self.rest


_Piece = tuple[str, int]
"""What blanks divide, with its line."""


def numbers_of(cell: GridCell) -> CellNumbers:
    """What is in a cell. A number that a line end breaks is put together."""
    pieces = list(_mended(cell))
    if len(pieces) == 1 and is_usual(pieces[0][0]):
        return CellNumbers([CellNumber("", *pieces[0])])
    numbers: list[CellNumber] = []
    for label, part in _labelled(pieces):
        found = list(_numbers_of_part(label, part))
        if not found:
            return CellNumbers((), cell.text)
        numbers += found
    return CellNumbers(numbers)


def _mended(cell: GridCell) -> Iterator[_Piece]:
    before: _Piece | None = None
    for line in cell.lines:
        for index, token in enumerate(line.tokens):
            is_next_line = before is not None and index == 0
            if before is not None and is_next_line and _BROKEN_OFF.fullmatch(before[0]):
                whole = before[0] + token.text
                if _WHOLE.fullmatch(whole):
                    before = whole, before[1]
                    continue
            if before is not None:
                yield before
            before = token.text, line.line
    if before is not None:
        yield before


def _labelled(pieces: Sequence[_Piece]) -> Iterator[tuple[str, list[_Piece]]]:
    """Each label with what stands behind it; first what stands before all labels, if anything."""
    label, part = "", list[_Piece]()
    for text, line in pieces:
        if not text.endswith(":") or _is_like_number(text):
            part.append((text, line))
            continue
        words = [text.rstrip(":")]
        while part and not _is_like_number(part[-1][0]):
            words.append(part.pop()[0])
        if part or label:
            yield label, part
        label, part = " ".join(reversed(words)), []
    if part or label:
        yield label, part


def _numbers_of_part(label: str, part: Sequence[_Piece]) -> Iterator[CellNumber]:
    """The numbers behind a label: one with words that qualify it, or several without any."""
    likes = [piece for piece in part if _is_like_number(piece[0])]
    if len(likes) == len(part):
        yield from (CellNumber(label, *piece) for piece in part)
    elif len(likes) == 1:
        text = " ".join(text for text, _ in part)
        if any(read_printed(text, unit) for unit in ("", PERCENT)):
            yield CellNumber(label, text, likes[0][1])


def _is_like_number(text: str) -> bool:
    return _LIKE_NUMBER.fullmatch(text) is not None or text in ("-", "–", "—")
