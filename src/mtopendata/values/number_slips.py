"""Whether one number became another by a slip of the pen, and by which."""

from mtopendata.values.slips import is_one_slip

LONGEST_MOVE = 3
"""By so many digits a point is moved at most."""


def number_slip(there: str, meant: str) -> str | None:
    """What happened to the digits of `meant` so that `there` stands in their place, in words; None:
    it is more than one slip, or none. Both are plain numbers, such as `1747` or `18.5`.
    """
    if there == meant or not (there and meant):
        return None
    is_slip = is_one_slip(there, meant)
    if _digits(there) == _digits(meant) and ("." in there + meant or not is_slip):
        is_near = abs(_moved_point(there) - _moved_point(meant)) <= LONGEST_MOVE
        return "the point moved" if is_near else None
    if not is_slip:
        return None
    if len(there) < len(meant):
        return "a digit lost"
    if len(there) > len(meant):
        return "a digit doubled" if _is_doubled(there, meant) else "a digit too many"
    wrong = sum(a != b for a, b in zip(there, meant, strict=True))
    return "a digit changed" if wrong == 1 else "two digits swapped"


def _is_doubled(there: str, meant: str) -> bool:
    """Whether the digit too many is that of its neighbour."""
    return any(
        there[:at] + there[at + 1 :] == meant and there[at] == there[at - 1]
        for at in range(1, len(there))
    )


def _digits(text: str) -> str:
    """The digits from the first to the last that is not 0."""
    return text.replace(".", "").strip("0")


def _moved_point(text: str) -> int:
    """The power of ten of the first digit that is not 0."""
    whole, _, decimals = text.partition(".")
    whole = whole.lstrip("0")
    return len(whole) if whole else len(decimals.lstrip("0")) - len(decimals)
