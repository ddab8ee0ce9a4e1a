"""The usual regular expressions in words. Only a pattern that is known as a whole has any."""

import re
from collections.abc import Mapping
from functools import cache

_BLANKS: Mapping[str, tuple[str, str]] = {
    r"\S.*": ("begins", " \t\n\r"),
    r"[^\s].*": ("begins", " \t\n\r"),
    r"(?!\s).*": ("begins", " \t\n\r"),
    r"[^ ].*": ("begins", " "),
    r".*\S": ("ends", " \t\n\r"),
    r".*[^\s]": ("ends", " \t\n\r"),
    r".*(?<!\s)": ("ends", " \t\n\r"),
    r".*[^ ]": ("ends", " "),
    r"\S.*\S": ("begins ends", " \t\n\r"),
    r"\S(.*\S)?": ("begins ends", " \t\n\r"),
    r"(?!\s).*(?<!\s)": ("begins ends", " \t\n\r"),
    r"[^\s](.*[^\s])?": ("begins ends", " \t\n\r"),
    r"[^ ](.*[^ ])?": ("begins ends", " "),
    r"\S+": ("has", " \t\n\r"),
    r"\S*": ("has", " \t\n\r"),
    r"[^\s]+": ("has", " \t\n\r"),
    r"[^\s]*": ("has", " \t\n\r"),
    r"[^ ]+": ("has", " "),
    r"[^ ]*": ("has", " "),
}
"""Where a pattern allows no blank, and which signs are blanks to it."""

_USUAL = {
    r"\d{4}-(0[1-9]|1[0-2])": "a month such as 2024-01",
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])": "a date such as 2024-01-31",
    r"\d{4}-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])": "a date such as 2024-01-31",
    r"([01]\d|2[0-3]):[0-5]\d": "a time such as 23:59",
    r"-?\d+": "a whole number",
    r"[+-]?\d+": "a whole number",
    r"-?\d+(\.\d+)?": "a number such as 12.5",
    r"\d+(\.\d+)?": "a number such as 12.5, without a sign",
    r"https?://.*": "an address that begins with http:// or https://",
    r"https?://.+": "an address that begins with http:// or https://",
    r"https?://\S+": "an address that begins with http:// or https://, without blanks",
    r"(http|https)://.*": "an address that begins with http:// or https://",
    r"[^@]+@[^@]+\.[^@]+": "an email address such as name@example.org",
    r"[^@\s]+@[^@\s]+\.[^@\s]+": "an email address such as name@example.org",
    r"[^\s@]+@[^\s@]+\.[^\s@]+": "an email address such as name@example.org",
    r"\S+@\S+\.\S+": "an email address such as name@example.org",
    r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}": "an email address such as name@example.org",
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}": "an email address such as name@example.org",
    r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+": "an email address such as name@example.org",
}
"""Patterns without anchors, with \\d for digits and plain groups."""

_SETS: Mapping[str, str] = {
    r"\d": "digit",
    r"[A-Z]": "capital letter A to Z",
    r"[a-z]": "small letter a to z",
    r"[A-Za-z]": "letter A to Z, capital or small",
    r"[a-zA-Z]": "letter A to Z, capital or small",
    r"\p{L}": "letter",
    r"\p{Lu}": "capital letter",
    r"\p{Ll}": "small letter",
    r"[A-Z\d]": "capital letter A to Z or digit",
    r"[\dA-Z]": "capital letter A to Z or digit",
    r"[a-z\d]": "small letter a to z or digit",
    r"[\da-z]": "small letter a to z or digit",
    r"[A-Za-z\d]": "letter A to Z or digit",
    r"[a-zA-Z\d]": "letter A to Z or digit",
    r"[\da-f]": "hexadecimal digit",
    r"[\da-fA-F]": "hexadecimal digit",
    r"[\dA-Fa-f]": "hexadecimal digit",
}
_ANY_SET = "|".join(map(re.escape, _SETS))
_PIECE = re.compile(
    rf"(?P<set>{_ANY_SET})(?P<times>[+*?]|\{{\d+(?:,\d*)?\}})?"
    r"|(?P<signs>(?:[-A-Za-z0-9_/:,;@ ]|\\[-./])+)(?![+*?{])",
    re.ASCII,
)
_ANCHORED = re.compile(r"\^?(?P<body>.*?)(?:(?<!\\)\$)?", re.DOTALL)


def fault_in_words(pattern: str, cell: str) -> str:
    """What is wrong with a cell that does not match one of the usual patterns; else ""."""
    body = _body(pattern)
    if body in _BLANKS:
        return _blank(cell, *_BLANKS[body])
    wanted = _wanted_words(body)
    return f"it must be {wanted}" if wanted else ""


def pattern_in_words(pattern: str) -> str:
    """What texts have one of the usual patterns, such as `2 capital letters`; else ""."""
    return _wanted_words(_body(pattern))


def _body(pattern: str) -> str:
    """A pattern without its anchors."""
    match = _ANCHORED.fullmatch(pattern)
    body = (match["body"] if match else pattern).replace("(?:", "(")
    if inner := re.fullmatch(r"\(([^()|]*)\)", body):
        body = inner[1]
    return body


def _wanted_words(body: str) -> str:
    return _usual().get(_with_digits(body)) or _composed(_with_digits(body))


@cache
def _usual() -> dict[str, str]:
    return {_with_digits(pattern): words for pattern, words in _USUAL.items()}


def _with_digits(body: str) -> str:
    return body.replace("[0-9]", r"\d").replace("0-9", r"\d")


def _blank(cell: str, where: str, blanks: str) -> str:
    if "begins" in where and cell[:1] in blanks:
        return "it begins with a blank"
    if "ends" in where and cell[-1:] in blanks:
        return "it ends with a blank"
    return "it has a blank in it" if where == "has" and set(cell) & set(blanks) else ""


def _composed(body: str) -> str:
    """The words for a few sets and signs behind each other, such as `[A-Z]{2}-[0-9]{4}`."""
    if found := re.fullmatch(rf"({_ANY_SET})\+", body):
        return f"{_plural(_SETS[found[1]])} only"
    words, at = [], 0
    while at < len(body):
        found = _PIECE.match(body, at)
        if found is None:
            return ""
        words.append(
            _repeated_words(_SETS[found["set"]], found["times"] or "")
            if found["set"]
            else repr(found["signs"].replace("\\", ""))
        )
        at = found.end()
    return ", ".join(words) if len(words) <= 7 else ""


def _repeated_words(one: str, times: str) -> str:
    many = _plural(one)
    if not times or times in ("{1}", "?"):
        return f"{'1' if times != '?' else 'at most 1'} {one}"
    if times in ("+", "*"):
        return f"{'1 or more' if times == '+' else 'any number of'} {many}"
    least, comma, most = times.strip("{}").partition(",")
    if comma and not most:
        return f"at least {least} {many if least != '1' else one}"
    return f"{least} to {most} {many}" if comma else f"{least} {many}"


def _plural(one: str) -> str:
    return one.replace("letter", "letters").replace("digit", "digits")
