"""Ranges of numbers, and sets of figures with theirs, in words."""

from collections.abc import Sequence

from mtopendata.ledger.repairs import RepairedFigure


def range_words(lower: str | None, upper: str | None) -> str:
    """Between which values a number lies, such as `at most 5`; None: no bound on that side."""
    if lower is None or upper is None:
        if lower is None and upper is None:
            return "any number"
        return f"at least {lower}" if upper is None else f"at most {upper}"
    if lower == upper:
        return lower
    return f"at most {upper}" if lower == "0" else f"{lower} to {upper}"


def interval_text(lower: str | None, upper: str | None) -> str:
    """The same as mathematics writes it: `[5, ∞)`."""
    left = "(-∞" if lower is None else f"[{lower}"
    return f"{left}, {'∞)' if upper is None else f'{upper}]'}"


def set_words(figures: Sequence[RepairedFigure]) -> str:
    """A set of figures with what each must be: `8 in row 2 and 3 in row 5 together`."""
    words = []
    for item in figures:
        slip = f" ({item.slip})" if item.slip else ""
        words.append(f"{range_words(item.lower, item.upper)} in row {item.row}{slip}")
    return " and ".join(words) + (" together" if len(words) > 1 else "")
