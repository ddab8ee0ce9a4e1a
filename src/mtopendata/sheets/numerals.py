"""Where in a text numbers are printed, each with the words that belong to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mtopendata.figures.limits import ABBREVIATED, LIMITS, LIMITS_BEHIND
from mtopendata.figures.number_words import ARTICLES, HALF, LARGE, SCALES, WORDS, leading_number
from mtopendata.figures.printed_numbers import (
    ABBREVIATIONS,
    AND,
    BETWEEN,
    NOTHING,
    PERCENTS,
    RATIOS,
    TO,
    is_part,
    is_range,
)
from mtopendata.sheets.words import Word

Phrases = Sequence[tuple[str, ...]]


def _longest_first(phrases: Iterable[str]) -> Phrases:
    return tuple(tuple(text.split()) for text in sorted(phrases, key=len, reverse=True))


_LIMITS, _BEHIND, _PERCENTS, _SCALES, _RATIOS = map(
    _longest_first, (LIMITS, LIMITS_BEHIND, PERCENTS, SCALES, RATIOS)
)
_SCALES_BEHIND_DECIMALS = _longest_first([*SCALES, *ABBREVIATIONS])
_LONGEST = 20
"""Words of the longest number in words that is looked for."""
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
    for phrases in (LIMITS, LIMITS_BEHIND, PERCENTS, SCALES, WORDS, LARGE, NOTHING)
    for phrase in phrases
    for word in phrase.split()
    if word not in ("or", "of", "in", "a", "an", "per", "to", "as", "so")
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
        end = _end_of_amount(words, place, is_share)
        if end == place or _begins_limit(words, place):
            place += 1
            continue
        start = max(free, place - _length_before(words, place))
        if last := _end_of_range(words, place, end, is_share):
            end = last
            if place > free and _says(words, place - 1, (BETWEEN,)):
                start = place - 1
        elif is_share and (between := _length(words, end, _RATIOS)):
            end = _end_of_number(words, end + between) or end
        end += _length(words, end, _BEHIND)
        yield Numeral(start, place, end, _text(words[start:end]))
        place = free = end


def _end_of_amount(words: Sequence[Word], place: int, is_share: bool) -> int:
    """The word behind a number that begins with a word, and behind its scale or percent sign; that
    word where none begins.
    """
    if is_share:
        for length in (2, 1):
            part = words[place : place + length]
            if not any(word.after for word in part[:-1]) and is_part(_text(part)):
                return place + length
    end = _end_of_number(words, place)
    if end is None:
        return place
    has_decimals = "." in words[end - 1].text
    scales = _SCALES_BEHIND_DECIMALS if has_decimals else _SCALES
    return end + (_length(words, end, _PERCENTS) or _length(words, end, scales))


def _end_of_number(words: Sequence[Word], place: int) -> int | None:
    """The word behind the digits, or the words of one number; None: none begins here."""
    if place >= len(words):
        return None
    run: list[str] = []
    for word in words[place : place + _LONGEST]:
        if run and word.before:
            break
        run.append(word.text)
        if word.after:
            break
    if (run[0].lower() in {*ARTICLES, HALF, *WORDS}) and (found := leading_number(run)):
        return place + found.length
    return place + 1 if _is_digits(words[place]) else None


def _end_of_range(words: Sequence[Word], place: int, end: int, is_share: bool) -> int | None:
    """The word behind the range of which the first number ends before the word `end`; None: it is
    no range. What goes "from 5 to 10" may be a change.
    """
    is_between = place > 0 and _says(words, place - 1, (BETWEEN,)) and not words[place - 1].after
    start = place - is_between
    if words[end - 1].after or not _says(words, end, (AND if is_between else TO,)):
        return None
    if words[end].before or words[end].after or (start and _says(words, start - 1, ("from",))):
        return None
    if end + 1 < len(words) and words[end + 1].before:
        return None
    last = _end_of_amount(words, end + 1, is_share)
    return last if last > end + 1 and is_range(_text(words[start:last])) else None


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _is_digits(word: Word) -> bool:
    return word.is_number or word.text.lower() in WORDS or word.text.lower() in NOTHING


def _begins_limit(words: Sequence[Word], place: int) -> bool:
    """Whether the word is the "no" of "no more than 5", which counts nothing itself."""
    length = _length(words, place, _LIMITS) if words[place].text.lower() in NOTHING else 0
    return length > 0 and _end_of_number(words, place + length) is not None


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
            if all(mark == "" or (mark == "." and parts[0] in ABBREVIATED) for mark in marks):
                return len(parts)
    return 0


def _says(words: Sequence[Word], start: int, parts: Sequence[str]) -> bool:
    said = words[start : start + len(parts)]
    return [word.text.lower() for word in said] == list(parts)
