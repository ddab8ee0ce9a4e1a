"""A scale: from a value to its place in a drawing, in decimals without rounding by binary numbers.

What is counted goes from 7 to 36 million: so the scale is logarithmic, and 0, which has no place on
such a one, stands before a break. Shares have a scale of their own from 0 to 100.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from mtopendata.values.cells import plain

WIDTH = 400
_ZERO, _FIRST, _LAST = Decimal(10), Decimal(34), Decimal(370)
"""Places of 0, of the least and of the greatest; behind that is room for an arrow."""
_MATHS = Context(prec=16)
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the scale; one without a label is a small one."""

    x: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """`least` and `greatest` are the ends of the scale: exponents of ten on a logarithmic one."""

    least: Decimal
    greatest: Decimal
    is_logarithmic: bool
    ticks: tuple[Tick, ...]
    words: str
    name: str = "counts"

    def place(self, value: Decimal) -> Decimal:
        """Where a value stands, to a tenth; what lies beyond an end stands there."""
        if not self.is_logarithmic:
            return _place_between(value, self.least, self.greatest, _ZERO)
        if value <= 0:
            return _ZERO
        return _place_between(value.log10(_MATHS), self.least, self.greatest, _FIRST)


def _place_between(value: Decimal, least: Decimal, greatest: Decimal, first: Decimal) -> Decimal:
    share = _MATHS.divide(value - least, greatest - least)
    share = min(max(share, Decimal(0)), Decimal(1))
    return (first + share * (_LAST - first)).quantize(_TENTH, context=_MATHS)


def scale_for(values: Iterable[Decimal]) -> Scale:
    """One scale for all of these values: logarithmic, unless one of them is negative."""
    known = list(values)
    least = min(known, default=Decimal(0))
    if least < 0:
        return linear_scale(least, max(known))
    exponents = [value.log10(_MATHS) for value in known if value > 0] or [Decimal(0)]
    low = min(exponents).to_integral_value(ROUND_FLOOR)
    high = max(max(exponents).to_integral_value(ROUND_CEILING), low + 1)
    step = (high - low) // 6 + 1
    scale = Scale(low, high, True, (), "")
    ticks = [Tick(_label_text(_ZERO), "0")]
    exponent = low
    while exponent <= high:
        value = Decimal(10) ** int(exponent)
        is_named = (exponent - low) % step == 0
        ticks.append(Tick(_label_text(scale.place(value)), in_words(value) if is_named else ""))
        exponent += 1
    words = f"on a logarithmic scale up to {in_words(Decimal(10) ** int(high))}"
    return Scale(low, high, True, tuple(ticks), words)


def share_scale() -> Scale:
    """The scale of shares, in per cent."""
    return replace(linear_scale(Decimal(0), Decimal(100), "%"), name="shares")


def linear_scale(least: Decimal, greatest: Decimal, unit: str = "") -> Scale:
    """A scale with even steps from one value to another."""
    greatest = greatest if greatest > least else least + 1
    scale = Scale(least, greatest, False, (), "")
    values = nice_steps(least, greatest)
    ticks = tuple(Tick(_label_text(scale.place(value)), in_words(value) + unit) for value in values)
    words = f"on a scale from {in_words(least)}{unit} to {in_words(greatest)}{unit}"
    return Scale(least, greatest, False, ticks, words)


def nice_steps(least: Decimal, greatest: Decimal) -> Sequence[Decimal]:
    """Three to six round values from one end to the other."""
    span = greatest - least
    power = Decimal(10) ** int(span.log10(_MATHS).to_integral_value(ROUND_FLOOR))
    step = next(
        power * Decimal(part)
        for part in ("0.2", "0.25", "0.5", "1", "2", "2.5", "5")
        if span <= 5 * power * Decimal(part)
    )
    first = _MATHS.divide(least, step).to_integral_value(ROUND_CEILING)
    found = []
    while first * step <= greatest:
        found.append(first * step)
        first += 1
    return found


def in_words(value: Decimal) -> str:
    """A number as a person writes it: with commas, and millions in words."""
    for size, name in ((9, "billion"), (6, "million")):
        whole, rest = divmod(value, Decimal(10) ** size)
        if whole and not rest:
            return f"{plain(whole)} {name}"
    return f"{Decimal(plain(value)):,}"


def _label_text(place: Decimal) -> str:
    return plain(place)
