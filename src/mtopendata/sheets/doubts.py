"""What in the sentence of a number can turn what it says."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.sheets.claims import QUOTES, Claim, Claims
from mtopendata.sheets.numerals import APPROXIMATE, DOUBTS
from mtopendata.sheets.words import Word

CLAUSE_ENDS = frozenset(",;")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A number in its sentence, which has the words from `first` up to but without `last`. `area`
    is the sheet's, and `claimed` are the words of all numbers that are claimed in sentences.
    """

    claims: Claims
    claim: Claim
    area: str | None
    claimed: Set[int]
    first: int
    last: int

    def numbers(self) -> set[int]:
        """The words of the claimed numbers, and of all numbers of the sentence."""
        words = self.claims.words
        found = {*self.claimed}
        for numerals in self.claims.numerals.values():
            for other in numerals:
                if self.first <= other.at < self.last and words[other.at].is_number:
                    found.update(other.words)
        return found


def doubt(claims: Claims, claim: Claim, area: str | None, claimed: Set[int]) -> str | None:
    """The first thing that can turn what a number says; None: nothing that is known."""
    first, last = claims.bounds(claim.numeral, claim.section)
    place = Doubtful(claims, claim, area, claimed, first, last)
    return next((words for look in _DOUBTS if (words := look(place))), None)


def _sign_beside(place: Doubtful) -> str | None:
    words, numeral = place.claims.words, place.claim.numeral
    before, after = words[numeral.start].before, words[numeral.end - 1].after
    if not {*before} <= QUOTES:
        return f"the sign {before!r} before it"
    if not {*after} <= QUOTES | {*".,;:)/"}:
        return f"the sign {after!r} behind it"
    return None


def _word_before(place: Doubtful) -> str | None:
    start = place.claim.numeral.start
    if start > place.claim.section.start:
        before = place.claims.words[start - 1]
        if before.text.lower() in APPROXIMATE:
            return f"the word {before.text!r} before it"
    return None


def _other_part(place: Doubtful) -> str | None:
    measure = place.claims.vocabulary.measures[place.claim.cue.measure or ""]
    behind = place.claims.words[place.claim.numeral.end : place.last]
    is_divided = any(CLAUSE_ENDS & {*word.after} for word in behind)
    return "another part of its sentence" if measure.unit == PERCENT and is_divided else None


def _word_in_sentence(place: Doubtful) -> str | None:
    numbers = place.numbers()
    for index in range(place.first, place.last):
        word = place.claims.words[index].text
        is_doubt = word.lower() in DOUBTS or word.lower().endswith("n't")
        if is_doubt and index not in numbers:
            return f"the word {word!r} in its sentence"
    return None


def _name_in_sentence(place: Doubtful) -> str | None:
    claims, numeral = place.claims, place.claim.numeral
    if place.area is None:
        return None
    for start, end, code in claims.mentions:
        if not place.first <= start < place.last:
            continue
        name = " ".join(word.text for word in claims.words[start:end])
        if code != place.area or _is_longer_name(claims.words, end, place.last):
            return f"the name {name!r} in its sentence"
        if place.claim.cue.area is not None and numeral.end <= start <= _end_of_clause(place):
            return f"the name {name!r} behind it"
    return None


def _end_of_clause(place: Doubtful) -> int:
    """The word with which the number's part of its sentence ends."""
    words, end = place.claims.words, place.claim.numeral.end
    numbers = place.numbers()
    for index in range(end - 1, place.last):
        if CLAUSE_ENDS & {*words[index].after} or (index >= end and index in numbers):
            return index
    return place.last


def _is_longer_name(words: Sequence[Word], end: int, last: int) -> bool:
    """Whether the name of an area that ends before a word is a part of something larger, such
    as "Kansas City", "Montana and Idaho", "Montana's neighbours".
    """
    name = words[end - 1]
    if name.text.lower().endswith(("'s", "s'")):
        return True
    if name.after or end >= last:
        return False
    word = words[end].text
    is_name = word[:1].isupper() and not name.text.isupper()
    return word.lower() in ("and", "or", "&") or is_name


_DOUBTS: tuple[Callable[[Doubtful], str | None], ...] = (
    _sign_beside,
    _word_before,
    _other_part,
    _word_in_sentence,
    _name_in_sentence,
)
