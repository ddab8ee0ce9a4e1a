"""Labels and numbers of a table: which number belongs to which label.

A number stands behind its label, inside it or before it, in its line or in another one. What is
written nowhere is decided by the table as a whole: only a pair that all of the best pairings have
is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.numerals import Numeral
from mtopendata.sheets.phrases import Match
from mtopendata.sheets.words import Word, key_of

MOST = 12
"""Labels of one section that are paired at the most: the number of pairings doubles with each."""
BEGINNING = 5
"""Words of a label at the most before those that a cue knows."""


@dataclass(frozen=True, slots=True)
class Label:
    """Where the label of a cue stands."""

    cue: Cue
    match: Match


Pair = tuple[Label, Numeral]


def pair_labels(
    labels: Sequence[Label], numerals: Sequence[Numeral], words: Sequence[Word],
    units: Mapping[str, str],
) -> tuple[list[Pair], list[tuple[Label, str]]]:  # fmt: skip
    """The labels that certainly have a number, with it; and the others, with why they have none.

    `units` are those of the measures: `1 case` is a number too.
    """
    labels = list(_longest(labels))
    options = [list(_options(label, labels, numerals, words, units)) for label in labels]
    paired: list[Pair] = []
    for label, found in zip(labels, options, strict=True):
        # A line with one label and one number needs no table to be read.
        own = [
            numeral for numeral in found if _is_own_line(label, numeral, labels, numerals, words)
        ]
        if len(own) == 1:
            paired.append((label, own[0]))
    taken = {numeral.at for _, numeral in paired}
    left = [
        (label, [numeral for numeral in found if numeral.at not in taken])
        for label, found in zip(labels, options, strict=True)
        if label not in [done for done, _ in paired]
    ]
    certain = _certain(left) if len(left) <= MOST else {}
    unpaired = []
    for number, (label, found) in enumerate(left):
        if numeral := certain.get(number):
            paired.append((label, numeral))
        else:
            fault = "and several numbers can be meant" if found else "without a number"
            unpaired.append((label, fault))
    return paired, unpaired


def _longest(labels: Sequence[Label]) -> Iterator[Label]:
    """The labels in their order, without those that are a part of another one of their figure."""
    for label in sorted(labels, key=lambda label: label.match.start):
        start, end, _ = label.match
        if not any(
            other.cue.measure == label.cue.measure
            and (other.match.start, -other.match.end) < (start, -end)
            and end <= other.match.end
            for other in labels
        ):
            yield label


def _options(
    label: Label, labels: Sequence[Label], numerals: Sequence[Numeral], words: Sequence[Word],
    units: Mapping[str, str],
) -> Iterator[Numeral]:  # fmt: skip
    """The numbers that can be this label's."""
    start, end = label.match.start, label.match.end
    inside = [numeral for numeral in numerals if start < numeral.at < end]
    if inside:
        yield from inside
        return
    others = [other.match for other in labels if other != label]
    for numeral in numerals:
        if _is_among_numbers(numeral, words):
            continue
        if numeral.start == end:
            if _stands_free(numeral, words, units[label.cue.measure or ""]):
                yield numeral
        elif numeral.end <= start and _leads(numeral, start, words):
            is_apart = any(numeral.at < other.end and other.start < start for other in others)
            if not is_apart:
                yield numeral


def _leads(numeral: Numeral, start: int, words: Sequence[Word]) -> bool:
    """Whether a number stands before the label whose known words begin at `start`: in its line, or
    alone in the line above. No more than a label's beginning stands between.
    """
    between = words[numeral.end : start]
    if len(between) > BEGINNING or any(word.after or word.is_figure for word in between):
        return False
    row, own = words[start].row, words[numeral.at].row
    if any(word.row != row for word in between):
        return False
    return own == row or numeral.start == 0 or words[numeral.start - 1].row != own


def _stands_free(numeral: Numeral, words: Sequence[Word], unit: str) -> bool:
    """Whether nothing in its line that stands behind a number can change what it says."""
    if numeral.at == numeral.start and _is_idle(numeral, words):
        return False
    if numeral.end >= len(words) or words[numeral.end].row != words[numeral.at].row:
        return True
    word = words[numeral.end]
    is_unit = word.key in (key_of(part) for part in unit.split("_"))
    return is_unit or (word.text[:1].isupper() and not word.before)


def _is_among_numbers(numeral: Numeral, words: Sequence[Word]) -> bool:
    """Whether another number stands directly beside it, as where a table is printed by columns, or
    a blank divides a number.
    """
    beside = (*words[max(0, numeral.start - 1) : numeral.start], *words[numeral.end :][:1])
    return any(word.is_figure for word in beside)


def _is_idle(numeral: Numeral, words: Sequence[Word]) -> bool:
    """Whether a word such as "no" or "one" stands among others, and counts nothing."""
    word = words[numeral.at]
    if word.is_number:
        return False
    return numeral.end < len(words) and words[numeral.end].row == word.row


def _is_own_line(
    label: Label, numeral: Numeral, labels: Sequence[Label], numerals: Sequence[Numeral],
    words: Sequence[Word],
) -> bool:  # fmt: skip
    """Whether label and number share a line with no other label and number."""
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
