"""The text of a document as words with their places.

A word is compared by its key, in which neither case, hyphens, quotes, bold marks nor the plural
count; what is printed of it stays as it is.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from mtopendata.figures.limits import ABBREVIATED, LIMITS, LIMITS_BEHIND
from mtopendata.figures.number_words import LARGE, TENS, UNITS, WORDS
from mtopendata.figures.printed_numbers import PERCENTS
from mtopendata.sheets.mending import mended_text

_CHUNK = re.compile(r"[^\s|]+")
_PARTS = re.compile(r"(?<=[^\W\d])[/–—](?=[^\W\d])")
"""Signs that stand between two words without blanks."""
_SHELL = re.compile(r"""(?P<before>[(\[{"'“”«»]*)(?P<text>.*?)(?P<after>[)\]}"'“”«».,;:!?…]*)""")
_SYMBOLS = {sign for sign in (*LIMITS, *LIMITS_BEHIND, *PERCENTS) if not sign[0].isalpha()} | {"©"}
_SAYING = ("Sc", "Sm")
"""Unicode's categories of signs that say something of a number: of currencies and mathematics."""
_ADDRESS = re.compile(
    r"(?:https?|file)://.*|www\..*|\S+@\S+\.\S+|(?:[\w-]*[a-z][\w-]*\.)+(?:org|com|net|gov|edu)(?:/.*)?",
    re.IGNORECASE,
)
ADDRESS = "url"
"""The key of each address on the web: the digits in it are no number."""
_COUNTS = "|".join(sorted(WORDS - {"one"}))
_NUMERAL = re.compile(
    f"(?:{_COUNTS}|(?:{'|'.join(TENS)})(?:{'|'.join(UNITS)})|{'|'.join(sorted(LARGE))})+"
)
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_INITIAL = re.compile(r"(?:[A-Z]\.)*[A-Z]")
_GENITIVE = re.compile("'s$|s'$")
_NO_LETTERS = re.compile(r"[\W_]+")
LONGEST_WORD = 60
"""Characters of a word that can go on in the next line."""
IGNORED = frozenset(("and", ""))
"""Keys that cues pass over: `survivors/families` are survivors and families."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the signs around it. `line` and `column` count from 1, in the document's text;
    `end_line` is another where a line end breaks the word. `row` is the index of its line among
    those kept, `block` counts what blank lines and page ends divide.
    """

    text: str
    key: str
    before: str
    after: str
    line: int
    column: int
    end_line: int
    row: int = 0
    block: int = 0

    def placed(self, row: int, block: int) -> "Word":
        """The word in another row and block."""
        # `replace` takes several times as long, and a reading places thousands of words.
        return Word(
            self.text,
            self.key,
            self.before,
            self.after,
            self.line,
            self.column,
            self.end_line,
            row,
            block,
        )

    @property
    def place(self) -> tuple[int, int]:
        """Its line and column."""
        return self.line, self.column

    @property
    def is_number(self) -> bool:
        """Whether it says how many, so that somebody has to claim it."""
        if self.key == ADDRESS:
            return False
        return any(map(str.isnumeric, self.text)) or _NUMERAL.fullmatch(self.key) is not None

    @property
    def is_figure(self) -> bool:
        """Whether it is a number, and none that can be a year."""
        return self.is_number and self.year is None

    @property
    def year(self) -> int | None:
        """The year that four digits alone can be, else None."""
        return int(self.text) if _YEAR.fullmatch(self.text) else None

    @property
    def ends_sentence(self) -> bool:
        """Whether a full stop or the like is behind it, and not that of a shortened word."""
        is_short = _INITIAL.fullmatch(self.text) or self.text.lower() in ABBREVIATED
        return any(sign in self.after for sign in ".!?") and not (is_short and self.after == ".")

    @property
    def breaks_off(self) -> bool:
        """Whether a hyphen at its end means that it goes on in the next line."""
        is_word = 1 < len(self.text) < LONGEST_WORD
        return is_word and self.text[-1] in "-–¬" and self.text[-2].isalpha()


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its words. `page` counts from 1; `is_edge`: the first or last text of it."""

    words: tuple[Word, ...]
    page: int
    is_edge: bool = False


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """What a word is compared by."""
    if text in _SYMBOLS:
        return text
    if _ADDRESS.fullmatch(text.strip("<>")):
        return ADDRESS
    key = _NO_LETTERS.sub("", _GENITIVE.sub("", text.lower().replace("’", "'")))
    if key == "children":
        return "child"
    if len(key) > 4 and key.endswith("ies"):
        return key[:-3] + "y"
    is_plural = len(key) > 3 and key.endswith("s") and not key.endswith(("ss", "us", "is"))
    return key[:-1] if is_plural else key


def read_lines(text: str) -> list[Line]:
    """The lines of a text, those without words among them."""
    mended, offsets = mended_text(text)
    ends = [match.start() for match in re.finditer("\n", text)]

    def place(index: int) -> tuple[int, int]:
        offset = offsets[index]
        line = bisect_right(ends, offset - 1)
        return line + 1, offset - (ends[line - 1] + 1 if line else 0) + 1

    lines: list[Line] = []
    page, start = 1, 0
    for content in mended.split("\n"):
        page += content.count("\f")
        lines.append(Line(tuple(_words_of_line(content, start, place)), page))
        start += len(content) + 1
    edges = _edges(lines)
    return [replace(line, is_edge=index in edges) for index, line in enumerate(lines)]


def _edges(lines: Sequence[Line]) -> set[int]:
    """The indexes of the first and the last text of each page."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, line in enumerate(lines):
        if line.words:
            first.setdefault(line.page, index)
            last[line.page] = index
    return {*first.values(), *last.values()}


def _words_of_line(content: str, start: int, place: Callable[[int], tuple[int, int]]) -> list[Word]:
    """The words of a line. Signs that stand alone belong to the word before, or else behind."""
    found: list[Word] = []
    lead = ""
    for chunk in _CHUNK.finditer(content):
        at = chunk.start()
        for piece in pieces(chunk[0]):
            shell = _shell_of(piece)
            if shell is not None:
                before, text, after = shell
                line, column = place(start + at + len(before))
                key = text if _is_symbol(text) else key_of(text)
                found.append(Word(text, key, lead + before, after, line, column, line))
                lead = ""
            elif found:
                found[-1] = replace(found[-1], after=found[-1].after + piece)
            else:
                lead += piece
            at += len(piece)
            if chunk[0][at - chunk.start() : at - chunk.start() + 1] == "/" and found:
                found[-1] = replace(found[-1], after=found[-1].after + "/")
            at += 1
    return found


def _is_symbol(piece: str) -> bool:
    """Whether signs say something by themselves, as a word does."""
    if piece == "=" or any(map(str.isalnum, piece)):
        return False
    return piece in _SYMBOLS or any(unicodedata.category(char) in _SAYING for char in piece)


def _shell_of(piece: str) -> tuple[str, str, str] | None:
    """What stands before a word, the word, and what stands behind it; None: there is no word."""
    shell = _SHELL.fullmatch(piece)
    if shell is None:
        return None
    if _is_symbol(piece):
        return "", piece, ""
    if not any(map(str.isalnum, piece)):
        return None
    before, text, after = shell.groups()
    return before, text, after


def pieces(chunk: str) -> list[str]:
    """What blanks do not divide, but other signs do. `24/7` is one word: nobody can misread it."""
    is_whole = any(map(str.isdigit, chunk)) or _ADDRESS.fullmatch(chunk.strip("()[]<>.,;:"))
    return [chunk] if is_whole else _PARTS.split(chunk)


def joined(lines: Sequence[Line]) -> list[Word]:
    """All words one after the other, those that a line end breaks mended, with `row` and `block`.

    A line without words begins a new block.
    """
    words: list[Word] = []
    block, is_new = 0, True
    for row, line in enumerate(lines):
        if not line.words:
            is_new = True
            continue
        if is_new:
            block, is_new = block + 1, False
        for index, word in enumerate(line.words):
            if index == 0 and words and words[-1].breaks_off and word.text[:1].isalpha():
                first = words[-1]
                whole = first.text[:-1] + word.text
                words[-1] = replace(
                    first, text=whole, key=key_of(whole), after=word.after, end_line=word.line
                )
            else:
                words.append(word.placed(row, block))
    return words


def printed_text(words: Sequence[Word]) -> str:
    """Words with the signs around them, as they are printed."""
    return " ".join(f"{word.before}{word.text}{word.after}" for word in words).replace("/ ", "/")
