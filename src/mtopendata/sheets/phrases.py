"""Phrases: a few words to look for in a text, with places for a number, an area and a year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mtopendata.sheets.words import IGNORED, Word, key_of, pieces

NUMBER, AREA, YEAR, GAP = "#", "AREA", "YEAR", "…"
PLACES = (NUMBER, AREA, YEAR, GAP)
"""What in a phrase is no word: a number, the name of the sheet's area, a year, some words more."""
LONGEST_GAP = 14
"""Words that GAP stands for at the most."""


class Match(NamedTuple):
    """Words from `start` up to but without `end`, as indexes."""

    start: int
    end: int


def elements_of(phrase: str) -> tuple[str, ...]:
    """The keys of a phrase's words, and NUMBER, AREA, YEAR and GAP where they stand in it."""
    parts = [piece for part in phrase.split() for piece in pieces(part)]
    keys = (part if part in PLACES else key_of(part) for part in parts)
    return tuple(key for key in keys if key not in IGNORED)


@dataclass(frozen=True, slots=True)
class Text:
    """Words in which phrases are looked for. `area` are the keys of the name that AREA stands for,
    none where nothing can.
    """

    words: Sequence[Word]
    area: tuple[str, ...] = ()

    def find_all(self, elements: Sequence[str], start: int, end: int) -> Iterator[Match]:
        """Each place between two words where the elements stand."""
        first = elements[0] if elements and elements[0] not in PLACES else None
        for place in range(start, end):
            key = self.words[place].key
            if key in IGNORED or (first is not None and key != first):
                continue
            if match := self.after(elements, place, end):
                yield match

    def after(self, elements: Sequence[str], start: int, end: int) -> Match | None:
        """Where the elements stand from the word `start` on, before the word `end`."""
        found = self._follow(elements, start, end, 1)
        return None if found is None else Match(start, found)

    def before(self, elements: Sequence[str], start: int, end: int) -> Match | None:
        """Where the elements stand up to the word `end`, but without it, and from `start` on."""
        found = self._follow(elements[::-1], end - 1, start - 1, -1)
        return None if found is None else Match(found + 1, end)

    def _follow(self, elements: Sequence[str], place: int, limit: int, step: int) -> int | None:
        """From `place` on in either direction: the first place behind the elements."""
        if not elements:
            return place
        left = abs(limit - place)
        first, rest = elements[0], elements[1:]
        if first == GAP:
            return self._follow_gap(rest, place, limit, step)
        if not left:
            return None
        word = self.words[place]
        if word.key in IGNORED:
            return self._follow(elements, place + step, limit, step)
        length = 1
        if first == AREA and self.area and left >= len(self.area):
            length = len(self.area)
            names = [self.words[place + step * index].key for index in range(length)]
            if tuple(names[::step]) != self.area:
                return None
        elif not self._is_there(first, word):
            return None
        return self._follow(rest, place + step * length, limit, step)

    def _follow_gap(self, elements: Sequence[str], place: int, limit: int, step: int) -> int | None:
        """The same for elements behind a gap."""
        for skipped in range(min(abs(limit - place), LONGEST_GAP) + 1):
            behind = place + step * skipped
            if (found := self._follow(elements, behind, limit, step)) is not None:
                return found
            # Behind another number, the words are that number's.
            if behind != limit and self.words[behind].is_figure:
                return None
        return None

    def _is_there(self, element: str, word: Word) -> bool:
        if element == YEAR:
            return word.year is not None
        return word.is_number if element == NUMBER else word.key == element
