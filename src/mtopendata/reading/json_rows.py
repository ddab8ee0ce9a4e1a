"""JSON as numbered rows: the lines of JSON Lines, or the items of a list in a document."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from mtopendata.package.json_cells import (
    KINDS,
    Repeating,
    exact_decoder,
    has_half_a_character,
    is_text,
    repeated_name,
)
from mtopendata.reading.blocks import count_lines
from mtopendata.reading.faults import Fault, Faults, UnreadableError

Row = tuple[int, Any]
"""The number of a row, and what stands there."""


class NoRowsError(UnreadableError):
    """The JSON is broken, or none that has rows."""

    code = "not-checked"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def row_fault(row: int, message: str, hint: str) -> Fault:
    """The fault of a row that is none."""
    return Fault("json-row", message, hint, row=row)


# Lines


def rows_of_lines(data: bytes, first: int, faults: Faults) -> Iterator[Row]:
    """The rows of whole lines, of which the first has this number. Blank lines are none. A line has
    the number that an editor shows, whatever ends those before it.
    """
    repeating: list[Repeating] = []
    decoder = exact_decoder(repeating)
    has_halves = has_half_a_character(data)
    for number, line in _numbered(data, first):
        if not line or line.isspace():
            continue
        try:
            value = decoder.decode(line.decode())
        except (ValueError, RecursionError) as error:
            hint = "write one row of JSON in each line, whole"
            faults.add(row_fault(number, f"the line is not JSON ({_why(error)})", hint))
            continue
        if repeating or has_halves:
            yield from _sound([(number, value)], faults)
            repeating.clear()
        else:
            yield number, value


def _numbered(data: bytes, first: int) -> Iterable[tuple[int, bytes]]:
    """The lines that LF ends, with their numbers: a CR alone ends one too, and is blank to JSON."""
    lines = data.split(b"\n")
    if b"\r" not in data:
        return enumerate(lines, first)
    ends = (count_lines(line + b"\n") for line in lines)
    return zip(accumulate(ends, initial=first), lines, strict=False)


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at column {error.colno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)


def _sound(rows: Iterable[Row], faults: Faults) -> Iterator[Row]:
    """The rows without those that no text can hold; names that stand twice are faults."""
    for number, value in rows:
        if not is_text(value):
            message = r"the row has half a character, such as \ud800, which is no text"
            faults.add(row_fault(number, message, "find out what wrote it, and mend it there"))
            continue
        if name := repeated_name(value):
            message = f"{name!r} stands twice in one object, and readers differ in which they take"
            faults.add(Fault("duplicate-property", message, "keep one of them", row=number))
        yield number, value


# Documents


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """The items of a list; `is_sound`: none has faults of its own."""

    items: Sequence[Any]
    is_sound: bool = True

    def rows(self, first: int, faults: Faults) -> Iterator[Row]:
        """The rows, of which the first has this number."""
        rows = enumerate(self.items, first)
        return rows if self.is_sound else _sound(rows, faults)


def document(data: bytes, path: str | None) -> JsonDocument:
    """The rows of a document, which are its list, or the one at a path of names.

    NoRowsError: it is not JSON, or there is no list.
    """
    repeating: list[Repeating] = []
    try:
        value = exact_decoder(repeating).decode(data.decode())
    except (ValueError, RecursionError) as error:
        hint = "mend it at that place"
        if "Extra data" in str(error):
            hint = "if each line is a row of its own, declare the format jsonl"
        why = "nested too deep" if isinstance(error, RecursionError) else error
        raise NoRowsError(f"it is not JSON ({why})", hint) from error
    return JsonDocument(items_at(value, path), not repeating and not has_half_a_character(data))


def items_at(value: Any, path: str | None) -> list[Any]:
    """The list that a JSON value is, or that stands in it at a path of names, such as `a.b`.

    NoRowsError: there is none.
    """
    if path is not None:
        names = [path] if isinstance(value, dict) and path in value else path.split(".")
        for name in names:
            if not isinstance(value, dict) or name not in value:
                hint = "correct 'property' in the dialect"
                raise NoRowsError(f"the JSON has no property {path!r}", hint)
            value = value[name]
    if isinstance(value, list):
        return value
    hint = "give a list with an object or a list for each row"
    if isinstance(value, dict):
        lists = [name for name, one in value.items() if isinstance(one, list)]
        hint = "name the property that holds the rows as 'property' in the dialect"
        hint += f", such as {lists[0]!r}" if lists else ""
    where = "the JSON" if path is None else f"the property {path!r}"
    raise NoRowsError(f"{where} is {KINDS[type(value)]}, not a list of rows", hint)
