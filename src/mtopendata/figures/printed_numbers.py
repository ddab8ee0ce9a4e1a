"""Printed text → value, qualifier, lower and upper bound, in exact arithmetic.

The bounds are the closed interval of values that a careful printer could have meant. They follow
from the digits that are printed, never from a float: `1.0 million` is tighter than `1 million`.
What could mean two things has no known form.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

from mtopendata.figures.limits import ABBREVIATED, LIMITS, LIMITS_BEHIND, Qualifier, bounds_of
from mtopendata.figures.number_words import SCALES, UNITS, number_in_words
from mtopendata.values.cells import plain

PERCENT = "percent"
"""The unit whose values are shares from 0 to 100; every other unit counts whole things."""
ABBREVIATIONS = {"k": 3, "m": 6, "mn": 6, "b": 9, "bn": 9}
"""Scales as they stand behind digits. A blank may divide them from decimals, which no other count
has; `26 K` may be a note of another kind.
"""
NOTHING = ("zero", "none", "no")
"""Words that alone say 0, of a count and of a share."""
PERCENTS = ("%", "percent", "per cent", "pct")
RATIOS = ("in", "in every", "out of", "out of every")
"""What stands between the two numbers of a share such as `1 in 5`."""
BETWEEN, AND, TO = "between", "and", "to"
"""What stands before and between the two ends of a range, if no dash does."""
PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
"""The parts of a share in words, such as `two-thirds`, with how many of them make a whole."""

LONGEST = 160
"""Characters of the longest text that can be a printed number."""
EXACT = Context(prec=400)
"""Decimal arithmetic on such numbers without rounding; the default has 28 digits."""
_RATIO_STEP = Decimal("0.01")
"""To what a share such as that of `1 in 6` is rounded, in per cent."""


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for each of the texts; the longest first."""
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))


def _signs_of(texts: Iterable[str]) -> str:
    return _any_of(text for text in texts if not text[0].isalpha())


def _plain_words(texts: Iterable[str]) -> str:
    return _any_of(text for text in texts if text[0].isalpha())


_DIGITS = "[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*|0"
_LIMIT = re.compile(
    rf"(?:(?P<sign>{_signs_of(LIMITS)}) ?|(?P<short>{_any_of(ABBREVIATED)})\. ?"
    rf"|(?P<word>{_plain_words(LIMITS)}) )"
)
_BEHIND = re.compile(
    rf"(?: ?(?P<sign>{_signs_of(LIMITS_BEHIND)})| (?P<word>{_plain_words(LIMITS_BEHIND)}))$"
)
_TAIL = re.compile(rf"(?P<percent> ?%| (?:{_plain_words(PERCENTS)}))$")
_IN_DIGITS = re.compile(
    rf"(?P<digits>{_DIGITS})(?P<decimals>\.[0-9]+)?"
    rf"(?: ?(?P<percent>{_any_of(PERCENTS)})| (?P<scale>{_any_of(SCALES)})"
    rf"| ?(?P<short>{_any_of(ABBREVIATIONS)}))?"
)
_RATIO = re.compile(rf"(?P<part>.+?) (?:{_any_of(RATIOS)}) (?P<whole>.+)")
_PART = re.compile(rf"(?:(?P<count>a|an|{_any_of(UNITS)})[ -])?(?P<part>{_any_of(PARTS)})(?P<s>s?)")
_DASHED = re.compile(r"(?P<from>[0-9](?:[^–-]*[^ –-])?)(?P<dash>[–-])(?P<to>[0-9][^–-]*)")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_TELEPHONE = re.compile("1-8[0-9]{2}|[0-9]{3}-[0-9]{4}")


def interval(lower: Decimal | None, upper: Decimal | None) -> str:
    """Bounds as mathematics writes them; a side without one is open."""
    left = "(-∞" if lower is None else f"[{plain(lower)}"
    return f"{left}, {'∞)' if upper is None else f'{plain(upper)}]'}"


@dataclass(frozen=True, slots=True)
class Printed:
    """What a printed number says. `value` None: it is a range, or withheld, so that no one number
    is printed. A bound that is None: the text sets none on that side.
    """

    value: Decimal | None
    qualifier: Qualifier
    lower: Decimal | None
    upper: Decimal | None


def read_printed(text: str, unit: str) -> Printed | None:
    """What `text` says of a quantity in `unit`; None where it has no known form.

    Rounding is half up, so that a count printed as `36.2 million` lies in 36,150,000 to
    36,249,999, and a share printed as `19%` in 18.5 to 19.5 (a share is not whole, so its
    interval is closed at both ends). Digits alone, or words that end with no scale, are exact. A
    range, such as `1–4`, has both of its ends, each as far as it is rounded. "About" has no agreed
    width: it sets no bounds. Nor has a share in small whole numbers, such as `1 in 5` or
    `two-thirds`, which is "about" too unless a limit is printed; one with more than two decimals,
    such as that of `1 in 6`, is rounded to the side on which a limit stays true.
    """
    if len(text) > LONGEST:
        return None
    with localcontext(EXACT):
        return _read(" ".join(text.lower().split()), unit == PERCENT)


def is_range(text: str) -> bool:
    """Whether a text is a range of counts or of shares."""
    text = " ".join(text.lower().split())
    return len(text) <= LONGEST and any(_range(text, is_share) for is_share in (False, True))


def is_part(text: str) -> bool:
    """Whether a text is a share in words, such as `half` or `two-thirds`."""
    return _part(text.lower()) is not None


def _read(text: str, is_share: bool) -> Printed | None:
    if text in NOTHING:
        return Printed(Decimal(0), "exact", Decimal(0), Decimal(0))
    if found := _range(text, is_share):
        return found
    before, behind = _LIMIT.match(text), _BEHIND.search(text)
    if before and behind:
        return None
    core, limit = text, None
    if before:
        core, limit = text[before.end() :], LIMITS[_word_in(before)]
    if behind:
        core, limit = text[: behind.start()], LIMITS_BEHIND[_word_in(behind)]
    if is_share and (share := _part(core) or _ratio_of(core)):
        return _ratio(*share, limit or "about")
    amount = _amount(core, is_share)
    return None if amount is None else _qualifier_said(amount, limit, is_share)


def _word_in(match: re.Match[str]) -> str:
    return next(word for word in match.groups() if word)


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number without a limit. `half` is half a unit of its last digit, None where it is exact;
    `tail` what it shares with the other end of a range, behind its digits or words.
    """

    value: Decimal
    half: Decimal | None
    tail: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it ends with no scale and no percent sign, so that it can share another's."""
        return self.half is None


def _qualifier_said(amount: _Amount, limit: Qualifier | None, is_share: bool) -> Printed:
    value = amount.value
    if limit:
        return Printed(value, limit, *bounds_of(value, limit, whole=not is_share))
    lower, upper = _bounds(amount, is_share)
    return Printed(value, "exact" if amount.half is None else "rounded", lower, upper)


def _bounds(amount: _Amount, is_share: bool) -> tuple[Decimal, Decimal]:
    value, half = amount.value, amount.half
    if half is None:
        return value, value
    lower, upper = max(value - half, Decimal(0)), value + half
    if is_share:
        return lower, min(upper, Decimal(100))
    return _ceiling(lower), _ceiling(upper) - 1


def _ceiling(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)


def _amount(text: str, is_share: bool) -> _Amount | None:
    """A number in digits or in words, with what is printed behind it."""
    match = _IN_DIGITS.fullmatch(text)
    found = _in_digits(match) if match else _in_words(text)
    if found is None or (found.tail.strip() in PERCENTS) != is_share:
        return None
    is_fit = found.value <= 100 if is_share else found.value == found.value.to_integral_value()
    return found if is_fit else None


def _in_digits(match: re.Match[str]) -> _Amount | None:
    decimals = match["decimals"] or ""
    tail = match["percent"] or match["scale"] or match["short"] or ""
    exponent = SCALES.get(tail) or ABBREVIATIONS.get(tail, 0)
    value = Decimal(match["digits"].replace(",", "") + decimals).scaleb(exponent)
    if not tail:
        return None if decimals else _Amount(value, None)
    if match["short"] and not decimals and match.string[match.end("digits")] == " ":
        return None
    half = Decimal(5).scaleb(exponent - len(decimals.lstrip(".")) - 1)
    return _Amount(value, half, match.string[match.end("digits") + len(decimals) :])


def _in_words(text: str) -> _Amount | None:
    """Words that end with a scale are as rounded as digits with it: `two million`."""
    tail = _TAIL.search(text)
    found = number_in_words(text[: tail.start()] if tail else text)
    if found is None or (tail and found.exponent):
        return None
    if tail:
        return _Amount(Decimal(found.value), Decimal("0.5"), tail[0])
    half = Decimal(5).scaleb(found.exponent - 1) if found.exponent else None
    return _Amount(Decimal(found.value), half, f" {found.scale}" if found.scale else "")


# Ranges


def _range(text: str, is_share: bool) -> Printed | None:
    """The range from one number to another one that is larger."""
    found = [ends for pair in _pairs(text) if (ends := _ends(*pair, is_share)) is not None]
    # Where words divide in two ways, nobody knows which is meant.
    if len(found) != 1:
        return None
    (lower, _), (_, upper) = (_bounds(amount, is_share) for amount in found[0])
    return Printed(None, "between", lower, upper)


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    """The two ends that a text can have."""
    if match := _DASHED.fullmatch(text):
        if not _may_be_no_range(match):
            yield match["from"], match["to"]
        return
    is_between = text.startswith(f"{BETWEEN} ")
    text = text.removeprefix(f"{BETWEEN} ")
    for match in re.finditer(f" {AND if is_between else TO} ", text):
        ends = text[: match.start()], text[match.end() :]
        if not all(map(_YEAR.fullmatch, ends)):
            yield ends


def _may_be_no_range(match: re.Match[str]) -> bool:
    """Whether what a dash divides may be years, a month of one, or parts of a telephone number."""
    last_is_year = bool(_YEAR.fullmatch(match["to"]))
    is_date = last_is_year and (
        _YEAR.fullmatch(match["from"]) or re.fullmatch("[1-9]|1[0-2]", match["from"])
    )
    is_number = match["dash"] == "-" and _TELEPHONE.fullmatch(match[0])
    return bool(is_date or is_number)


def _ends(first: str, last: str, is_share: bool) -> tuple[_Amount, _Amount] | None:
    """The two ends of a range. What stands behind the last one alone is said of both."""
    upper = _amount(last, is_share)
    if upper is None:
        return None
    lower = _amount(first, is_share)
    if upper.tail and (lower is None or lower.is_open):
        lower = _amount(first + upper.tail, is_share)
    elif lower and lower.is_open != upper.is_open:
        return None
    return (lower, upper) if lower and lower.value < upper.value else None


# Shares in whole numbers


def _part(text: str) -> tuple[Decimal, Decimal] | None:
    """The share that is so many of so many equal parts: `half`, `a third`, `three-quarters`."""
    match = _PART.fullmatch(text)
    if match is None or not (match["count"] or match["part"] == "half"):
        return None
    count = UNITS.get(match["count"] or "", 1)
    whole = PARTS[match["part"]]
    is_plural = bool(match["s"])
    return (Decimal(count), Decimal(whole)) if is_plural == (count > 1) and count < whole else None


def _ratio_of(text: str) -> tuple[Decimal, Decimal] | None:
    """The numbers of a share such as `1 in 5`."""
    match = _RATIO.fullmatch(text)
    if match is None:
        return None
    found = [_amount(text, is_share=False) for text in (match["part"], match["whole"])]
    numbers = [amount.value for amount in found if amount and amount.is_open]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def _ratio(parts: Decimal, of: Decimal, limit: Qualifier) -> Printed | None:
    """The share in per cent of so many in so many."""
    if not of or parts > of:
        return None
    rounding = {"about": ROUND_HALF_UP, "fewer_than": ROUND_CEILING, "at_most": ROUND_CEILING}
    share = (100 * parts / of).quantize(_RATIO_STEP, rounding.get(limit, ROUND_FLOOR))
    return Printed(share, limit, *bounds_of(share, limit, whole=False))
