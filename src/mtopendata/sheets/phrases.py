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
    """Words from `start` up to but without `end`, as indexes; `years` are those at YEAR."""

    start: int
    end: int
    years: tuple[int, ...] = ()


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
        for place in range(start, end):
            if self.words[place].key in IGNORED:
                continue
            if match := self.after(elements, place, end):
                yield match

    def after(self, elements: Sequence[str], start: int, end: int) -> Match | None:
        """Where the elements stand from the word `start` on, before the word `end`."""
        found = self._follow(elements, start, end, 1)
        return found and Match(start, *found)

    def before(self, elements: Sequence[str], start: int, end: int) -> Match | None:
        """Where the elements stand up to the word `end`, but without it, and from `start` on."""
        found = self._follow(elements[::-1], end - 1, start - 1, -1)
        return found and Match(found[0] + 1, end, found[1])

    def _follow(
        self, elements: Sequence[str], place: int, limit: int, step: int
    ) -> tuple[int, tuple[int, ...]] | None:
        """From `place` on in either direction: the first place behind the elements, and years."""
        if not elements:
            return place, ()
        left = abs(limit - place)
        first, rest = elements[0], elements[1:]
        if first == GAP:
            for skipped in range(min(left, LONGEST_GAP) + 1):
                behind = place + step * skipped
                if found := self._follow(rest, behind, limit, step):
                    return found
                # Behind another number, the words are that number's.
                if behind != limit and self.words[behind].is_figure:
                    return None
            return None
        if not left:
            return None
        word = self.words[place]
        if word.key in IGNORED:
            return self._follow(elements, place + step, limit, step)
        length = 1
        years: tuple[int, ...] = ()
        if first == YEAR and word.year is not None:
            years = (word.year,)
        elif first == AREA and self.area and left >= len(self.area):
            length = len(self.area)
            names = [self.words[place + step * index].key for index in range(length)]
            if tuple(names[::step]) != self.area:
                return None
        elif not (word.is_number if first == NUMBER else word.key == first):
            return None
        found = self._follow(rest, place + step * length, limit, step)
        return found and (found[0], years + found[1])
