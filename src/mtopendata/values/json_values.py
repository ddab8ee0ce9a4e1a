"""JSON values: whether two are the same, how a message shows one, and their text."""

import json
import re
from decimal import Decimal
from typing import Any

from mtopendata.values.cells import cell_text, plain
from mtopendata.values.excerpts import apart, cut


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same whatever the order of keys: `1.0` is 1, true is not."""
    return one is other or canonical(one) == canonical(other)


def canonical(value: Any) -> str:
    """A text that JSON values have in common if and only if they are the same."""
    try:
        return json.dumps(value, sort_keys=True, default=_exact)
    except RecursionError:  # nested as deep as a descriptor may just be: the same only as itself
        return f"{id(value)}"


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else {"": plain(value)}
    return str(value)


def shown(value: Any) -> str:
    """A value as a message shows it: on one line, without control characters, and cut. Empty for
    null.
    """
    return cut(_value_words(value))


def said(name: str, before: Any, after: Any, verb: str = "changed") -> str:
    """The change of a property in words, such as `title changed from 'A' to 'B'`: of long values
    where they differ.
    """
    subject = name if re.fullmatch(r"[\w.$:-]{1,80}", name, re.ASCII) else shown(name)
    if before is None or after is None:
        verb = "added" if before is None else "removed"
        return " ".join(filter(None, (subject, shown(before), shown(after), verb)))
    was, now = apart(_value_words(before), _value_words(after))
    return f"{subject} {verb} from {was} to {now}" if was != now else f"{subject} changed"


def _value_words(value: Any) -> str:
    match value:
        case None:
            return ""
        case list() | tuple() if not any(isinstance(item, dict | list) for item in value):
            return f"[{', '.join(_value_words(item) or 'null' for item in value)}]"
        case dict() | list() | tuple():
            try:
                return json_text(value)
            except RecursionError:  # nested as deep as a descriptor may just be
                return "…"
        case str():
            return repr(value)
        case _:
            return cell_text(value)


def json_number(value: object) -> int | float | str:
    """A number as JSON writes it, if a reader gets back exactly that; else, as of any other value,
    its text.
    """
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        if Decimal(repr(float(value))) == value:
            return float(value)
    return cell_text(value)


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON to be shown: without control characters, and always UTF-8. What cannot be shown is an
    escape, and a Decimal its text.
    """
    # A number that JSON writers would round is a text of its digits.
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=cell_text)
    return "\n".join(
        line if line.isprintable() else "".join(map(_escaped, line)) for line in text.split("\n")
    )


def _escaped(char: str) -> str:
    return char if char.isprintable() else json.dumps(char)[1:-1]


def plain_json(value: Any) -> Any:
    """JSON data without Decimals, as libraries expect it that know none."""
    return json.loads(
        json.dumps(value, default=lambda v: float(v) if isinstance(v, Decimal) else str(v))
    )


def exact_json(value: Any) -> str:
    """JSON that a program reads back as it was: in the order of its keys, with Decimals as numbers,
    digit by digit, and all characters as they are.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, default=_exact_number)
    return re.sub(f'"{_NUMBER_MARK}([-+.0-9eE]+){_NUMBER_MARK}"', r"\1", text) + "\n"


_NUMBER_MARK = "\ud800"
"""Half a character, which no text of a descriptor can hold."""


def _exact_number(value: Any) -> str:
    if isinstance(value, Decimal):
        # JSON writers know no exact numbers: the quotes are removed afterwards.
        return f"{_NUMBER_MARK}{value}{_NUMBER_MARK}"
    raise TypeError(f"{type(value).__name__} is no JSON value")
