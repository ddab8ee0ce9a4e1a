"""Repairs as a report lists them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from mtopendata.figures.printed_numbers import EXACT
from mtopendata.ledger.repairs import Repair, RepairedFigure, ViolatedPlace
from mtopendata.reading.tables import Columns
from mtopendata.rules.instances import Key
from mtopendata.rules.linear.exact import Number
from mtopendata.rules.model import Figure
from mtopendata.rules.repairs import Repairs
from mtopendata.rules.system import Range, System
from mtopendata.values.cells import plain
from mtopendata.values.number_slips import number_slip

MOST_LISTED = 100
"""Sets that a report lists of one repair."""


def exact_text(number: Number) -> str:
    """A number as a decimal, or as a fraction where none is the same."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    digits = number.numerator * 10**places // number.denominator
    return plain(Decimal(digits).scaleb(-places, EXACT))


def listed_repair(
    system: System, repairs: Repairs, figures: Columns, incomplete: str | None
) -> Repair:
    """Repairs for a report: those with slips of the pen first, then in the order of rows.
    `incomplete`: why there may be others than those that were looked for.
    """
    sets = [_figures_named(system, figures, found) for found in repairs.sets]
    sets.sort(key=lambda items: (-sum(i.slip is not None for i in items), [i.row for i in items]))
    if not repairs.is_all:
        incomplete = "there are more sets than were looked for"
    places = (system.places[index] for index in repairs.violated)
    return Repair(
        tuple(ViolatedPlace(p.rule.name, p.area, p.period, p.source) for p in places),
        tuple(sets[:MOST_LISTED]),
        len(sets[MOST_LISTED:]),
        repairs.gave_up or incomplete,
    )


def _figures_named(
    system: System, figures: Columns, found: Mapping[int, Range]
) -> tuple[RepairedFigure, ...]:
    """The figures of a set, in the order of their rows."""
    listed = []
    for index, bounds in found.items():
        quantity = system.quantities[index]
        figure = cast("Figure", quantity.figure)  # what no row gives is never changed
        key = quantity.measure, quantity.area, quantity.period
        listed.append(repaired_figure(figures, key, figure, bounds))
    return tuple(sorted(listed, key=lambda item: (item.path or "", item.row)))


def repaired_figure(figures: Columns, key: Key, figure: Figure, bounds: Range) -> RepairedFigure:
    """A row of the figures, and between which values it must lie."""
    cell = None if figure.value is None else plain(figure.value)
    low, high = (None if end is None else exact_text(end) for end in bounds)
    return RepairedFigure(
        figures.resource.name,
        figures.path(figure.place.part),
        figure.place.line,
        *key,
        figure.source,
        cell,
        low,
        high,
        number_slip(cell, low) if cell is not None and low and low == high else None,
    )
