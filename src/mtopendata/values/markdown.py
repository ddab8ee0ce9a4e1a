"""Text → Markdown that shows that very text: nothing in it is read as Markdown or as HTML."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby


def inline(value: str) -> str:
    """A text of one line; line breaks become spaces."""
    return _with_escapes(" ".join(value.split()))


def block(value: str) -> str:
    """A text of paragraphs, which blank lines divide."""
    parts = (
        "\n".join(
            _with_escapes(" ".join(line.split())) for line in part.splitlines() if line.strip()
        )
        for part in paragraphs(value)
    )
    # Elsewhere a bar means nothing, and in a cell `table` deals with it.
    return re.sub(r"^\|", r"\\|", "\n\n".join(parts), flags=re.MULTILINE)


def paragraphs(value: str) -> list[str]:
    """The paragraphs of a text, which blank lines divide."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return [part.strip() for part in re.split(r"\n\s*\n", lines) if part.strip()]


def _with_escapes(line: str) -> str:
    # An underscore inside a word means nothing, and names read better without a backslash.
    marked = re.sub(r"([\\`*\[\]<>~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;))", r"\\\1", line)
    return re.sub(r"^([#+=:-]|\d+(?=[.)](?:\s|$)))", _escaped_start, marked)


def _escaped_start(match: re.Match[str]) -> str:
    """What begins a heading or a list, or underlines one; of `1.` it is the full stop."""
    return f"{match[1]}\\" if match[1].isdigit() else f"\\{match[1]}"


_READ_BY_GITHUB = re.compile(r"[@$]|://|www\.|#\d|GH-\d|:[\w+-]+:", re.IGNORECASE)
"""What a word has that is an address, a @name, the number of an issue, an emoji or a formula."""


def unlinked(value: str) -> str:
    """A text of one line, for a page on GitHub, which finds links and more in plain words: those
    are written as code.
    """
    parts: list[str] = []
    for is_read, group in groupby(value.split(), lambda word: bool(_READ_BY_GITHUB.search(word))):
        words = list(group)
        parts += map(_as_code, words) if is_read else [_with_escapes(" ".join(words))]
    return " ".join(parts)


def _as_code(word: str) -> str:
    """A word as code, but for the punctuation behind it."""
    bare = word.rstrip(",;.")
    return code(bare) + word[len(bare) :]


def code(value: str) -> str:
    """A text as code, in backticks enough to hold its own. Blanks are put in quotes, and a
    backslash before a bar, which code in a table cannot hold, is written as text.
    """
    shown = "".join(char if char.isprintable() else " " for char in value)
    if not shown.strip():
        return f'"{shown}"'
    if "\\|" in shown:
        return _with_escapes(shown)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{space}{shown}{space}{fence}"


def fenced(value: str, language: str) -> str:
    """Lines of code, in a fence that is longer than any of their own."""
    fence = "`" * max(3, max(map(len, re.findall("`+", value)), default=0) + 1)
    return f"{fence}{language}\n{value}\n{fence}"


def link(label: str, target: str | None) -> str:
    """The label, as a link where there is a target, which is a web address in ASCII."""
    if target == label:
        return f"<{target}>"
    return f"[{inline(label)}](<{target}>)" if target else inline(label)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def bullets(items: Iterable[str]) -> str:
    """A list of texts that are Markdown already."""
    return "\n".join(f"- {item}" for item in items)
