"""The lines of a PDF, from the places of its characters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mtopendata.sheets.pdf import BROKEN_HYPHEN, opened_pdf
from mtopendata.sheets.tables.printed_lines import PrintedLine, Token, lines_of_page

_NEAR, _BACK, _BELOW = 0.15, 0.5, 0.8
"""So many heights are the farthest of a character from the one before it in a token: to the right,
back to the left, and up or down, as raised signs are.
"""
_SMALL = 0.75
"""So many heights of the first sign of a token are the most of a raised one."""


def lines_of_pdf(name: str, content: bytes) -> list[list[PrintedLine]]:
    """The lines of each page of the PDF that the user calls `name`; none of a page without text.

    MtopendataError: it cannot be read.
    """
    with opened_pdf(name, content) as document:
        return [lines_of_pdf_page(page, number) for number, page in enumerate(document, 1)]


def lines_of_pdf_page(page: Any, number: int) -> list[PrintedLine]:
    """The lines of the page of this number."""
    return list(lines_of_page(list(_tokens(page)), number))


@dataclass(slots=True)
class _Box:
    """The characters of a token so far, and the box of the first one, up to the last one's right
    end. So many of the last ones are `raised`.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    raised: int = 0

    def is_near(self, left: float, top: float, bottom: float) -> bool:
        """Whether a character with these edges goes on with it."""
        height = self.bottom - self.top
        below = abs((top + bottom) - (self.top + self.bottom)) / 2
        is_beside = -_BACK * height <= left - self.right <= _NEAR * height
        return is_beside and below <= _BELOW * height

    def add(self, sign: str, right: float, top: float, bottom: float) -> None:
        """Let a character go on with it."""
        self.text += sign
        self.right = right
        is_small = bottom - top <= _SMALL * (self.bottom - self.top)
        self.raised = self.raised + 1 if is_small and bottom < self.bottom else 0

    @property
    def token(self) -> Token:
        """The token that it is when no character goes on with it."""
        return Token(self.text, self.left, self.right, self.top, self.bottom, self.raised)


def _tokens(page: Any) -> Iterator[Token]:
    text, turned = page.get_textpage(), page.get_rotation()
    box: _Box | None = None
    for index in range(text.count_chars()):
        sign = text.get_text_range(index, 1).replace(BROKEN_HYPHEN, "-")
        if not sign or (sign.isspace() and sign != "\N{NO-BREAK SPACE}"):
            if box is not None:
                yield box.token
            box = None
            continue
        left, top, right, bottom = line_edges(text.get_charbox(index, loose=True), turned)
        if box is not None and not box.is_near(left, top, bottom):
            yield box.token
            box = None
        if box is None:
            box = _Box(sign, left, top, right, bottom)
        else:
            box.add(sign, right, top, bottom)
    if box is not None:
        yield box.token


def line_edges(
    box: tuple[float, float, float, float], turned: int
) -> tuple[float, float, float, float]:
    """The left, top, right and bottom edge on a page that is shown turned clockwise by so many
    degrees; PDF counts upwards from the bottom of the page before it is turned.
    """
    left, bottom, right, top = box
    return {
        0: (left, -top, right, -bottom),
        90: (bottom, left, top, right),
        180: (-right, bottom, -left, top),
        270: (-top, -right, -bottom, -left),
    }[turned]
