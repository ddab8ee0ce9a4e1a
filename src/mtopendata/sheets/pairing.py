"""Labels and numbers of a table: which number belongs to which label.

A number stands behind its label, inside it or before it, in its line or in another one. What is
written nowhere is decided by the table as a whole: only a pair that all of the best pairings have
is one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.lines import ENDS
from mtopendata.sheets.numerals import Numeral
from mtopendata.sheets.phrases import Match
from mtopendata.sheets.words import Word, key_of

MOST = 12
"""Labels of one section that are paired at the most: the number of pairings doubles with each."""
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


Pair = tuple[Label, Numeral]


@dataclass(frozen=True, slots=True)
class Table:
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


def pair_labels(table: Table) -> tuple[list[Pair], list[tuple[Label, str]]]:
    """The labels that certainly have a number, with it; and the others, with why they have none."""
    labels = list(_longest(table.labels))
    if labels and (heading := table.heading()):
        return [], [(label, f"below {heading!r}, which no cue knows") for label in labels]
    options = [list(_options(label, labels, table)) for label in labels]
    paired: list[Pair] = []
    for label, found in zip(labels, options, strict=True):
        # A line with one label and one number needs no table to be read.
        own = [numeral for numeral in found if _is_own_line(label, numeral, labels, table)]
        if len(own) == 1:
            paired.append((label, own[0]))
    taken = {numeral.at for _, numeral in paired}
    done = [label for label, _ in paired]
    left = [
        (label, [numeral for numeral in found if numeral.at not in taken])
        for label, found in zip(labels, options, strict=True)
        if label not in done
    ]
    certain, unpaired = _paired_by_all(left)
    return paired + certain, unpaired


def _paired_by_all(
    left: Sequence[tuple[Label, Sequence[Numeral]]],
) -> tuple[list[Pair], list[tuple[Label, str]]]:
    """The pairs that are certain since each pairing of the most labels has them, and the labels of
    which there are none.
    """
    certain = _certain(left) if len(left) <= MOST else {}
    paired, unpaired = [], []
    for number, (label, found) in enumerate(left):
        if numeral := certain.get(number):
            paired.append((label, numeral))
        else:
            fault = "and several numbers can be meant" if found else "without a certain number"
            unpaired.append((label, fault))
    return paired, unpaired


def _longest(labels: Sequence[Label]) -> Iterator[Label]:
    """The labels in their order, without those that are a part of another one of their figure."""
    for label in sorted(labels, key=lambda label: label.match.start):
        start, end = label.match
        if not any(
            other.cue.measure == label.cue.measure
            and (other.match.start, -other.match.end) < (start, -end)
            and end <= other.match.end
            for other in labels
        ):
            yield label


def _options(label: Label, labels: Sequence[Label], table: Table) -> Iterator[Numeral]:
    """The numbers that can be this label's."""
    start, end = label.match.start, label.match.end
    starts = {other.match.start for other in labels}
    ends = {other.match.end for other in labels}
    words, numerals = table.words, table.numerals
    behind = {numeral.end for numeral in numerals if words[numeral.at].is_number}
    is_first = table.begins_line(start) or start in behind
    is_last = (
        end == len(words)
        or words[end].row != words[end - 1].row
        or end in {numeral.start for numeral in numerals}
    )
    for numeral in numerals:
        if not _is_plain(numeral, words) or _is_among_numbers(numeral, words):
            continue
        if start < numeral.at < end:
            is_option = is_first
        elif numeral.start == end:
            is_option = is_first and _stands_free(numeral, label, starts, table)
        else:
            begins = numeral.end == start and table.begins_line(numeral.start)
            is_option = is_last and (begins or (numeral.end == start and numeral.start in ends))
        if is_option:
            yield numeral


def _is_plain(numeral: Numeral, words: Sequence[Word]) -> bool:
    """Whether no bracket or other sign stands beside a number. A dash leads to it."""
    before, after = words[numeral.start].before, words[numeral.end - 1].after
    return {*before} <= {*"-–—•·\"'“”"} and {*after} <= {*".,;:-–—\"'“”"}


def _stands_free(numeral: Numeral, label: Label, starts: Collection[int], table: Table) -> bool:
    """Whether nothing stands behind a number in its line but its unit, or another label."""
    words = table.words
    parts = [key_of(part) for part in table.units[label.cue.measure or ""].split("_")]
    end = numeral.end
    if end < len(words) and words[end].key in parts and words[end].text.islower():
        end += 1
    if end >= len(words) or end in starts:
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


def _is_own_line(label: Label, numeral: Numeral, labels: Sequence[Label], table: Table) -> bool:
    """Whether label and number share a line with no other label and number."""
    words, numerals = table.words, table.numerals
    row = words[numeral.at].row
    rows = range(words[label.match.start].row, words[label.match.end - 1].row + 1)
    others = [other for other in labels if other.cue != label.cue]
    return (
        row in rows
        and not any(words[n.at].row == row for n in numerals if n != numeral)
        and not any(
            words[other.match.start].row <= row <= words[other.match.end - 1].row
            for other in others
        )
    )


def _certain(left: Sequence[tuple[Label, Sequence[Numeral]]]) -> dict[int, Numeral]:
    """By the label's number, the pairs that are in each pairing of the most labels."""
    best: list[dict[int, Numeral]] = []

    def extend(number: int, pairing: dict[int, Numeral]) -> None:
        if number == len(left):
            if best and len(pairing) > len(best[0]):
                best.clear()
            if not best or len(pairing) == len(best[0]):
                best.append(pairing)
            return
        extend(number + 1, pairing)
        for numeral in left[number][1]:
            if numeral.at not in {other.at for other in pairing.values()}:
                extend(number + 1, {**pairing, number: numeral})

    extend(0, {})
    first = best[0]
    return {
        number: numeral
        for number, numeral in first.items()
        if all(pairing.get(number) == numeral for pairing in best)
    }
