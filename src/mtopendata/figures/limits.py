"""The words of a limit or an approximation, and which bounds they set."""

from decimal import Decimal
from typing import Literal

Qualifier = Literal[
    "exact",
    "rounded",
    "between",
    "more_than",
    "at_least",
    "fewer_than",
    "at_most",
    "about",
    "suppressed",
]
WITHOUT_VALUE: tuple[Qualifier, ...] = ("between", "suppressed")
"""Qualifiers of figures that have bounds and no value, since nobody has printed one number."""

# Before the number.
LIMITS: dict[str, Qualifier] = {
    "more than": "more_than",
    "greater than": "more_than",
    "in excess of": "more_than",
    "just over": "more_than",
    "just above": "more_than",
    "slightly over": "more_than",
    "slightly more than": "more_than",
    "a little over": "more_than",
    "a little more than": "more_than",
    "well over": "more_than",
    "exceeding": "more_than",
    "over": "more_than",
    "above": "more_than",
    ">": "more_than",
    "at least": "at_least",
    "no fewer than": "at_least",
    "not fewer than": "at_least",
    "no less than": "at_least",
    "not less than": "at_least",
    "as few as": "at_least",
    "a minimum of": "at_least",
    "upwards of": "at_least",
    "upward of": "at_least",
    "≥": "at_least",
    ">=": "at_least",
    "fewer than": "fewer_than",
    "less than": "fewer_than",
    "just under": "fewer_than",
    "just below": "fewer_than",
    "slightly under": "fewer_than",
    "slightly fewer than": "fewer_than",
    "slightly less than": "fewer_than",
    "a little under": "fewer_than",
    "a little less than": "fewer_than",
    "well under": "fewer_than",
    # Close to the number, and yet below it. How close nobody says, so that 0 is the only lower
    # bound that is certain.
    "nearly": "fewer_than",
    "almost": "fewer_than",
    "not quite": "fewer_than",
    "just shy of": "fewer_than",
    "shy of": "fewer_than",
    "approaching": "fewer_than",
    "under": "fewer_than",
    "below": "fewer_than",
    "<": "fewer_than",
    "at most": "at_most",
    "no more than": "at_most",
    "not more than": "at_most",
    "as many as": "at_most",
    "a maximum of": "at_most",
    "up to": "at_most",
    "≤": "at_most",
    "<=": "at_most",
    "approximately": "about",
    "approx": "about",
    "roughly": "about",
    "around": "about",
    "about": "about",
    "circa": "about",
    "ca": "about",
    "close to": "about",
    "an estimated": "about",
    "estimated": "about",
    "some": "about",
    "~": "about",
    "≈": "about",
}
ABBREVIATED = ("approx", "ca")
"""Those behind which a full stop may stand."""
# Behind the number.
LIMITS_BEHIND: dict[str, Qualifier] = {
    "+": "at_least",
    "or more": "at_least",
    "or above": "at_least",
    "or higher": "at_least",
    "or fewer": "at_most",
    "or less": "at_most",
    "or below": "at_most",
    "or so": "about",
}


def bounds_of(
    value: Decimal, qualifier: Qualifier, *, whole: bool
) -> tuple[Decimal | None, Decimal | None]:
    """The bounds that a limit sets; None: it sets none on that side. `whole`: of whole things."""
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
