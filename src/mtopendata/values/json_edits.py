"""Members of a JSON object set in its text, of which every other character stays as it is."""

import json
import re
from collections.abc import Mapping
from typing import Any

_BLANKS = re.compile(r"[ \t\r\n]*")
Span = tuple[int, int]


def with_members(text: str, members: Mapping[str, Any]) -> str:
    """The text of an object with these members: in the place of those that it has, the others
    before its first one. ValueError: the text is no object.
    """
    first, spans = _values_of(text)
    end = "\r\n" if "\r\n" in text else "\n"
    gap = text[text.index("{") + 1 : first]  # what stands before the first member
    indent = gap.rpartition("\n")[2] if "\n" in gap else None
    shown = {name: _shown(value, indent, end) for name, value in members.items()}
    for name, (start, stop) in sorted(spans.items(), key=lambda item: -item[1][0]):
        if name in shown:
            text = text[:start] + shown[name] + text[stop:]
    new = [f"{json.dumps(name)}: {shown[name]}" for name in shown if name not in spans]
    between = f",{gap or ' '}"
    last = between if new and spans else ""
    return text[:first] + between.join(new) + last + text[first:]


def _shown(value: Any, indent: str | None, end: str) -> str:
    """A value as text, its lines indented as those of the object's members."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text if indent is None else text.replace("\n", f"{end}{indent}")


def _values_of(text: str) -> tuple[int, dict[str, Span]]:
    """Where the first member begins, and where the value of each stands."""
    decoder = json.JSONDecoder()
    at = _behind(text, _BLANKS.match(text, 1 if text.startswith("\ufeff") else 0), "{")
    first, spans = at, {}
    while text[at : at + 1] == '"':
        name, at = decoder.raw_decode(text, at)
        start = _behind(text, _BLANKS.match(text, at), ":")
        _, stop = decoder.raw_decode(text, start)
        spans[name] = start, stop
        at = _end(_BLANKS.match(text, stop))
        if text[at : at + 1] != ",":
            break
        at = _end(_BLANKS.match(text, at + 1))
    if text[at : at + 1] != "}":
        raise ValueError("the text is no object of JSON")
    return first, spans


def _behind(text: str, blanks: "re.Match[str] | None", sign: str) -> int:
    """The place behind blanks, a sign and blanks again."""
    at = _end(blanks)
    if text[at : at + 1] != sign:
        raise ValueError(f"the text has no {sign!r} at character {at + 1}")
    return _end(_BLANKS.match(text, at + 1))


def _end(blanks: "re.Match[str] | None") -> int:
    return blanks.end() if blanks else 0
