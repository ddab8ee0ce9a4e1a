"""A figure's interval as a drawing: a point, a bar with two ends, or an arrow where one is open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mtopendata.figures.described import Described, Row
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.tables import NUMBERS
from mtopendata.release.page.scales import Scale, scale_for, share_scale
from mtopendata.values.cells import plain

NOT_REPORTED = "not reported, which is not 0"
_LEAST = Decimal(8)
"""A bar is drawn at least so wide: else its two ends would be one."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn of an interval: from `left` to `right` on its scale, and at `value`. `form` is
    point, bar, from (no upper bound), up-to (no lower bound) or about (no bound at all). `words`
    say the same.
    """

    form: str
    left: str
    right: str
    value: str
    words: str
    scale: Scale


def scales_of(figures: Iterable[Described]) -> "tuple[Scale, Scale]":
    """The scale of all that is counted, and that of shares."""
    counted = [
        number
        for item in figures
        if _unit_words(item.figure) != PERCENT
        for number in _spoken_ends(item.figure)
    ]
    return scale_for(counted), share_scale()


def drawn(item: Described, scales: "tuple[Scale, Scale]") -> Drawn | None:
    """The drawing of a figure; None where there is no number."""
    row = item.figure
    value, lower, upper = (_spoken(row.get(name)) for name in NUMBERS)
    anchor = next(_spoken_ends(row), None)
    if anchor is None:
        return None
    scale = scales[_unit_words(row) == PERCENT]
    form = _shape(value, lower, upper)
    places = [scale.place(anchor if bound is None else bound) for bound in (lower, upper)]
    if form == "bar" and places[1] - places[0] < _LEAST:
        middle = (places[0] + places[1]) / 2
        places = [middle - _LEAST / 2, middle + _LEAST / 2]
    left, right = map(plain, places)
    return Drawn(form, left, right, plain(scale.place(anchor)), bounds_in_words(item), scale)


def _shape(value: Decimal | None, lower: Decimal | None, upper: Decimal | None) -> str:
    if lower is None and upper is None:
        return "about"
    if lower is None:
        return "up-to"
    if upper is None:
        return "from"
    return "point" if lower == upper == value else "bar"


def bounds_in_words(item: Described) -> str:
    """What the printed text allows, as a person says it."""
    row = item.figure
    if next(_spoken_ends(row), None) is None:
        return NOT_REPORTED
    if row.get("qualifier") == "suppressed":
        return f"withheld because it is small, {_range_in_words(row)}"
    return _range_in_words(row)


def _range_in_words(row: Row) -> str:
    value, lower, upper = (_spoken(row.get(name)) for name in NUMBERS)
    unit = _unit_words(row)
    match _shape(value, lower, upper):
        case "point":
            return f"exactly {amount(value, unit)}"
        case "about":
            return f"about {amount(value, unit)}, without bounds"
        case "from":
            return f"{amount(lower, unit)} or more"
        case "up-to":
            return (
                f"{amount(upper, unit)} or fewer"
                if unit != PERCENT
                else f"at most {amount(upper, unit)}"
            )
    return f"{amount(lower, unit)} to {amount(upper, unit)}"


def amount(value: Decimal | None, unit: str) -> str:
    """A number with commas, and its sign if it is a share; empty for None."""
    if value is None:
        return ""
    return f"{Decimal(plain(value)):,}{'%' if unit == PERCENT else ''}"


def _spoken_ends(row: Row) -> Iterator[Decimal]:
    for name in NUMBERS:
        if (number := _spoken(row.get(name))) is not None:
            yield number


def _spoken(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _unit_words(row: Row) -> str:
    return str(row.get("unit") or "")
