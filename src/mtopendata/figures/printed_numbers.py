"""Printed text → value, qualifier, lower and upper bound, in exact arithmetic.

The bounds are the closed interval of values that a careful printer could have meant. They follow
from the digits that are printed, never from a float: `1.0 million` is tighter than `1 million`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Literal

from mtopendata.values.cells import plain

Qualifier = Literal["exact", "rounded", "more_than", "at_least", "fewer_than", "at_most", "about"]

PERCENT = "percent"
"""The unit whose values are shares from 0 to 100; every other unit counts whole things."""

# The words of a limit, as they stand before the number.
LIMITS: dict[str, Qualifier] = {
    "more than": "more_than",
    "greater than": "more_than",
    "in excess of": "more_than",
    "just over": "more_than",
    "well over": "more_than",
    "over": "more_than",
    "above": "more_than",
    ">": "more_than",
    "at least": "at_least",
    "no fewer than": "at_least",
    "no less than": "at_least",
    "not less than": "at_least",
    "as few as": "at_least",
    "≥": "at_least",
    ">=": "at_least",
    "fewer than": "fewer_than",
    "less than": "fewer_than",
    "just under": "fewer_than",
    "well under": "fewer_than",
    "under": "fewer_than",
    "below": "fewer_than",
    "<": "fewer_than",
    "at most": "at_most",
    "no more than": "at_most",
    "not more than": "at_most",
    "as many as": "at_most",
    "up to": "at_most",
    "≤": "at_most",
    "<=": "at_most",
    "approximately": "about",
    "approx": "about",
    "roughly": "about",
    "around": "about",
    "about": "about",
    "close to": "about",
    "nearly": "about",
    "almost": "about",
    "an estimated": "about",
    "estimated": "about",
    "some": "about",
    "~": "about",
    "≈": "about",
}
# The same, as they stand behind it.
LIMITS_BEHIND: dict[str, Qualifier] = {
    "+": "at_least",
    "or more": "at_least",
    "or fewer": "at_most",
    "or less": "at_most",
    "or so": "about",
}
SCALES = {"thousand": 3, "million": 6, "billion": 9}
NOTHING = ("zero", "none", "no")
"""Words that alone say 0, of a count and of a share."""
WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
PERCENTS = ("%", "percent", "per cent")
RATIOS = ("in", "out of")
"""What stands between the two numbers of a share such as `1 in 5`."""

LONGEST = 100
"""Characters of the longest text that can be a printed number."""
EXACT = Context(prec=400)
"""Decimal arithmetic on such numbers without rounding; the default has 28 digits."""
_RATIO_STEP = Decimal("0.01")
"""To what a share such as that of `1 in 6` is rounded, in per cent."""


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for each of the texts, however blank their blanks are; the longest first."""
    longest_first = sorted(texts, key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, text.split())) for text in longest_first)


_DIGITS = "[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*|0"
_FORM = re.compile(
    rf"""(?:(?P<limit>{_any_of(LIMITS)})\.?\s*)?
    (?P<digits>{_DIGITS}|(?:{_any_of(WORDS)})\b)(?P<decimals>\.[0-9]+)?
    (?:\s*(?P<percent>{_any_of(PERCENTS)})|\s+(?P<scale>{_any_of(SCALES)})
    |\s+(?:{_any_of(RATIOS)})\s+(?P<whole>{_DIGITS}|{_any_of(WORDS)}))?
    (?:\s*(?P<behind>{_any_of(LIMITS_BEHIND)}))?""",
    re.VERBOSE | re.IGNORECASE,
)


def interval(lower: Decimal | None, upper: Decimal | None) -> str:
    """Bounds as mathematics writes them; a side without one is open."""
    left = "(-∞" if lower is None else f"[{plain(lower)}"
    return f"{left}, {'∞)' if upper is None else f'{plain(upper)}]'}"


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
    interval is closed at both ends). Digits alone, or a number word up to twelve, without a scale
    word or a percent sign, are exact. "About" has no agreed width: it sets no bounds. Nor has a
    share in small whole numbers, such as `1 in 5`, which is "about" too unless a limit is printed;
    one with more than two decimals, such as that of `1 in 6`, is rounded to the side on which a
    limit stays true.
    """
    if len(text) > LONGEST:
        return None
    with localcontext(EXACT):
        return _read(text, unit)


def _read(text: str, unit: str) -> Printed | None:
    if text.strip().lower() in NOTHING:
        return Printed(Decimal(0), "exact", Decimal(0), Decimal(0))
    match = _FORM.fullmatch(text.strip())
    is_share = unit == PERCENT
    if match is None or bool(match["percent"] or match["whole"]) != is_share:
        return None
    if match["limit"] and match["behind"]:
        return None
    limit = _limit_of(match)
    decimals = match["decimals"] or ""
    if match["whole"]:
        return _ratio(match["digits"], match["whole"], limit or "about") if not decimals else None
    exponent = SCALES[match["scale"].lower()] if match["scale"] else 0
    if decimals and not (is_share or match["scale"]):
        return None
    value = (_whole_number(match["digits"]) + Decimal("0" + decimals)).scaleb(exponent)
    if value > 100 if is_share else value != value.to_integral_value():
        return None
    if limit:
        return Printed(value, limit, *_limit(value, limit, whole=not is_share))
    if is_share or match["scale"]:
        half = Decimal(5).scaleb(exponent - len(decimals.lstrip(".")) - 1)
        return Printed(value, "rounded", *_rounded(value, half, whole=not is_share))
    return Printed(value, "exact", value, value)


def _limit_of(match: re.Match[str]) -> Qualifier | None:
    """What the words of a limit before or behind a number say of it."""
    for name, limits in (("limit", LIMITS), ("behind", LIMITS_BEHIND)):
        if match[name]:
            return limits[" ".join(match[name].lower().split())]
    return None


def _whole_number(text: str) -> Decimal:
    """Digits, with or without separators, or a number word."""
    return Decimal(WORDS.get(text.lower(), text.replace(",", "")))


def _ratio(part: str, whole: str, limit: Qualifier) -> Printed | None:
    """The share in per cent of so many in so many."""
    parts, of = _whole_number(part), _whole_number(whole)
    if not of or parts > of:
        return None
    rounding = {"about": ROUND_HALF_UP, "fewer_than": ROUND_CEILING, "at_most": ROUND_CEILING}
    share = (100 * parts / of).quantize(_RATIO_STEP, rounding.get(limit, ROUND_FLOOR))
    return Printed(share, limit, *_limit(share, limit, whole=False))


def _rounded(value: Decimal, half: Decimal, *, whole: bool) -> tuple[Decimal, Decimal]:
    lower, upper = max(value - half, Decimal(0)), value + half
    if whole:
        return _ceiling(lower), _ceiling(upper) - 1
    return lower, min(upper, Decimal(100))


def _ceiling(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)


def _limit(
    value: Decimal, qualifier: Qualifier, *, whole: bool
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
