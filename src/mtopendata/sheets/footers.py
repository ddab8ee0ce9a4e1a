"""Lines that are no part of the text, and blocks that interrupt a sentence."""

import re
from collections.abc import Iterator, Sequence

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.lines import DASHES, ENDS, goes_on, is_title, names_area
from mtopendata.sheets.numerals import TELLING
from mtopendata.sheets.phrases import NUMBER, PLACES, Text
from mtopendata.sheets.words import Line, Word, joined

FOOTER_WORDS, FOOTER_LINES, FOOTER_BLOCKS = 16, 2, 3
"""What between two parts of a sentence is no part of the text has at the most."""


def footer_rows(lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]) -> set[int]:
    """The rows that are no part of the text: footers, headers, page numbers."""
    found: set[int] = set()
    is_named = False
    for row in range(len(lines)):
        is_named_here = names_area(lines[row], area)
        for count in range(1, FOOTER_LINES + 1):
            rows = lines[row : row + count]
            if not all(line.words for line in rows) or not _is_footer(rows, cues, area):
                continue
            # The title is printed before it is repeated at the head of a page.
            if is_named or not any(names_area(line, area) for line in rows):
                found.update(range(row, row + len(rows)))
            break
        is_named = is_named or is_named_here
    return found


def _is_footer(lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]) -> bool:
    words = joined(lines)
    printed = " ".join(word.text for word in words)
    page = lines[0].page
    if lines[0].is_edge and re.fullmatch(f"{page}(?: of [0-9]+|/[0-9]+)?", printed):
        return True
    if len(words) == 1 and words[0].is_number:
        return bool(DASHES & set(words[0].before) and DASHES & set(words[0].after))
    text = Text(words, area)
    return _is_cued_whole(text, cues) or (len(lines) == 1 and _has_page_number(text, cues))


def _is_cued_whole(text: Text, cues: Sequence[Cue]) -> bool:
    """Whether cues, one after the other, say all of a line."""
    place, length = 0, len(text.words)
    while place < length:
        ends = [match.end for cue in cues if (match := text.after(cue.elements, place, length))]
        if not ends:
            return False
        place = max(ends)
    return True


def _has_page_number(text: Text, cues: Sequence[Cue]) -> bool:
    """Whether a line ends or begins with such as "Page 2": then it is a footer whatever else it
    says, as long as no other number is lost with it.
    """
    words = text.words
    numbered = [cue for cue in cues if NUMBER in cue.elements and cue.elements[0] not in PLACES]
    for match in (m for cue in numbered for m in text.find_all(cue.elements, 0, len(words))):
        others = (*words[: match.start], *words[match.end :])
        is_at_end = match.start == 0 or match.end == len(words)
        if is_at_end and len(words) <= FOOTER_WORDS and not any(map(_says_something, others)):
            return True
    return False


def _says_something(word: Word) -> bool:
    return word.is_figure or word.ends_sentence or word.text.lower() in TELLING


def interruptions(lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]) -> set[int]:
    """The rows of short blocks that stand between two parts of one sentence."""
    blocks = list(line_blocks(lines))
    dropped: set[int] = set()
    for index, block in enumerate(blocks):
        last = lines[block[-1]].words
        if ENDS & set(last[-1].after) or is_title(last):
            continue
        between: list[int] = []
        for other in blocks[index + 1 : index + 2 + FOOTER_BLOCKS]:
            first = lines[other[0]].words
            is_more = between or first[0].text[:1].islower()
            if is_more and len(first) > 2 and goes_on(last, first):
                dropped.update(between)
                break
            if not _can_interrupt([lines[row] for row in other], cues, area):
                break
            between.extend(other)
    return dropped


def line_blocks(lines: Sequence[Line]) -> Iterator[list[int]]:
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
