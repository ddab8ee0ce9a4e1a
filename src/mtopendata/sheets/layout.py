"""The text of a sheet in order: without footers, in sections, paragraphs and sentences."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtopendata.sheets.cues import Cue, cues_of_kind
from mtopendata.sheets.footers import footer_rows, interruptions
from mtopendata.sheets.headings import Heading, find_headings
from mtopendata.sheets.lines import ENDS, goes_on, names_area
from mtopendata.sheets.phrases import Text
from mtopendata.sheets.words import Line, Word, joined, key_of


@dataclass(frozen=True, slots=True)
class Section:
    """A section's words from `start` up to but without `end`. `number` counts the headings; a
    section whose heading is printed again has several parts of one number.
    """

    code: str
    number: int
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """`sentences` and `paragraphs` give each word the number of its own; `titled` are the years in
    titles that are repeated at the heads of pages, with their lines.
    """

    text: Text
    sections: tuple[Section, ...]
    sentences: tuple[int, ...]
    paragraphs: tuple[int, ...]
    titled: tuple[tuple[int, int], ...] = ()

    @property
    def words(self) -> Sequence[Word]:
        """All words of the text."""
        return self.text.words

    def sentence(self, word: int) -> tuple[int, int]:
        """The first word of the sentence with this word, and the first one behind it."""
        # Sentences are numbered in their order.
        number = self.sentences[word]
        return bisect_left(self.sentences, number), bisect_right(self.sentences, number)


def lay_out(lines: Sequence[Line], cues: Sequence[Cue], area: str) -> SheetLayout:
    """Order the lines of a sheet about the area of this name; an empty one stands for none."""
    name = tuple(key_of(part) for part in area.split())
    kinds = ("line", "heading", "row")
    footers, titles, labels = (cues_of_kind(cues, kind) for kind in kinds)
    dropped = footer_rows(lines, footers, name)
    titled = _titled_years([lines[row] for row in sorted(dropped)], name)
    lines = _without(lines, dropped)
    lines = _without(lines, interruptions(lines, [*titles, *labels], name))
    headings = list(find_headings(lines, titles, name))
    words = joined(_without_headings(lines, headings))
    sections = tuple(_sections(lines, headings, [word.row for word in words]))
    sentences, paragraphs = _divided(words, {section.start for section in sections})
    return SheetLayout(Text(words, name), sections, sentences, paragraphs, tuple(titled))


def _titled_years(lines: Sequence[Line], area: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The years in lines that name the area, each with its line."""
    for word in (word for line in lines if names_area(line, area) for word in line.words):
        if word.year is not None:
            yield word.year, word.line


def _without_headings(lines: Sequence[Line], headings: Sequence[Heading]) -> list[Line]:
    """The lines, with empty ones in place of headings."""
    hidden = {row for item in headings for row in range(item.row, item.row + item.length)}
    return [Line((), line.page) if row in hidden else line for row, line in enumerate(lines)]


def _sections(
    lines: Sequence[Line], headings: Sequence[Heading], rows: Sequence[int]
) -> Iterator[Section]:
    """The sections with these headings; `rows` are those of the words."""
    numbers: dict[str, int] = {}
    ends = [*(heading.row for heading in headings[1:]), len(lines)]
    for (row, _, code), end in zip(headings, ends, strict=False):
        number = numbers.setdefault(code, len(numbers) + 1)
        first, last = bisect_left(rows, row), bisect_left(rows, end)
        yield Section(code, number, first, last, lines[row].words[0].line)


def _without(lines: Sequence[Line], dropped: set[int]) -> list[Line]:
    """The lines but for some of them; what these have divided is together again."""
    kept: list[Line] = []
    is_open = False
    for row, line in enumerate(lines):
        if row in dropped:
            text = next((item for item in reversed(kept) if item.words), None)
            is_open = text is not None and not ENDS & set(text.words[-1].after)
            while is_open and kept and not kept[-1].words:
                kept.pop()
        elif line.words or not is_open:
            kept.append(line)
            is_open = False
    return kept


def _divided(words: Sequence[Word], begins: set[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    sentences: list[int] = []
    paragraphs: list[int] = []
    sentence = paragraph = 0
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault(word.row, []).append(word)
    for index, word in enumerate(words):
        before = words[index - 1] if index and index not in begins else None
        is_apart = before is None or (
            before.block != word.block and not goes_on(rows[before.row], rows[word.row])
        )
        paragraph += is_apart
        is_after_end = before is not None and before.ends_sentence
        sentence += is_apart or (is_after_end and not word.text[:1].islower())
        sentences.append(sentence)
        paragraphs.append(paragraph)
    return tuple(sentences), tuple(paragraphs)
