"""The text of a sheet in order: without footers, in sections, paragraphs and sentences."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.numerals import TELLING
from mtopendata.sheets.phrases import AREA, NUMBER, PLACES, Text
from mtopendata.sheets.words import Line, Word, joined, key_of

ENDS, DASHES = set(".!?:;"), set("-–—")
TEXT_WORDS = 4
"""What a line of running text has at the least."""
HEADING_WORDS, HEADING_LINES = 24, 5
"""What a heading has at the most."""
FOOTER_WORDS, FOOTER_LINES, FOOTER_BLOCKS = 16, 2, 3
"""What between two parts of a sentence is no part of the text has at the most."""


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
class Layout:
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


# Areas


class Mention(NamedTuple):
    """Where an area is named: words from `start` up to but without `end`."""

    start: int
    end: int
    code: str


def find_mentions(words: Sequence[Word], names: Mapping[str, str]) -> list[Mention]:
    """Where areas are named, the longest names first. `names` are codes by the name of the area."""
    places: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        places.setdefault(word.key, []).append(index)
    found: list[Mention] = []
    taken: set[int] = set()
    for name in sorted(names, key=lambda name: -len(name.split())):
        keys = tuple(key_of(part) for part in name.split())
        for place in places.get(keys[0], ()) if keys else ():
            match = Text(words, keys).after((AREA,), place, len(words))
            if match is None or not taken.isdisjoint(range(match.start, match.end)):
                continue  # else a part of a longer name
            taken.update(range(match.start, match.end))
            found.append(Mention(match.start, match.end, names[name]))
    return found


def find_areas(lines: Sequence[Line], cues: Sequence[Cue], names: Mapping[str, str]) -> set[str]:
    """The codes of the areas that the sheet may be about: those that a cue names, or else all that
    it names. `names` are codes by the name of the area.
    """
    words = joined(lines)
    mentions = find_mentions(words, names)
    text = Text(words)
    cued = {item.code for item in mentions if any(_is_cued(text, item, cue) for cue in cues)}
    return cued or {item.code for item in mentions}


def _is_cued(text: Text, area: Mention, cue: Cue) -> bool:
    place = cue.elements.index(AREA)
    left, right = cue.elements[:place], cue.elements[place + 1 :]
    before = text.before(left, 0, area.start)
    return before is not None and text.after(right, area.end, len(text.words)) is not None


# Sections


def lay_out(lines: Sequence[Line], cues: Sequence[Cue], area: str) -> Layout:
    """Order the lines of a sheet about the area of this name; an empty one stands for none."""
    name = tuple(key_of(part) for part in area.split())
    kinds = ("line", "heading", "row")
    footers, titles, labels = ([c for c in cues if c.kind == kind] for kind in kinds)
    dropped = _footers(lines, footers, name)
    titled = tuple(
        (word.year, word.line)
        for row in sorted(dropped)
        if _names_area(lines[row], name)
        for word in lines[row].words
        if word.year is not None
    )
    lines = _without(lines, dropped)
    lines = _without(lines, _interruptions(lines, [*titles, *labels], name))
    headings = dict(_headings(lines, titles, name))
    hidden = {row + index for row, (_, length) in headings.items() for index in range(length)}
    words = joined([Line((), line.page) if i in hidden else line for i, line in enumerate(lines)])
    rows = [word.row for word in words]
    numbers: dict[str, int] = {}
    sections = []
    for start, end in pairwise([*headings, len(lines)]):
        code = headings[start][0]
        sections.append(
            Section(
                code, numbers.setdefault(code, len(numbers) + 1), bisect_left(rows, start),
                bisect_left(rows, end), lines[start].words[0].line,
            )
        )  # fmt: skip
    sentences, paragraphs = _divided(words, {section.start for section in sections})
    return Layout(Text(words, name), tuple(sections), sentences, paragraphs, titled)


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
            before.block != word.block and not _goes_on(rows[before.row], rows[word.row])
        )
        paragraph += is_apart
        is_after_end = before is not None and before.ends_sentence
        sentence += is_apart or (is_after_end and not word.text[:1].islower())
        sentences.append(sentence)
        paragraphs.append(paragraph)
    return tuple(sentences), tuple(paragraphs)


def _goes_on(before: Sequence[Word], line: Sequence[Word]) -> bool:
    """Whether no sentence ends between two lines, though something stands between them."""
    if ENDS & set(before[-1].after):
        return False
    if line[0].text[:1].islower() or line[0].is_number:
        return True
    # A capital begins a sentence, or is a name in the middle of one.
    is_text = not _is_title(line) or any(word.ends_sentence for word in line)
    return len(before) >= TEXT_WORDS and not _is_title(before) and is_text


def _footers(lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]) -> set[int]:
    """The rows that are no part of the text: footers, headers, page numbers."""
    found: set[int] = set()
    is_named = False
    for row in range(len(lines)):
        names_area = _names_area(lines[row], area)
        for count in range(1, FOOTER_LINES + 1):
            rows = lines[row : row + count]
            if not all(line.words for line in rows) or not _is_footer(rows, cues, area):
                continue
            # The title is printed before it is repeated at the head of a page.
            if is_named or not any(_names_area(line, area) for line in rows):
                found.update(range(row, row + len(rows)))
            break
        is_named = is_named or names_area
    return found


def _names_area(line: Line, area: tuple[str, ...]) -> bool:
    matches = Text(line.words, area).find_all((AREA,), 0, len(line.words))
    return any(True for _ in matches)


def _is_footer(lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]) -> bool:
    words = joined(lines)
    printed = " ".join(word.text for word in words)
    page = lines[0].page
    if lines[0].is_edge and re.fullmatch(f"{page}(?: of [0-9]+|/[0-9]+)?", printed):
        return True
    if len(words) == 1 and words[0].is_number:
        return bool(DASHES & set(words[0].before) and DASHES & set(words[0].after))
    text = Text(words, area)
    place = 0
    while place < len(words):
        ends = [match.end for cue in cues if (match := text.after(cue.elements, place, len(words)))]
        if not ends:
            break
        place = max(ends)
    if place >= len(words):
        return True
    if len(lines) > 1:
        return False
    # "… | Page 2" is one whatever else it says, as long as no other number is lost with it.
    numbered = [cue for cue in cues if NUMBER in cue.elements and cue.elements[0] not in PLACES]
    for cue in numbered:
        for match in text.find_all(cue.elements, 0, len(words)):
            others = (*words[: match.start], *words[match.end :])
            is_at_end = match.start == 0 or match.end == len(words)
            is_text = any(
                w.is_figure or w.ends_sentence or w.text.lower() in TELLING for w in others
            )
            if is_at_end and len(words) <= FOOTER_WORDS and not is_text:
                return True
    return False


def _headings(
    lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]
) -> Iterator[tuple[int, tuple[str, int]]]:
    """Each row that begins a heading, with its section and how many rows the heading has."""
    row = 0
    while row < len(lines):
        length = 0
        for count in range(1, HEADING_LINES + 1):
            rows = lines[row : row + count]
            if len(rows) < count or not rows[0].words:
                break
            if not rows[-1].words:  # double spacing divides a heading too
                continue
            if section := _headed(lines, row, count, cues, area):
                length = count + _further_lines(lines, row + count)
                yield row, (section, length)
                break
        row += length or 1


def _headed(
    lines: Sequence[Line], row: int, count: int, cues: Sequence[Cue], area: tuple[str, ...]
) -> str | None:
    rows = lines[row : row + count]
    words = joined([line for line in rows if line.words])
    if len(words) > 1 and words[0].text.isdigit() and words[0].after in (".", ")"):
        words = words[1:]  # the number of a section
    last = words[-1]
    if len(words) > HEADING_WORDS or any(word.is_figure for word in words):
        return None
    if any(sign in last.after for sign in (",;!?" if _is_title(words) else ".,;!?")):
        return None
    around = (lines[row - 1 : row] if row else []), lines[row + count : row + count + 1]
    is_alone = not any(line.words for side in around for line in side)
    is_whole = all(line.words for line in rows)
    if not (_is_title(words) or (is_alone and is_whole)):
        return None
    text = Text(words, area)
    for cue in cues:
        for match in text.find_all(cue.elements, 0, len(words)):
            # A heading of fewer lines has been looked for already.
            if words[match.start].row == 0 and words[match.end - 1].end_line >= words[-1].line:
                return cue.section
    return None


def _further_lines(lines: Sequence[Line], row: int) -> int:
    """How many lines from this row on belong to a heading above them."""
    count = 0
    while count < HEADING_LINES and row + count < len(lines):
        words = lines[row + count].words
        if not words or any(word.is_number for word in words) or not _is_title(words):
            break
        if any(sign in words[-1].after for sign in ".,;!?"):
            break
        count += 1
    return count


def _is_title(words: Sequence[Word]) -> bool:
    """Whether nearly all longer words begin with a capital."""
    longer = [word.text for word in words if len(word.text) > 3]
    return sum(text[:1].isupper() for text in longer) * 4 >= len(longer) * 3


def _interruptions(lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]) -> set[int]:
    """The rows of short blocks that stand between two parts of one sentence."""
    blocks = list(_blocks(lines))
    dropped: set[int] = set()
    for index, block in enumerate(blocks):
        last = lines[block[-1]].words
        if ENDS & set(last[-1].after) or _is_title(last):
            continue
        between: list[int] = []
        for other in blocks[index + 1 : index + 2 + FOOTER_BLOCKS]:
            first = lines[other[0]].words
            is_more = between or first[0].text[:1].islower()
            if is_more and len(first) > 2 and _goes_on(last, first):
                dropped.update(between)
                break
            if not _can_interrupt([lines[row] for row in other], cues, area):
                break
            between.extend(other)
    return dropped


def _blocks(lines: Sequence[Line]) -> Iterator[list[int]]:
    block: list[int] = []
    for row, line in enumerate(lines):
        if line.words:
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _can_interrupt(block: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]) -> bool:
    """Whether it says nothing that a cue knows, and is neither long nor a sentence."""
    words = joined(block)
    text = Text(words, area)
    return (
        len(block) <= FOOTER_LINES
        and len(words) <= FOOTER_WORDS
        and not any(word.is_figure or word.text.lower() in TELLING for word in words)
        and not words[-1].ends_sentence
        and not any(True for cue in cues for _ in text.find_all(cue.elements, 0, len(words)))
    )
