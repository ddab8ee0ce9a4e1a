"""Marks that stand in a table in place of a number."""

from collections.abc import Sequence

from mtopendata.figures.marks import Marks, is_usual
from mtopendata.sheets.numerals import Numeral
from mtopendata.sheets.phrases import Match
from mtopendata.sheets.words import Word, printed_text

LEADING = ".:·• "
"""What leads from a label to its mark."""
DASHES = "-–—"


def mark_behind(words: Sequence[Word], label: Match, end: int, marks: Marks) -> Numeral | None:
    """The mark that stands behind a label in its line, and nothing else there; None: there is none
    that is declared or usual. `end` is the word behind the section.
    """
    last = label.end - 1
    behind = label.end
    while behind < end and words[behind].row == words[last].row:
        behind += 1
    # Signs that stand alone belong to the word before them.
    text = f"{words[last].after} {printed_text(words[label.end : behind])}".strip(LEADING)
    for mark in (text, text.lstrip(DASHES + LEADING), text.strip(LEADING + ",;")):
        if mark and (is_usual(mark) or marks.of(mark, None)):
            start = label.end if behind > label.end else last
            return Numeral(start, start, max(behind, last + 1), mark)
    return None
