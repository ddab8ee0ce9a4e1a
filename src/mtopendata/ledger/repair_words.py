"""Repairs in words: sets of figures with the ranges in which they must lie."""

from collections.abc import Sequence

from mtopendata.ledger.repairs import Repair, RepairedFigure
from mtopendata.values.plurals import plural

MOST_SAID = 6
"""Sets that the hint of a finding names."""


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


def remedies(repair: Repair) -> str:
    """What would make the rules hold, as the end of a hint; empty where nothing is known."""
    count = len(repair.violated)
    rules, all_ = ("the rule", "") if count == 1 else (f"the {count} violated rules", "all ")
    if not repair.sets:
        why = repair.incomplete
        return f"; what would make {'it' if count == 1 else 'them'} hold is not known: {why}"
    said = [set_words(figures) for figures in repair.sets[:MOST_SAID]]
    left = len(repair.sets) - len(said) + repair.unlisted
    if left:
        said.append(f"{plural(left, 'other repair')}")
    return f"; {rules} would {all_}hold with {_one_of_these(said)}"


def _one_of_these(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])}, or {texts[-1]}"


def most_likely(repair: Repair) -> RepairedFigure | None:
    """The one figure that explains all, where it is the only one, or the only one with a slip."""
    single = [figures[0] for figures in repair.sets if len(figures) == 1]
    if repair.unlisted or repair.incomplete:
        return None
    slipped = [item for item in single if item.slip]
    found = slipped or single
    return found[0] if len(found) == 1 else None
