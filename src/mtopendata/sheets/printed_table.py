"""The labels and the free numbers of a table as it is printed: which can belong together.

A number stands behind its label, inside it or before it, in its line or in another one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.lines import ENDS
from mtopendata.sheets.numerals import Numeral
from mtopendata.sheets.phrases import Match
from mtopendata.sheets.words import Word, key_of

TITLES = frozenset(
    ("case", "category", "child", "count", "kind", "missing", "number", "of", "type")
)
"""Keys of words at the head of a table that leave its numbers as they are."""
REACH = 40
"""Words before a table in which the sentence that leads to it has its number."""


@dataclass(frozen=True, slots=True)
class Label:
    """Where the label of a cue stands."""

    cue: Cue
    match: Match


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """The labels and the free numbers of a section from the word `start` on; `claimed` are words of
    sentences that cues know, and `units` those of the measures: `1 case` is a number too.
    """

    words: Sequence[Word]
    start: int
    labels: Sequence[Label]
    numerals: Sequence[Numeral]
    claimed: Collection[int]
    units: Mapping[str, str]

    def begins_line(self, place: int) -> bool:
        """Whether nothing stands before a word in its line, or only what a cue knows."""
        if place == self.start or self.words[place - 1].row != self.words[place].row:
            return True
        return self._follows_sentence(place)

    def _follows_sentence(self, place: int) -> bool:
        """Whether a sentence with a number that a cue knows leads to this word: "as follows:"."""
        before = range(max(self.start, place - REACH), place)
        row = self.words[place].row
        return bool(ENDS & set(self.words[place - 1].after)) and any(
            word in self.claimed and self.words[word].row == row for word in before
        )

    def heading(self) -> str | None:
        """The line above the first label or number that no cue knows; None: there is none."""
        first = min(label.match.start for label in self.labels)
        before = [n.start for n in self.numerals if n.end == first]
        place = min([first, *before])
        if (
            place == self.start
            or place - 1 in self.claimed
            or ENDS & set(self.words[place - 1].after)
        ):
            return None
        row = self.words[place - 1].row
        line = [word for word in self.words[self.start : place] if word.row == row]
        if row == self.words[place].row or all(word.key in TITLES for word in line):
            return None
        return " ".join(word.text for word in line)


def possible_numbers(label: Label, table: PrintedTable) -> Iterator[Numeral]:
    """The numbers that stand inside a label that begins its line, or behind it, or before one that
    ends it.
    """
    start, end = label.match
    begins, ends = _begins_entry(start, table), _ends_entry(end, table)
    for numeral in table.numerals:
        if not _is_plain(numeral, table.words) or _is_among_numbers(numeral, table.words):
            continue
        is_inside = start < numeral.at < end
        is_behind = numeral.start == end and _stands_free(numeral, label, table)
        is_before = numeral.end == start and _begins_before_label(numeral, table)
        if (begins and (is_inside or is_behind)) or (ends and is_before):
            yield numeral


def _begins_entry(place: int, table: PrintedTable) -> bool:
    """Whether a line begins with a word, or a number ends before it."""
    behind = {item.end for item in table.numerals if table.words[item.at].is_number}
    return table.begins_line(place) or place in behind


def _ends_entry(place: int, table: PrintedTable) -> bool:
    """Whether a line ends before a word, or a number begins with it."""
    words = table.words
    return (
        place == len(words)
        or words[place].row != words[place - 1].row
        or any(numeral.start == place for numeral in table.numerals)
    )


def _begins_before_label(numeral: Numeral, table: PrintedTable) -> bool:
    """Whether a number begins its line, or stands behind another label."""
    ends = {label.match.end for label in table.labels}
    return table.begins_line(numeral.start) or numeral.start in ends


def _is_plain(numeral: Numeral, words: Sequence[Word]) -> bool:
    """Whether no bracket or other sign stands beside a number. A dash leads to it."""
    before, after = words[numeral.start].before, words[numeral.end - 1].after
    return {*before} <= {*"-–—•·\"'“”"} and {*after} <= {*".,;:-–—\"'“”"}


def _stands_free(numeral: Numeral, label: Label, table: PrintedTable) -> bool:
    """Whether nothing stands behind a number in its line but its unit, or another label."""
    words = table.words
    parts = [key_of(part) for part in table.units[label.cue.measure or ""].split("_")]
    end = numeral.end
    if end < len(words) and words[end].key in parts and words[end].text.islower():
        end += 1
    if end >= len(words) or any(end == other.match.start for other in table.labels):
        return True
    word, last = words[end], words[end - 1]
    if word.row == last.row:
        return False
    # A remark can stand in the next line, too.
    return word.block != last.block or not (word.text[:1].islower() or "(" in word.before)


def _is_among_numbers(numeral: Numeral, words: Sequence[Word]) -> bool:
    """Whether another number stands directly beside it, as where a table is printed by columns, or
    a blank divides a number.
    """
    beside = (*words[max(0, numeral.start - 1) : numeral.start], *words[numeral.end :][:1])
    return any(word.is_figure for word in beside)
