"""Where the words of a document stand: lines of tokens, each with its box.

Lengths are in any unit, from the left and from the top; what is asked of them is only how they
compare with the height of a line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

WIDE = 0.7
"""So many heights of a line are wider than a blank: what they divide are two cells."""
_LEVEL = 0.3
"""So many heights of a line may the middles of two tokens of one line differ."""
_CHARACTER = 0.5
"""The width of a character of plain text, where the height of a line is 1."""
_TOKEN = re.compile(r"[^ \t\v]+")
"""A blank that holds a number together, such as 1 234, divides no tokens."""


@dataclass(frozen=True, slots=True)
class Token:
    """What blanks divide, and its box; `top` is less than `bottom`. So many of its last signs are
    `raised`, as that of a footnote is.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    raised: int = 0

    @property
    def middle(self) -> float:
        """Halfway down."""
        return (self.top + self.bottom) / 2

    @property
    def unmarked(self) -> "Token":
        """The token without raised signs, unless all of it is raised."""
        kept = self.text[: len(self.text) - self.raised]
        return replace(self, text=kept, raised=0) if self.raised and kept else self


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Tokens from left to right. `page` counts from 1, and is None in a text of one page; `line`
    counts from 1: in a text, or on a page of a PDF from its top.
    """

    tokens: tuple[Token, ...]
    page: int | None
    line: int

    @property
    def text(self) -> str:
        """The tokens with a blank between them."""
        return text_of(self.tokens)

    @property
    def top(self) -> float:
        """That of its first token."""
        return self.tokens[0].top

    @property
    def bottom(self) -> float:
        """That of its first token."""
        return self.tokens[0].bottom

    @property
    def wide(self) -> float:
        """What is wider than a blank of this line."""
        return WIDE * (self.bottom - self.top)

    @property
    def cells(self) -> list[tuple[Token, ...]]:
        """The tokens that wide blanks divide."""
        found: list[list[Token]] = []
        for token in self.tokens:
            if found and token.left - found[-1][-1].right <= self.wide:
                found[-1].append(token)
            else:
                found.append([token])
        return [tuple(cell) for cell in found]


def text_of(tokens: Iterable[Token]) -> str:
    """The tokens with a blank between them."""
    return " ".join(" ".join(token.text.split("\N{NO-BREAK SPACE}")) for token in tokens)


def lines_of_page(tokens: Sequence[Token], page: int) -> Iterator[PrintedLine]:
    """The lines of a page of a PDF from its top, whatever the order in which it draws its words."""
    rows: list[list[Token]] = []
    for token in sorted(tokens, key=lambda token: token.middle):
        first = rows[-1][0] if rows else token
        height = min(token.bottom - token.top, first.bottom - first.top)
        if rows and token.middle - first.middle <= _LEVEL * height:
            rows[-1].append(token)
        else:
            rows.append([token])
    for number, row in enumerate(rows, 1):
        yield PrintedLine(tuple(sorted(row, key=lambda token: token.left)), page, number)


def lines_of_text(text: str) -> list[list[PrintedLine]]:
    """The lines of each page of a plain text, on a grid of characters."""
    is_paged = "\f" in text
    page, found = 1, []
    for number, line in enumerate(text.split("\n"), 1):
        page += line.count("\f")
        # A tab divides cells, however near it brings them.
        spread = line.replace("\f", "").replace("\t", "  \t").expandtabs()
        tokens = tuple(
            Token(part[0], part.start() * _CHARACTER, part.end() * _CHARACTER, number, number + 1)
            for part in _TOKEN.finditer(spread)
        )
        if tokens:
            found.append(PrintedLine(tokens, page if is_paged else None, number))
    return [list(lines) for _, lines in groupby(found, key=lambda line: line.page)]
