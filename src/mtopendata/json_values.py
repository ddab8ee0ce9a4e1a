"""Values of a descriptor: whether two are the same, and how a message shows one."""

import json
import re
from decimal import Decimal
from typing import Any

from mtopendata.rounding import cell_text, plain

LONGEST = 80
"""Characters of a value that a message shows."""


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
    null, and for what is neither a single value nor a list of them.
    """
    match value:
        case None | dict():
            return ""
        case list() | tuple():
            if any(isinstance(item, dict | list) for item in value[:LONGEST]):
                return ""
            words = f"[{', '.join(shown(item) or 'null' for item in value[:LONGEST])}]"
        case str():
            words = repr(value[: LONGEST + 1])
        case _:
            words = cell_text(value)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def said(name: str, before: Any, after: Any, verb: str = "changed") -> str:
    """The change of a property in words, such as `title changed from 'A' to 'B'`."""
    subject = name if re.fullmatch(r"[\w.$:-]{1,80}", name, re.ASCII) else shown(name)
    was, now = shown(before), shown(after)
    if before is None or after is None:
        verb = "added" if before is None else "removed"
        return " ".join(filter(None, (subject, was, now, verb)))
    if was and now and was != now:
        return f"{subject} {verb} from {was} to {now}"
    return f"{subject} changed"
