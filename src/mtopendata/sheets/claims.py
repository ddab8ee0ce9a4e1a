"""The numbers of a sheet that cues claim: as figures, as nearly figures, or as none at all."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.sheets.areas import find_mentions
from mtopendata.sheets.cues import Cue
from mtopendata.sheets.layout import Section, SheetLayout
from mtopendata.sheets.marks import mark_behind
from mtopendata.sheets.numerals import QUALIFIERS, Numeral, read_numerals
from mtopendata.sheets.pairing import pair_labels
from mtopendata.sheets.phrases import NUMBER, Match
from mtopendata.sheets.printed_table import Label, PrintedTable
from mtopendata.sheets.reading import Vocabulary
from mtopendata.sheets.words import Word

QUOTES = frozenset("\"'“”«»")
STRANGE = 2
"""Unknown words between a number and its cue that make it a number of unknown form."""
LEADING = ("and", "that")
"""Keys of words before a number that leave it as it is."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that a cue claims, in a section; or a mark in place of one."""

    cue: Cue
    section: Section
    numeral: Numeral
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class NearClaim:
    """A number that a cue nearly claims, with the text that is strange; `at` is its word."""

    text: str
    at: int
    lacks_whole: bool


class Claims:
    """The words that are claimed, and by whom."""

    def __init__(self, layout: SheetLayout, vocabulary: Vocabulary) -> None:
        self.layout = layout
        self.words: Sequence[Word] = layout.words
        self.vocabulary = vocabulary
        self.claimed: set[int] = set()
        self.mentions = find_mentions(self.words, vocabulary.areas)
        self.numerals = {
            is_share: read_numerals(self.words, is_share=is_share) for is_share in (False, True)
        }

    def claim(self, numerals: Iterable[Numeral]) -> None:
        """Take the words of these numbers: nobody else needs to claim them."""
        for numeral in numerals:
            self.claimed.update(numeral.words)

    def unclaimed(self) -> Iterator[tuple[Numeral, int]]:
        """The numbers that nobody has claimed, each with its word."""
        for numeral in self.numerals[False]:
            left = [
                index
                for index in range(numeral.start, numeral.end)
                if self.words[index].is_number and index not in self.claimed
            ]
            if left:
                yield numeral, left[0]

    def lost_qualifiers(self) -> Iterator[int]:
        """The words such as "more than" that end a paragraph without the number behind them."""
        qualified = {
            word for numerals in self.numerals.values() for n in numerals for word in n.words
        }
        for index, (word, following) in enumerate(pairwise(self.words)):
            is_qualifier = word.text.lower() in QUALIFIERS and not word.after
            if is_qualifier and index not in qualified and word.block != following.block:
                yield index

    # Numbers that are no figures

    def claim_asides(self) -> None:
        """Claim the numbers of asides and of enumerations."""
        for cue in self.vocabulary.of_kind("aside"):
            for match in self.layout.text.find_all(cue.elements, 0, len(self.words)):
                self.claimed.update(range(match.start, match.end))
        for run in self._enumerations():
            self.claimed.update(run)

    def _enumerations(self) -> Iterator[list[int]]:
        """Words such as (1), (2), (3), in order and at least two."""
        runs: list[list[int]] = []
        for index, word in enumerate(self.words):
            is_first = index == 0 or self.words[index - 1].row != word.row
            if not _is_enumerator(word, is_first):
                continue
            if runs and int(word.text) == int(self.words[runs[-1][-1]].text) + 1:
                runs[-1].append(index)
            elif word.text == "1":
                runs.append([index])
        return (run for run in runs if len(run) > 1)

    # Figures in sentences

    def sections_of(self, cue: Cue) -> list[Section]:
        """The parts of the text in which a cue is looked for."""
        return [section for section in self.layout.sections if section.code == cue.section]

    def _places(self, cue: Cue) -> Iterator[tuple[Section, Numeral]]:
        """The numbers in the sections of a cue, read as its measure's unit asks."""
        is_share = self.vocabulary.measures[cue.measure or ""].unit == PERCENT
        for section in self.sections_of(cue):
            for numeral in self.numerals[is_share]:
                if section.start <= numeral.at < section.end:
                    yield section, numeral

    def in_sentences(self, cue: Cue) -> list[Claim]:
        """The numbers with the words of a cue around them."""
        return [
            Claim(cue, section, numeral)
            for section, numeral in self._places(cue)
            if self._fits(numeral, section, cue.left, cue.right)
        ]

    def nearly(self, cue: Cue) -> NearClaim | None:
        """A number that nobody claims, and that a cue of a sentence would but for its whole or for
        unknown words beside it. It is claimed with these.
        """
        skips = [(a, b) for a in range(STRANGE + 1) for b in range(STRANGE + 1)]
        for section, numeral in self._places(cue):
            if numeral.at in self.claimed:
                continue
            right = cue.right_without_whole
            if right is not None and self._fits(numeral, section, cue.left, right):
                return self._nearly(numeral.start, numeral, numeral.end, lacks_whole=True)
            for before, behind in skips:
                if self._fits(numeral, section, cue.left, cue.right, before, behind):
                    start, end = numeral.start - before, numeral.end + behind
                    return self._nearly(start, numeral, end, lacks_whole=False)
            _, last = self.bounds(numeral, section)
            if not cue.left and self.layout.text.after(cue.right, numeral.end, last):
                return self._nearly(numeral.start - 1, numeral, numeral.end, lacks_whole=False)
        return None

    def _nearly(self, start: int, numeral: Numeral, end: int, *, lacks_whole: bool) -> NearClaim:
        self.claimed.update(range(start, end))
        text = " ".join(word.text for word in self.words[start:end])
        return NearClaim(text, numeral.at, lacks_whole)

    def bounds(self, numeral: Numeral, section: Section) -> tuple[int, int]:
        first, last = self.layout.sentence(numeral.at)
        return max(first, section.start), min(last, section.end)

    def _fits(
        self,
        numeral: Numeral,
        section: Section,
        left: Sequence[str],
        right: Sequence[str],
        before: int = 0,
        behind: int = 0,
    ) -> bool:
        """Whether the words of a cue stand around a number in its sentence; so many words directly
        before and behind it are passed over.
        """
        first, last = self.bounds(numeral, section)
        start, end = numeral.start - before, numeral.end + behind
        if start < first or end > last:
            return False
        text = self.layout.text
        if text.after(right, end, last) is None:
            return False
        if left:
            return text.before(left, first, start) is not None
        return self._is_boundary(start, first)

    def _is_boundary(self, start: int, first: int) -> bool:
        """Whether no word directly before a number can change it: there is none, or a year, or one
        of a few that only lead to it, or one with a comma or the like.
        """
        if start <= first:
            return True
        before = self.words[start - 1]
        if before.year is not None:
            return True
        if before.key in LEADING:
            return start - 1 <= first or not self.words[start - 2].is_number
        is_number = any(start - 1 in numeral.words for numeral in self._near(start))
        return not is_number and any(sign in before.after for sign in ",;:–—-")

    def _near(self, place: int) -> Iterator[Numeral]:
        """Numbers with digits that end just before a word."""
        for numerals in self.numerals.values():
            index = bisect_left(numerals, place, key=lambda numeral: numeral.end)
            for numeral in numerals[index : index + 1]:
                if self.words[numeral.at].is_number:
                    yield numeral

    # Figures in tables

    def in_tables(self) -> tuple[list[Claim], dict[str, str]]:
        """The numbers of labels; and by the names of figures whose label has none, what is the
        matter.
        """
        found: list[Claim] = []
        faults: dict[str, str] = {}
        units = {measure.measure: measure.unit for measure in self.vocabulary.measures.values()}
        for section in self.layout.sections:
            cues = [cue for cue in self.vocabulary.of_kind("row") if cue.section == section.code]
            labels = [Label(cue, match) for cue in cues for match in self._labels(cue, section)]
            free = [
                numeral
                for numeral in self.numerals[False]
                if section.start <= numeral.at < section.end
                and self.claimed.isdisjoint(range(numeral.start, numeral.end))
            ]
            table = PrintedTable(self.words, section.start, labels, free, self.claimed, units)
            paired, unpaired = pair_labels(table)
            found += [Claim(label.cue, section, numeral) for label, numeral in paired]
            for label, fault in unpaired:
                mark = mark_behind(self.words, label.match, section.end, self.vocabulary.marks)
                line = self.words[label.match.start].line
                if mark is not None:
                    found.append(Claim(label.cue, section, mark, is_mark=True))
                else:
                    faults[label.cue.figure] = f"its label stands in line {line} {fault}"
        return found, faults

    def _labels(self, cue: Cue, section: Section) -> Iterator[Match]:
        """Where a label stands, be it with a number inside, as where it goes on in a second line
        below the number.
        """
        elements = cue.elements
        yield from self.layout.text.find_all(elements, section.start, section.end)
        for place in range(1, len(elements)):
            broken = (*elements[:place], NUMBER, *elements[place:])
            yield from self.layout.text.find_all(broken, section.start, section.end)


def _is_enumerator(word: Word, is_first: bool) -> bool:
    if not re.fullmatch("[1-9][0-9]?", word.text):
        return False
    return (word.before == "(" and word.after[:1] == ")") or (is_first and word.after in (".", ")"))
