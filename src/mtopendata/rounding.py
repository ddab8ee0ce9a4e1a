"""Printed text → value, qualifier, lower and upper bound, in exact arithmetic.

The bounds are the closed interval of values that a careful printer could have meant. They follow
from the digits that are printed, never from a float: `1.0 million` is tighter than `1 million`.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from typing import Literal

Qualifier = Literal["exact", "rounded", "more_than", "at_least", "fewer_than", "at_most", "about"]

PERCENT = "percent"
"""The unit whose values are shares from 0 to 100; every other unit counts whole things."""

# The words of a limit, longest first within a meaning, as they stand before the number.
LIMITS: dict[str, Qualifier] = {
    "more than": "more_than",
    "over": "more_than",
    ">": "more_than",
    "at least": "at_least",
    "≥": "at_least",
    "fewer than": "fewer_than",
    "less than": "fewer_than",
    "under": "fewer_than",
    "<": "fewer_than",
    "at most": "at_most",
    "up to": "at_most",
    "≤": "at_most",
    "approximately": "about",
    "about": "about",
    "nearly": "about",
    "almost": "about",
}
SCALES = {"thousand": 3, "million": 6, "billion": 9}
WORDS = {"zero": 0, "none": 0, "no": 0}

LONGEST = 100
"""Characters of the longest text that can be a printed number."""
EXACT = Context(prec=400)
"""Decimal arithmetic on such numbers without rounding; the default has 28 digits."""

_FORM = re.compile(
    rf"""(?P<limit>{"|".join(map(re.escape, LIMITS))})?\s*
    (?P<digits>[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+|[1-9][0-9]*|0)(?P<decimals>\.[0-9]+)?
    (?:\s*(?P<percent>%|percent)|\s+(?P<scale>{"|".join(SCALES)}))?""",
    re.VERBOSE | re.IGNORECASE,
)


def plain(value: Decimal) -> str:
    """The digits of a number, without an exponent and without zeros that say nothing."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(value: object, type_: str = "") -> str:
    """A value as a cell of this type writes it: numbers without an exponent, years with four
    digits, dates and times as ISO 8601 has them.
    """
    if type_ == "year" and isinstance(value, int):
        return f"{value:04d}"
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case date() | time():  # and with date, datetime
            return value.isoformat()
    return str(value)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a printed number says. A bound that is None: the text sets none on that side."""

    value: Decimal
    qualifier: Qualifier
    lower: Decimal | None
    upper: Decimal | None


def read_printed(text: str, unit: str) -> Printed | None:
    """What `text` says of a quantity in `unit`; None where it has no known form.

    Rounding is half up, so that a count printed as `36.2 million` lies in 36,150,000 to
    36,249,999, and a share printed as `19%` in 18.5 to 19.5 (a share is not whole, so its
    interval is closed at both ends). Digits alone, without a scale word or a percent sign, are
    exact. "About" has no agreed width: it sets no bounds.
    """
    if len(text) > LONGEST:
        return None
    with localcontext(EXACT):
        return _read(text, unit)


def _read(text: str, unit: str) -> Printed | None:
    word = text.strip().lower()
    if word in WORDS:
        value = Decimal(WORDS[word])
        return Printed(value, "exact", value, value)
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return None
    is_percent = unit == PERCENT
    if bool(match["percent"]) != is_percent:
        return None
    exponent = SCALES[match["scale"].lower()] if match["scale"] else 0
    decimals = match["decimals"] or ""
    value = Decimal(match["digits"].replace(",", "") + decimals).scaleb(exponent)
    whole = not is_percent
    if decimals and not (is_percent or match["scale"]):
        return None
    if whole and value != value.to_integral_value():
        return None
    if match["limit"]:
        qualifier = LIMITS[" ".join(match["limit"].lower().split())]
        return Printed(value, qualifier, *_limit(value, qualifier, whole))
    if is_percent or match["scale"]:
        half = Decimal(5).scaleb(exponent - len(decimals.lstrip(".")) - 1)
        return Printed(value, "rounded", *_rounded(value, half, whole))
    return Printed(value, "exact", value, value)


def _rounded(value: Decimal, half: Decimal, whole: bool) -> tuple[Decimal, Decimal]:
    lower, upper = max(value - half, Decimal(0)), value + half
    if whole:
        return _ceiling(lower), _ceiling(upper) - 1
    return lower, min(upper, Decimal(100))


def _ceiling(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)


def _limit(
    value: Decimal, qualifier: Qualifier, whole: bool
) -> tuple[Decimal | None, Decimal | None]:
    step = Decimal(1 if whole else 0)
    zero = Decimal(0)
    match qualifier:
        case "more_than":
            return value + step, None
        case "at_least":
            return value, None
        case "fewer_than":
            return zero, max(value - step, zero)
        case "at_most":
            return zero, value
        case _:
            return None, None
