"""Classes of characters: `[a-z]`, and XML Schema's `[a-z-[aeiou]]`, which has no vowels."""

from collections.abc import Callable

from mtopendata.package.constraint import UnusableConstraintError
from mtopendata.package.patterns.signs import Sign, escaped, literal

DEEPEST = 100
"""How deep classes and groups may lie within each other, for the engines' sake."""


def character_class(
    pattern: str, at: int, has_property: Callable[[str], bool], depth: int = 0
) -> tuple[str, int, bool]:
    """The class whose bracket stands at `at`, as both engines write it; where it ends; and whether
    a bracket stands in it that is taken for itself.

    UnusableConstraintError: it is none, or may be meant in two ways.
    """
    if depth > DEEPEST:
        raise UnusableConstraintError(f"more than {DEEPEST} classes lie within each other")
    start = at
    at += 1
    is_negated = pattern.startswith("^", at)
    at += is_negated
    first, items, has_bracket, removed = at, "", False, ""
    while not (pattern.startswith("]", at) and at > first):
        if at >= len(pattern):
            raise UnusableConstraintError(f"the [ at character {start + 1} is not closed")
        if pattern.startswith("-[", at) and at > first:
            removed, at, _ = character_class(pattern, at + 1, has_property, depth + 1)
            if not pattern.startswith("]", at):
                raise UnusableConstraintError(
                    "a class that is taken away, as in [a-z-[aeiou]], must stand at the end; "
                    "a bracket that is meant is written \\["
                )
            break
        has_bracket |= pattern[at] == "["
        item, at = _item(pattern, at, has_property)
        items += item
    text = f"[{'^' if is_negated else ''}{items}]"
    if is_negated and r"\P" in items:  # Python's regex takes [^\d\D] for anything
        text = rf"[[\x00-\U0010FFFF]--[{items}]]"
    return f"[{text}--{removed}]" if removed else text, at + 1, has_bracket


def _item(pattern: str, at: int, has_property: Callable[[str], bool]) -> tuple[str, int]:
    """A character, a set or a range."""
    low, at = _one_sign(pattern, at, has_property)
    if pattern[at : at + 1] != "-" or pattern[at + 1 : at + 2] in ("", "]"):
        return low.text, at
    is_hyphen = low.character == "-" and low.is_bare
    if pattern.startswith("-[", at) and not is_hyphen:
        return low.text, at
    high, end = _one_sign(pattern, at + 1, has_property)
    is_hyphen |= high.character == "-" and high.is_bare
    if low.character is None or high.character is None or is_hyphen:
        raise UnusableConstraintError(
            f"the hyphen at character {at + 1} may be meant in two ways: write \\- for itself"
        )
    if low.character > high.character:
        raise UnusableConstraintError(
            f"the range {low.character}-{high.character} ends before it begins"
        )
    return f"{low.text}-{high.text}", end


def _one_sign(pattern: str, at: int, has_property: Callable[[str], bool]) -> tuple[Sign, int]:
    if pattern[at] != "\\":
        return literal(pattern[at], is_bare=True), at + 1
    if pattern.startswith("\\b", at):
        return literal("\b"), at + 2
    return escaped(pattern, at, has_property)
