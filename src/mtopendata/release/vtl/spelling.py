"""How names, texts, numbers and comments are written in VTL."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from textwrap import wrap

from mtopendata.values.cells import plain

WIDTH = 96
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


class UnsaidError(Exception):
    """A rule cannot be written in VTL, and why."""


def code_text(code: str) -> str:
    """A code as a text; VTL's texts have no quotation mark in them. UnsaidError: it has one."""
    if '"' in code or _CONTROLS.search(code):
        raise UnsaidError(f"the code {code!r} can be no text in VTL")
    return f'"{code}"'


def code_item(code: str) -> str:
    """A code as an item of a ruleset. UnsaidError: it can be none."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]*", code):
        raise UnsaidError(f"the code {code!r} can be no item of a ruleset")
    return f"'{code}'"


def message_text(words: str) -> str:
    """Words for people as a text."""
    return f'"{_CONTROLS.sub(" ", words).replace(chr(34), chr(39))}"'


def code_set(codes: Iterable[str]) -> str:
    """Codes as a set."""
    return "{" + ", ".join(map(code_text, dict.fromkeys(codes))) + "}"


def times(coefficient: Decimal, name: str) -> str:
    """A number times what a name stands for."""
    sign = "- " if coefficient < 0 else ""
    size = coefficient.copy_abs()
    return f"{sign}{name}" if size == 1 else f"{sign}{plain(size)} * {name}"


def comment(*lines: str) -> str:
    """Lines as a comment, which no text in them can end."""
    safe = (_CONTROLS.sub(" ", line).replace("*/", "* /").replace("/*", "/ *") for line in lines)
    wrapped = [part for line in safe for part in wrap(line, WIDTH, break_long_words=False)]
    return "/* " + "\n   ".join(wrapped) + " */"


def unique_words(names: Iterable[str]) -> Iterator[str]:
    """For each name one that VTL takes as a part of a name, and that no other one has."""
    taken: set[str] = set()
    for name in names:
        base = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "rule"
        word, number = base, 2
        while word.casefold() in taken:
            word, number = f"{base}_{number}", number + 1
        taken.add(word.casefold())
        yield word
