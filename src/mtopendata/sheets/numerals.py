"""Where in a text numbers are printed, each with the words that belong to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mtopendata.figures.printed_numbers import (
    LIMITS,
    LIMITS_BEHIND,
    NOTHING,
    PERCENTS,
    RATIOS,
    SCALES,
    WORDS,
)
from mtopendata.sheets.words import Word

Phrases = Sequence[tuple[str, ...]]


def _longest_first(phrases: Iterable[str]) -> Phrases:
    return tuple(tuple(text.split()) for text in sorted(phrases, key=len, reverse=True))


_LIMITS, _BEHIND, _PERCENTS, _SCALES, _RATIOS = map(
    _longest_first, (LIMITS, LIMITS_BEHIND, PERCENTS, SCALES, RATIOS)
)
_DOUBTS = """
ago before between cannot compared decrease decreased double down earlier estimate estimated
estimates except excluding expected fell fewer fiscal fy half increase increased last less maybe
minus neither never no none nor not one outside perhaps possibly previous previously prior
probably projected quarter rise rose since than through twice unlike up without zero
january february march april june july august september october november december
"""
DOUBTS = frozenset(_DOUBTS.split())
"""Words of a sentence that can turn what a number in it says: another time, a difference, not."""
TELLING = DOUBTS | frozenset(
    word
    for phrases in (LIMITS, LIMITS_BEHIND, PERCENTS, SCALES, WORDS, NOTHING)
    for phrase in phrases
    for word in phrase.split()
    if word not in ("or", "of", "in", "an", "per", "to", "as", "so")
)
"""Words without which a number can say something else."""
QUALIFIERS = frozenset(p.split()[-1] for p in LIMITS if p[0].isalpha()) - {"of", "to", "as", "some"}
"""The last words of what qualifies the number behind it."""
APPROXIMATE = QUALIFIERS | {
    "c",
    "ca",
    "circa",
    "est",
    "estimate",
    "estimates",
    "max",
    "min",
    "no",
    "nr",
    "probably",
    "some",
}
"""Words that qualify the number behind them, whatever stands between."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number from the word `start` up to but without `end`; `at` is the word with its digits.

    Whether its text has a known form is left to `read_printed`.
    """

    start: int
    at: int
    end: int
    text: str

    @property
    def words(self) -> range:
        """The indexes of its words."""
        return range(self.start, self.end)


def read_numerals(words: Sequence[Word], *, is_share: bool) -> list[Numeral]:
    """The numbers in words, in their order, as counts or as shares; no two have a word in common.

    Words such as "no" and "one", which mostly count nothing, are among them.
    """
    return list(_numerals(words, is_share))


def _numerals(words: Sequence[Word], is_share: bool) -> Iterator[Numeral]:
    place, free = 0, 0
    while place < len(words):
        if not _is_digits(words[place]) or _begins_limit(words, place):
            place += 1
            continue
        end = place + 1
        end += _length(words, end, _PERCENTS) or _length(words, end, _SCALES)
        if is_share and (between := _length(words, end, _RATIOS)):
            behind = end + between
            if behind < len(words) and _is_digits(words[behind]) and not words[behind].before:
                end = behind + 1
        end += _length(words, end, _BEHIND)
        start = max(free, place - _length_before(words, place))
        text = " ".join(word.text for word in words[start:end])
        yield Numeral(start, place, end, text)
        place = free = end


def _is_digits(word: Word) -> bool:
    return word.is_number or word.text.lower() in WORDS or word.text.lower() in NOTHING


def _begins_limit(words: Sequence[Word], place: int) -> bool:
    """Whether the word is the "no" of "no more than 5", which counts nothing itself."""
    length = _length(words, place, _LIMITS) if words[place].text.lower() in NOTHING else 0
    return length > 0 and place + length < len(words) and _is_digits(words[place + length])


def _length(words: Sequence[Word], start: int, phrases: Phrases) -> int:
    """How many words from `start` on are the longest of these phrases; 0: none."""
    for parts in phrases:
        if _says(words, start, parts) and not any(
            word.after for word in words[start - 1 : start + len(parts) - 1]
        ):
            return len(parts)
    return 0


def _length_before(words: Sequence[Word], end: int) -> int:
    """How many words before `end` are the longest limit; 0: none."""
    for parts in _LIMITS:
        start = end - len(parts)
        if start >= 0 and _says(words, start, parts):
            # A full stop may stand behind an abbreviation, and nothing else may stand between.
            marks = [word.after for word in words[start:end]]
            if all(mark == "" or (mark == "." and parts == ("approx",)) for mark in marks):
                return len(parts)
    return 0


def _says(words: Sequence[Word], start: int, parts: Sequence[str]) -> bool:
    said = words[start : start + len(parts)]
    return [word.text.lower() for word in said] == list(parts)
