"""What stands for one character of a regular expression: escapes and the sets that they name."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mtopendata.package.constraint import UnusableConstraintError

_NAME_START = (
    r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_NAME = _NAME_START + r"\-.0-9\u00B7\u0300-\u036F\u203F\u2040"

SETS = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r"[ \t\n\r]",
    "S": r"[^ \t\n\r]",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
    "i": f"[{_NAME_START}]",
    "I": f"[^{_NAME_START}]",
    "c": f"[{_NAME}]",
    "C": f"[^{_NAME}]",
}
"""The sets of XML Schema as both engines write them. Names are those of XML 1.0, fifth edition."""

_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "a": "\a", "0": "\0"}
_NUMBERED = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[xu]\{([^}]{1,8})\}")
_PROPERTY = re.compile(r"([pP])(?:\{(\^?)([A-Za-z0-9_=: -]+)\}|([A-Z]))")


@dataclass(frozen=True, slots=True)
class Sign:
    """What one character can be: `text` for the engines. `character`: it is this one only.
    `is_bare`: it was written without a backslash.
    """

    text: str
    character: str | None = None
    is_bare: bool = False


def literal(character: str, *, is_bare: bool = False) -> Sign:
    """A character that stands for itself."""
    if "\ud800" <= character <= "\udfff":
        raise UnusableConstraintError("it has half of a character in it")
    return Sign(re.escape(character), character, is_bare)


def escaped(pattern: str, at: int, has_property: Callable[[str], bool]) -> tuple[Sign, int]:
    r"""The character or the set whose backslash stands at `at`, and where it ends.

    `has_property` says whether an engine knows `\p{…}`. UnusableConstraintError: it means nothing.
    """
    sign = pattern[at + 1 : at + 2]
    if sign in SETS:
        return Sign(SETS[sign]), at + 2
    if found := _PROPERTY.match(pattern, at + 1):
        negation, negated, name, letter = found.groups()
        is_negated = (negation == "P") is not bool(negated)
        return Sign(_property(name or letter, is_negated, has_property)), found.end()
    if found := _NUMBERED.match(pattern, at + 1):
        return _of_number(next(filter(None, found.groups()))), found.end()
    is_octal = sign == "0" and pattern[at + 2 : at + 3].isdigit()
    if sign in _CONTROLS and not is_octal:
        return literal(_CONTROLS[sign]), at + 2
    if not sign or sign.isalnum():
        raise UnusableConstraintError(f"\\{sign} at character {at + 1} means nothing")
    return literal(sign), at + 2


def _of_number(digits: str) -> Sign:
    try:
        return literal(chr(int(digits, 16)))
    except (ValueError, OverflowError) as error:
        raise UnusableConstraintError(f"no character has the number {digits}") from error


def _property(name: str, is_negated: bool, has_property: Callable[[str], bool]) -> str:
    """A category or a block of XML Schema, or another property that the engines know."""
    if name[:2].lower() == "is":
        first, last = _block(name)
        return f"[{'^' if is_negated else ''}\\U{first:08X}-\\U{last:08X}]"
    text = f"\\p{{{name}}}"
    if not has_property(text):
        raise UnusableConstraintError(f"{text} is no category of characters")
    return f"\\P{{{name}}}" if is_negated else text


@cache
def _block(name: str) -> tuple[int, int]:
    """The first and the last character of one of Unicode's blocks, `IsGreek` in XML Schema."""
    import regex

    # A block begins and ends at a multiple of 16; halves of characters are none.
    starts = [n for n in range(0, 0x110000, 16) if not 0xD800 <= n < 0xE000]
    try:
        block = regex.compile(rf"\p{{Blk={name[2:]}}}+")
        found = block.search("".join(map(chr, starts)))
    except regex.error:
        found = None
    if found is None or name[2:].lower() in ("nb", "noblock", "no_block"):
        raise UnusableConstraintError(
            f"\\p{{{name}}} is no block of Unicode: write its first and last character, as in [a-z]"
        )
    return starts[found.start()], starts[found.end() - 1] + 15
