"""Whole numbers in English words: `twenty-nine`, `one hundred and six`, `two million`, `a dozen`.

Only what is written as English writes it: `twenty-eleven` and `six hundred thousand million` are no
numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
SCALES = {"thousand": 3, "million": 6, "billion": 9}
"""Words behind a number, and by how many digits they move its point."""
ZERO, HUNDRED, DOZEN, HALF = "zero", "hundred", "dozen", "half"
ARTICLES = ("a", "an")
WORDS = frozenset((ZERO, *UNITS, *TEENS, *TENS))
"""Words that are a number by themselves."""
LARGE = frozenset((HUNDRED, DOZEN, *SCALES))
"""Words that multiply the one before them."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A number in words, which takes the first `length` of some words. `exponent` is that of the
    scale with which it ends, 0 where it ends with none; `scale` is that word where there is no
    other one in the number.
    """

    value: int
    length: int
    exponent: int = 0
    scale: str | None = None


def leading_number(words: Sequence[str]) -> Worded | None:
    """The longest number that the first words are. A comma may stand behind `thousand` and the
    like; hyphens stand in the words.
    """
    words = [word.lower() for word in words]
    if words[:1] == [ZERO]:
        return Worded(0, 1)
    return _dozens(words) or _by_scales(words)


def number_in_words(text: str) -> Worded | None:
    """The number that a text is."""
    words = text.split()
    found = leading_number(words)
    return found if found and found.length == len(words) else None


def _dozens(words: Sequence[str]) -> Worded | None:
    """`a dozen`, `two dozen`, `half a dozen`."""
    if words[:3] in ([HALF, "a", DOZEN], ["a", HALF, DOZEN]):
        return Worded(6, 3)
    if words[:1] and words[0] in ARTICLES:
        return Worded(12, 2) if words[1:2] == [DOZEN] else None
    number, length = _below_hundred(words, 0)
    return Worded(12 * number, length + 1) if length and words[length:][:1] == [DOZEN] else None


def _by_scales(words: Sequence[str]) -> Worded | None:
    """Groups of up to three digits, each but the last with a lesser scale than the one before."""
    found: Worded | None = None
    place, total, least = 0, 0, max(SCALES.values()) + 1
    scales: list[str] = []
    while True:
        number, end = _below_thousand(words, place, is_first=found is None)
        if end == place:
            return found
        scale = words[end].rstrip(",") if end < len(words) else ""
        exponent = SCALES.get(scale, 0)
        if exponent >= least or (words[place] == "and" and (exponent or number > 99)):
            return found
        total, least, place = total + number * 10**exponent, exponent, end + bool(exponent)
        scales += [scale] if exponent else []
        found = Worded(total, place, exponent, scale if [scale] == scales else None)
        if not exponent:
            return found


def _below_thousand(words: Sequence[str], place: int, *, is_first: bool) -> tuple[int, int]:
    """A number below 1,000 from a word on, and the word behind it; that word where there is none.

    `and` leads to what follows a scale, and an article stands before the first group alone.
    """
    start = place + (not is_first and words[place : place + 1] == ["and"])
    if is_first and start < len(words) and words[start] in ARTICLES:
        is_large = start + 1 < len(words) and words[start + 1].rstrip(",") in {HUNDRED, *SCALES}
        number, end = (1, start + 1) if is_large else (0, start)
    else:
        number, end = _below_hundred(words, start)
    if end == start:
        return 0, place
    if number < 10 and words[end : end + 1] == [HUNDRED]:
        number, end = 100 * number, end + 1
        behind = end + (words[end : end + 1] == ["and"])
        rest, last = _below_hundred(words, behind)
        # "two hundred and six million" is one group; "and six hundred" does not belong to it.
        if last > behind and words[last : last + 1] != [HUNDRED]:
            number, end = number + rest, last
    return number, end


def _below_hundred(words: Sequence[str], place: int) -> tuple[int, int]:
    """A number from 1 to 99 from a word on, and the word behind it."""
    if place >= len(words):
        return 0, place
    word = words[place]
    if word in UNITS or word in TEENS:
        return UNITS.get(word) or TEENS[word], place + 1
    tens, _, unit = word.partition("-")
    if tens not in TENS or (unit and unit not in UNITS):
        return 0, place
    if unit or word.endswith("-"):
        return (TENS[tens] + UNITS[unit], place + 1) if unit else (0, place)
    if place + 1 < len(words) and words[place + 1] in UNITS:
        return TENS[tens] + UNITS[words[place + 1]], place + 2
    return TENS[tens], place + 1
