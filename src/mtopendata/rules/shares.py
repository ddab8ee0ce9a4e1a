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
    floors = [bounds[0] for bounds in (share, part, whole)]
    if any(floor is not None and floor < 0 for floor in floors):
        return "undecided"
    low_share, low_part, low_whole = (floor or Fraction(0) for floor in floors)
    high_share, high_part, high_whole = (bounds[1] for bounds in (share, part, whole))
    least = low_share * low_whole
    most = None if high_share is None or high_whole is None else high_share * high_whole
    high = None if high_part is None else PERCENT_OF_WHOLE * high_part
    if (high is not None and high < least) or (
        most is not None and PERCENT_OF_WHOLE * low_part > most
    ):
        return "violated"
    is_above = high_whole is not None and low_share * high_whole <= PERCENT_OF_WHOLE * low_part
    is_below = high is not None and high_share is not None and high <= high_share * low_whole
    return "satisfied" if (is_above or not low_share) and is_below else "undecided"


def state_of_share(figures: Sequence[Figure | None]) -> State:
    """What the figures of a rule of this kind decide."""
    share, part, whole = (_bounds(figure) for figure in figures)
    return share_state(share, part, whole)


def _bounds(figure: Figure | None) -> Bounds:
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
    share, part, whole = (_bounds(figure) for figure in figures)
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
