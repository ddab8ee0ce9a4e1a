"""Two versions of a field's constraints: whether they accept fewer values than before, or more.

Constraints that set one limit together are compared as one: `minimum` and `exclusiveMinimum`,
`enum` and `categories`. What counts is which values they accept, not how they say it: above 0 is
from 1 for whole numbers.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

from mtopendata.package.model import Field
from mtopendata.package.types.boolean import booleans
from mtopendata.values.cells import cell_text
from mtopendata.values.json_values import canonical, said, same, shown


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A limit that changed. `before` and `after` are the value of `property` as declared; where
    several constraints changed, that is `constraints`, and their values by name. None: absent.
    """

    tightened: bool
    message: str
    property: str
    before: Any
    after: Any


class _UnknownError(Exception):
    """A constraint's own value is none of the field's type."""


Refuses = Callable[[Field, Field], bool]
"""Whether the second field may refuse a value that the first accepts."""


def limit_changes(
    old: Field, new: Field, old_key: Sequence[str] = (), new_key: Sequence[str] = ()
) -> Iterator[LimitChange]:
    """The limits on a field's values that differ, `unique` apart: it is a key of one field.

    Tightened: something that was accepted may be refused now, also where that cannot be told.
    Loosened: only the other way round. The primary keys are those of the two schemas.
    """
    was, now = _in_force(old, old_key), _in_force(new, new_key)
    for names, refuses in _LIMITS.items():
        before, after = _declared(old, names), _declared(new, names)
        differing = [name for name in names if not same(before.get(name), after.get(name))]
        tightened = bool(differing) and refuses(was, now)
        if not tightened and not (differing and refuses(now, was)):
            continue  # nothing, or the same written in another way
        message = _words(names, was, now, before, after)
        if len(differing) == 1:
            name = differing[0]
            place = name if name == "categories" else f"constraints.{name}"
            yield LimitChange(tightened, message, place, before.get(name), after.get(name))
        else:
            yield LimitChange(tightened, message, "constraints", before or None, after or None)


def _in_force(item: Field, key: Sequence[str]) -> Field:
    """The field with what its primary key asks of it."""
    required = bool(item.constraints.get("required")) or item.name in key
    return replace(item, constraints={**item.constraints, "required": required})


def _declared(item: Field, names: Sequence[str]) -> dict[str, Any]:
    constraints = {**item.constraints}
    if item.categories is not None:
        constraints["categories"] = item.descriptor.get("categories", list(item.categories))
    given = {name: constraints.get(name) for name in names}
    # False is what `required` is where it is absent.
    return {k: v for k, v in given.items() if v is not None and v is not False}


def _refuses_missing(old: Field, new: Field) -> bool:
    return bool(new.constraints["required"]) and not old.constraints["required"]


def _refuses_beyond(sign: int, closed: str, open_: str | None, old: Field, new: Field) -> bool:
    """Whether the new bound is tighter; `sign` is 1 for a lower bound and -1 for an upper one."""
    try:
        after = _limit(sign, closed, open_, new)
        if after is None:
            return False
        before = _limit(sign, closed, open_, old)
        if before is None or old.type != new.type:
            return True
        if before[0] == after[0]:
            return after[1] > before[1]
        return bool(after[0] > before[0] if sign > 0 else after[0] < before[0])
    except (_UnknownError, TypeError):  # TypeError: such as a time with a zone and one without
        return True


def _limit(sign: int, closed: str, open_: str | None, item: Field) -> tuple[Any, bool] | None:
    """The tighter of a field's closed and open bound, and whether it is open; None: no bound."""
    limits: list[tuple[Any, bool]] = []
    for name, is_open in ((closed, False), (open_, True)):
        if name is None or item.constraints.get(name) is None:
            continue
        bound = _bound(name, item)
        if name == "minLength" and bound <= 0:
            continue  # every text is as long
        if is_open and isinstance(bound, int):
            bound, is_open = bound + sign, False  # whole numbers: above 0 is from 1
        limits.append((bound, is_open))
    if len(limits) < 2:
        return limits[0] if limits else None
    (first, _), (second, _) = limits
    if first == second:
        return limits[1]
    return limits[0] if (first > second) == (sign > 0) else limits[1]


def _bound(name: str, item: Field) -> Any:
    value = item.constraints[name]
    return value if name in ("minLength", "maxLength") else _meaning(value, item)


def _refuses_values(old: Field, new: Field) -> bool:
    try:
        after = _allowed(new)
        if after is None:
            return False
        before = _allowed(old)
        return before is None or old.type != new.type or not before.keys() <= after.keys()
    except _UnknownError:
        return True


def _allowed(item: Field) -> dict[Any, Any] | None:
    """The values that `enum` and `categories` both allow, as written, by meaning; None: any."""
    allowed: dict[Any, Any] | None = None
    for values in (item.constraints.get("enum"), item.categories):
        if values is not None:
            these = {_meaning(value, item): value for value in values}
            allowed = (
                these
                if allowed is None
                else {key: value for key, value in allowed.items() if key in these}
            )
    return allowed


def _refuses_unlike(name: str, old: Field, new: Field) -> bool:
    """Of two patterns, or two JSON Schemas, nobody can tell which one accepts more."""
    after = new.constraints.get(name)
    return after is not None and not same(old.constraints.get(name), after)


_LIMITS: dict[tuple[str, ...], Refuses] = {
    ("required",): _refuses_missing,
    ("minimum", "exclusiveMinimum"): partial(_refuses_beyond, 1, "minimum", "exclusiveMinimum"),
    ("maximum", "exclusiveMaximum"): partial(_refuses_beyond, -1, "maximum", "exclusiveMaximum"),
    ("minLength",): partial(_refuses_beyond, 1, "minLength", None),
    ("maxLength",): partial(_refuses_beyond, -1, "maxLength", None),
    ("enum", "categories"): _refuses_values,
    ("pattern",): partial(_refuses_unlike, "pattern"),
    ("jsonSchema",): partial(_refuses_unlike, "jsonSchema"),
}
"""The constraints by the limit that they set together. `unique` is a key of one field."""


# What a constraint's value means


_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?|-?INF")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def _meaning(value: Any, item: Field) -> Any:
    """A value of `enum`, or a bound, as what the field's type makes of it. Whole numbers, days,
    months and years become int. Raises _UnknownError.
    """
    read = _MEANINGS.get(item.type)
    if read is None:
        return canonical(value)
    if value is None or isinstance(value, list | dict):
        raise _UnknownError
    try:
        return read(cell_text(value), item)
    except (ValueError, ArithmeticError, LookupError, TypeError, re.error) as error:
        raise _UnknownError from error


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return match


def _boolean(text: str, item: Field) -> bool:
    # JSON's own true and false mean the same however cells write them.
    return {"true": True, "false": False, **booleans(item)}[text]


def _moment(text: str, item: Field) -> datetime:
    """A date, time or both in the field's own format, such as %d.%m.%Y."""
    return datetime.strptime(text, item.format)


def _is_iso(item: Field) -> bool:
    return item.format in ("default", "any")


def _month(text: str, _: Field) -> int:
    year, month = _matched(_MONTH, text).groups()
    return int(year) * 12 + int(month)


_MEANINGS: dict[str, Callable[[str, Field], Any]] = {
    "string": lambda text, _: text,
    "any": lambda text, _: text,
    "duration": lambda text, _: text,
    "integer": lambda text, _: int(_matched(_WHOLE, text)[0]),
    "year": lambda text, _: int(_matched(_WHOLE, text)[0]),
    "number": lambda text, _: Decimal(_matched(_NUMBER, text)[0]),
    "boolean": _boolean,
    "date": lambda text, item: (
        date.fromisoformat(text) if _is_iso(item) else _moment(text, item)
    ).toordinal(),
    "time": lambda text, item: (
        time.fromisoformat(text) if _is_iso(item) else _moment(text, item).time()
    ),
    "datetime": lambda text, item: (
        datetime.fromisoformat(text) if _is_iso(item) else _moment(text, item)
    ),
    "yearmonth": _month,
}
"""Text to value, by type. The values of other types are compared as JSON."""


# Words


def _words(
    names: Sequence[str],
    old: Field,
    new: Field,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> str:
    if names == ("required",):
        return "a value is required now" if after.get("required") else "a value may be missing now"
    if "enum" in names:
        return _allowed_said(old, new)
    if len(before.keys() | after.keys()) == 1:
        (name,) = before.keys() | after.keys()
        verb = _direction(name, old, new) if before and after else ""
        return said(name, before.get(name), after.get(name), verb)
    was, now = (
        " and ".join(f"{name} {shown(value)}" for name, value in limits.items())
        for limits in (before, after)
    )
    if was and now:
        return f"{was} replaced by {now}"
    return f"{was} removed" if was else f"{now} added"


def _direction(name: str, old: Field, new: Field) -> str:
    if name in ("pattern", "jsonSchema"):
        return "changed"
    try:
        was, now = _bound(name, old), _bound(name, new)
        return "changed" if was == now else "raised" if now > was else "lowered"
    except (_UnknownError, TypeError):
        return "changed"


def _allowed_said(old: Field, new: Field) -> str:
    try:
        was, now = _allowed(old), _allowed(new)
    except _UnknownError:
        return "the allowed values changed"
    if now is None:
        return "any value is allowed now"
    if was is None:
        return f"only these values are allowed now: {shown(list(now.values()))}"
    if old.type != new.type:
        return f"allowed now: {shown(list(now.values()))}, as {new.type}"
    gone = [value for key, value in was.items() if key not in now]
    come = [value for key, value in now.items() if key not in was]
    parts = (("no longer allowed", gone), ("allowed now", come))
    return "; ".join(f"{words}: {shown(values)}" for words, values in parts if values)
