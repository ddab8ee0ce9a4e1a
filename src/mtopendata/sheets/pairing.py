"""Which number of a table belongs to which label.

What is written nowhere is decided by the table as a whole: only a pair that all of the best
pairings have is one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mtopendata.sheets.numerals import Numeral
from mtopendata.sheets.printed_table import Label, PrintedTable, possible_numbers

MOST = 12
"""Labels of one section that are paired at the most: the number of pairings doubles with each."""
Pair = tuple[Label, Numeral]
Options = Sequence[tuple[Label, Sequence[Numeral]]]
"""Labels with the numbers that can be theirs."""


def pair_labels(table: PrintedTable) -> tuple[list[Pair], list[tuple[Label, str]]]:
    """The labels that certainly have a number, with it; and the others, with why they have none."""
    table = replace(table, labels=list(_longest_labels(table.labels)))
    if table.labels and (heading := table.heading()):
        return [], [(label, f"below {heading!r}, which no cue knows") for label in table.labels]
    options = [(label, list(possible_numbers(label, table))) for label in table.labels]
    paired = list(_paired_by_line(options, table))
    done = [label for label, _ in paired]
    taken = {numeral.at for _, numeral in paired}
    left = [
        (label, [numeral for numeral in found if numeral.at not in taken])
        for label, found in options
        if label not in done
    ]
    certain, unpaired = _paired_by_all(left)
    return paired + certain, unpaired


def _longest_labels(labels: Sequence[Label]) -> Iterator[Label]:
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


def _paired_by_line(options: Options, table: PrintedTable) -> Iterator[Pair]:
    """The pairs that need no table to be read: a line with one label and one number."""
    for label, found in options:
        of_line = [numeral for numeral in found if _is_own_line(label, numeral, table)]
        if len(of_line) == 1:
            yield label, of_line[0]


def _is_own_line(label: Label, numeral: Numeral, table: PrintedTable) -> bool:
    """Whether label and number share a line with no other label and number."""
    words, numerals = table.words, table.numerals
    row = words[numeral.at].row
    rows = range(words[label.match.start].row, words[label.match.end - 1].row + 1)
    others = [other for other in table.labels if other.cue != label.cue]
    return (
        row in rows
        and not any(words[n.at].row == row for n in numerals if n != numeral)
        and not any(
            words[other.match.start].row <= row <= words[other.match.end - 1].row
            for other in others
        )
    )


def _paired_by_all(left: Options) -> tuple[list[Pair], list[tuple[Label, str]]]:
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


def _certain(left: Options) -> dict[int, Numeral]:
    """By the label's number, the pairs that are in each pairing of the most labels."""
    best: list[dict[int, Numeral]] = []
    for pairing in _pairings(left, {}):
        if best and len(pairing) > len(best[0]):
            best.clear()
        if not best or len(pairing) == len(best[0]):
            best.append(pairing)
    return {
        number: numeral
        for number, numeral in best[0].items()
        if all(pairing.get(number) == numeral for pairing in best)
    }


def _pairings(
    left: Options, pairing: dict[int, Numeral], number: int = 0
) -> Iterator[dict[int, Numeral]]:
    """Each way to go on with a pairing from this label on: with none of its numbers, or one that
    is not taken.
    """
    if number == len(left):
        yield pairing
        return
    yield from _pairings(left, pairing, number + 1)
    taken = {numeral.at for numeral in pairing.values()}
    for numeral in left[number][1]:
        if numeral.at not in taken:
            yield from _pairings(left, {**pairing, number: numeral}, number + 1)
