"""The headings of a sheet, which begin its sections."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.lines import is_title
from mtopendata.sheets.phrases import Text
from mtopendata.sheets.words import Line, Word, joined

HEADING_WORDS, HEADING_LINES = 24, 5
"""What a heading has at the most."""


class Heading(NamedTuple):
    """The heading of a section: the row in which it begins, and how many it has."""

    row: int
    length: int
    section: str


def find_headings(
    lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]
) -> Iterator[Heading]:
    """The headings in their order."""
    row = 0
    while row < len(lines):
        heading = _heading_at(row, lines, cues, area)
        if heading:
            yield heading
        row += heading.length if heading else 1


def _heading_at(
    row: int, lines: Sequence[Line], cues: Sequence[Cue], area: tuple[str, ...]
) -> Heading | None:
    """The heading that begins in this row, with as few lines as say all that its cue has."""
    if not lines[row].words:
        return None
    for count in range(1, min(HEADING_LINES, len(lines) - row) + 1):
        # Double spacing divides a heading, and does not end it.
        if lines[row + count - 1].words and (section := _headed(lines, row, count, cues, area)):
            return Heading(row, count + _further_lines(lines, row + count), section)
    return None


def _headed(
    lines: Sequence[Line], row: int, count: int, cues: Sequence[Cue], area: tuple[str, ...]
) -> str | None:
    """The section whose heading these lines are; None: they are none."""
    rows = lines[row : row + count]
    words = _without_number(joined([line for line in rows if line.words]))
    is_alone = all(line.words for line in rows) and _is_alone(lines, row, count)
    if not _is_like_heading(words, is_alone=is_alone):
        return None
    text = Text(words, area)
    return next((cue.section for cue in cues if _is_in_all_lines(cue, text)), None)


def _without_number(words: Sequence[Word]) -> Sequence[Word]:
    """Words but for the number of a section before them."""
    is_numbered = len(words) > 1 and words[0].text.isdigit() and words[0].after in (".", ")")
    return words[1:] if is_numbered else words


def _is_alone(lines: Sequence[Line], row: int, count: int) -> bool:
    """Whether the lines above and below some lines are empty."""
    above, below = lines[max(0, row - 1) : row], lines[row + count : row + count + 1]
    return not any(line.words for line in (*above, *below))


def _is_in_all_lines(cue: Cue, text: Text) -> bool:
    """Whether a cue begins in the first line and ends in the last one. Where fewer lines are a
    heading, that has been found already.
    """
    words = text.words
    return any(
        words[match.start].row == 0 and words[match.end - 1].end_line >= words[-1].line
        for match in text.find_all(cue.elements, 0, len(words))
    )


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
