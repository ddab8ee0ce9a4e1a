"""The labels of the numbers in the cells of a table: one that differs from those in all other cells
may be a slip of the document.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from mtopendata.figures.printed_numbers import read_printed
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.tables.table_cues import Elements, elements_of_text
from mtopendata.sheets.years.cell_numbers import CellNumber, CellNumbers
from mtopendata.sheets.years.grid_layout import GridLayout, PlacedCell, TableLine

_Labels = tuple[Elements, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A table in which each label is the one that its cell means, and the labels for which that is
    another than the printed one. `problems`: cells whose numbers do not make their total.
    """

    layout: GridLayout
    slips: Sequence[Problem]
    problems: Sequence[Problem]


def settle_labels(layout: GridLayout, totals: Collection[Elements]) -> Settled:
    """Tell which label is meant where one is not that of the same place in most other cells, and
    the sum of the cell leaves no doubt.
    """
    usual = _usual_labels(layout)
    slips: list[Problem] = []
    problems: list[Problem] = []
    rows = []
    for row in layout.rows:
        cells = []
        for place in row.cells:
            is_sum = _makes_total(place.numbers, totals)
            meant, slip = place, None
            if is_sum:
                meant, slip = _meant(place, row, layout, usual)
            elif is_sum is False:
                problems.append(_cell_sum_problem(place, row, layout))
            cells.append(meant)
            slips += [slip] if slip else []
        rows.append(replace(row, cells=cells))
    return Settled(replace(layout, rows=rows), slips, problems)


def _usual_labels(layout: GridLayout) -> _Labels:
    """The labels of most cells that have labels, from the first to the last; none if those of no
    kind are more than half.
    """
    found = Counter(
        labels for row in layout.rows for place in row.cells if (labels := _labels_of(place))
    )
    labels, count = found.most_common(1)[0] if found else ((), 0)
    return labels if 2 * count > found.total() else ()


def _labels_of(place: PlacedCell) -> _Labels:
    labels = tuple(elements_of_text(number.label) for number in place.numbers.numbers)
    return labels if all(labels) else ()


def _makes_total(numbers: CellNumbers, totals: Collection[Elements]) -> bool | None:
    """Whether the numbers of a cell make its last one, which is called a total; None: none is."""
    *parts, last = numbers.numbers or (None,)
    if not parts or last is None or elements_of_text(last.label) not in totals:
        return None
    counts = [_count_of(number) for number in (*parts, last) if number]
    if any(count is None for count in counts):
        return None
    return sum(count or 0 for count in counts[:-1]) == counts[-1]


def _count_of(number: CellNumber) -> int | None:
    said = read_printed(number.text, "")
    return int(said.value) if said and said.value is not None else None


def _meant(
    place: PlacedCell, row: TableLine, layout: GridLayout, usual: _Labels
) -> tuple[PlacedCell, Problem | None]:
    """A cell with the labels that it means, and its slip."""
    labels = _labels_of(place)
    other = [index for index, (a, b) in enumerate(zip(labels, usual, strict=False)) if a != b]
    if len(labels) != len(usual) or len(other) != 1 or usual[other[0]] in labels:
        return place, None
    [index] = other
    numbers = list(place.numbers.numbers)
    number = numbers[index]
    word = next(_printed_as(layout, usual[index]), " ".join(usual[index]))
    *parts, total = (item.text for item in numbers)
    slip = Problem(
        "label-slip",
        f"{row.label}: {number.label + ': ' + number.text!r} stands where the other cells have "
        f"{word!r}, and {' + '.join(parts)} = {total}",
        f"the number is read as {word}; the document keeps its word",
        number.line,
        page=layout.grid.page,
    )
    numbers[index] = replace(number, label=word)
    return replace(place, numbers=replace(place.numbers, numbers=numbers)), slip


def _printed_as(layout: GridLayout, label: Elements) -> Iterator[str]:
    for row in layout.rows:
        for place in row.cells:
            for number in place.numbers.numbers:
                if elements_of_text(number.label) == label:
                    yield number.label


def _cell_sum_problem(place: PlacedCell, row: TableLine, layout: GridLayout) -> Problem:
    *parts, total = place.numbers.numbers
    return Problem(
        "not-the-sum",
        f"{row.label}: {' + '.join(number.text for number in parts)} do not make "
        f"{total.label} {total.text}",
        "look at the digits of all of them",
        total.line,
        page=layout.grid.page,
    )
