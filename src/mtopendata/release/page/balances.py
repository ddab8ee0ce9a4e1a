"""A balance as parts of a whole: 7 + 22 + 0 = 29."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mtopendata.figures.described import Described
from mtopendata.ledger.report import RuleInstance
from mtopendata.release.page.intervals import amount
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.of_figures import is_of_term
from mtopendata.values.cells import plain

_BEGIN, _END = Decimal(10), Decimal(390)
_GAP = Decimal(2)
_NARROW = Decimal(4)
"""A part of 0 is a line of this width, so that it is seen."""
_TENTH = Decimal("0.1")
_LETTER = Decimal(7)
"""About how wide a digit is."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part: the figure, its amount in words, and where its block begins and how wide it is.
    `label` is the amount where there is room for it below the block.
    """

    item: Described
    amount: str
    x: str
    width: str
    middle: str
    is_zero: bool
    label: str


@dataclass(frozen=True, slots=True)
class Balance:
    """A rule's parts, in the order of its terms, and their whole."""

    title: str
    whole: Described
    amount: str
    parts: tuple[Part, ...]


def balance_of(rule: Rule, instance: RuleInstance, figures: Sequence[Described]) -> Balance | None:
    """The balance in a place. None where the rule is no sum of parts, is not satisfied, or has
    figures that are not exact.
    """
    terms = rule.terms_in(instance.area)
    sides = _sides(terms)
    if not rule.relation.is_balance or instance.state != "satisfied" or sides is None:
        return None
    whole, parts = sides
    found = [_part_figure(term, instance, figures) for term in (whole, *parts)]
    items = [item for item in found if item is not None]
    values = [value for item in items if (value := _exact_value(item)) is not None and value >= 0]
    if len(values) < len(found) or not values[0]:
        return None
    total, *items = items
    sum_, *values = values
    unit = str(total.figure.get("unit") or "")
    drawn = _parts_of_whole(items, values, sum_, unit)
    return Balance(rule.title, total, amount(sum_, unit), drawn)


MOST_PARTS = 12
"""Parts of a whole that can be told apart in a drawing."""


def _sides(terms: Sequence[Term]) -> tuple[Term, list[Term]] | None:
    """The whole and its parts: one term against several, each counted once."""
    if any(abs(term.coefficient) != 1 or term.lag for term in terms):
        return None
    plus = [term for term in terms if term.coefficient > 0]
    minus = [term for term in terms if term.coefficient < 0]
    one, several = sorted((plus, minus), key=len)
    return (one[0], several) if len(one) == 1 and 1 < len(several) <= MOST_PARTS else None


def _part_figure(
    term: Term, instance: RuleInstance, figures: Sequence[Described]
) -> Described | None:
    return next((item for item in figures if is_of_term(item.figure, term, instance)), None)


def _exact_value(item: Described) -> Decimal | None:
    row: Mapping[str, object] = item.figure
    value, lower, upper = (row.get(name) for name in ("value", "lower", "upper"))
    return Decimal(str(value)) if value is not None and lower == upper == value else None


def _parts_of_whole(
    items: Sequence[Described], values: Sequence[Decimal], total: Decimal, unit: str
) -> tuple[Part, ...]:
    gaps = _GAP * (len(items) - 1) + _NARROW * sum(not value for value in values)
    room = _END - _BEGIN - gaps
    place = _BEGIN
    labelled = Decimal("-Infinity")
    found = []
    for item, value in zip(items, values, strict=True):
        width = (room * value / total).quantize(_TENTH) if value else _NARROW
        middle = (place + width / 2).quantize(_TENTH)
        texts = plain(place), plain(width), plain(middle)
        words = amount(value, unit)
        half = _LETTER * len(words) / 2
        has_room = middle - half >= labelled
        labelled = middle + half if has_room else labelled
        found.append(Part(item, words, *texts, not value, words if has_room else ""))
        place += width + _GAP
    return tuple(found)
