"""Shares, a = b / c in percent: decided by intervals, without rounding and without a division.

A printed share is rounded, and its interval is all that it says. So the rule holds if the share of
every part and whole lies in that interval: lower × c <= 100 × b <= upper × c. It is violated where
no part and whole within their bounds have such a share.
"""

from collections.abc import Sequence
from fractions import Fraction

from mtopendata.ledger.report import State
from mtopendata.rules.model import Figure

PERCENT_OF_WHOLE = 100

Bounds = tuple[Fraction | None, Fraction | None]


def share_state(share: Bounds, part: Bounds, whole: Bounds) -> State:
    """What the bounds of a share in percent, of its part and of its whole decide. None: no bound.
    Numbers below 0 have no shares, so that nothing is decided of them.
    """
    if any(low is not None and low < 0 for low, _ in (share, part, whole)):
        return "undecided"
    percent = (Fraction(PERCENT_OF_WHOLE),) * 2
    of_whole = _product(share, whole)
    of_part = _product(percent, part)
    if _is_less(of_part[1], of_whole[0]) or _is_less(of_whole[1], of_part[0]):
        return "violated"
    # Whatever the whole is: the least share of the largest one, and the largest of the least.
    least, most = (
        _product((share[0], share[0]), whole)[1],
        _times(share[1], whole[0] or Fraction(0)),
    )
    is_above = not share[0] or (least is not None and least <= (of_part[0] or 0))
    is_below = of_part[1] is not None and most is not None and of_part[1] <= most
    return "satisfied" if is_above and is_below else "undecided"


def _product(one: Bounds, other: Bounds) -> Bounds:
    """Between which values the product of two numbers lies that are not below 0."""
    return (one[0] or Fraction(0)) * (other[0] or Fraction(0)), _times(one[1], other[1])


def _times(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one * other


def _is_less(one: Fraction | None, other: Fraction | None) -> bool:
    return one is not None and other is not None and one < other


def state_of_share(figures: Sequence[Figure | None]) -> State:
    """What the figures of a rule of this kind decide."""
    share, part, whole = (_ends_of(figure) for figure in figures)
    return share_state(share, part, whole)


def _ends_of(figure: Figure | None) -> Bounds:
    if figure is None:
        return None, None
    lower, upper = figure.lower, figure.upper
    return (
        None if lower is None else Fraction(lower),
        None if upper is None else Fraction(upper),
    )


def remedies_of_share(figures: Sequence[Figure | None]) -> dict[int, Bounds]:
    """Between which values each figure must lie for the rule to hold, if the others stay as they
    are; without those that no value mends.
    """
    share, part, whole = (_ends_of(figure) for figure in figures)
    found: dict[int, Bounds] = {
        0: (_percent(part[0], whole[1]), _percent(part[1], whole[0])),
        1: (_of(share[0], whole[0]), _of(share[1], whole[1])),
        2: (_percent(part[0], share[1]), _percent(part[1], share[0])),
    }
    return {
        index: bounds
        for index, bounds in found.items()
        if figures[index] is not None and bounds != (None, None)
    }


def _percent(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    return None if part is None or not whole else PERCENT_OF_WHOLE * part / whole


def _of(share: Fraction | None, whole: Fraction | None) -> Fraction | None:
    return None if share is None or whole is None else share * whole / PERCENT_OF_WHOLE
