"""The headings of a sheet, which begin its sections."""

from collections.abc import Iterator, Sequence

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.lines import is_title
from mtopendata.sheets.phrases import Text
from mtopendata.sheets.words import Line, Word, joined

HEADING_WORDS, HEADING_LINES = 24, 5
"""What a heading has at the most."""


def find_headings(
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
    """The section whose heading these lines are; None: they are none."""
    rows = lines[row : row + count]
    words = joined([line for line in rows if line.words])
    if len(words) > 1 and words[0].text.isdigit() and words[0].after in (".", ")"):
        words = words[1:]  # the number of a section
    around = (lines[row - 1 : row] if row else []), lines[row + count : row + count + 1]
    is_alone = not any(line.words for side in around for line in side)
    if not _is_like_heading(words, is_alone=is_alone and all(line.words for line in rows)):
        return None
    text = Text(words, area)
    for cue in cues:
        for match in text.find_all(cue.elements, 0, len(words)):
            # A heading of fewer lines has been looked for already.
            if words[match.start].row == 0 and words[match.end - 1].end_line >= words[-1].line:
                return cue.section
    return None


def _is_like_heading(words: Sequence[Word], *, is_alone: bool) -> bool:
    """Whether words look like a heading: few, no figure, no end of a sentence; and a title, or
    alone.
    """
    if len(words) > HEADING_WORDS or any(word.is_figure for word in words):
        return False
    ends = ",;!?" if is_title(words) else ".,;!?"
    return (is_title(words) or is_alone) and not any(sign in words[-1].after for sign in ends)


def _further_lines(lines: Sequence[Line], row: int) -> int:
    """How many lines from this row on belong to a heading above them."""
    count = 0
    while count < HEADING_LINES and row + count < len(lines):
        words = lines[row + count].words
        if not words or any(word.is_number for word in words) or not is_title(words):
            break
        if any(sign in words[-1].after for sign in ".,;!?"):
            break
        count += 1
    return count
