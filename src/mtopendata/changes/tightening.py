"""What makes each constraint of a field tighter: that something is refused which was accepted.

Constraints that set one limit together are compared as one: `minimum` and `exclusiveMinimum`,
`enum` and `categories`. What counts is what they accept, not how they say it: above 0 is from 1 for
whole numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from mtopendata.changes.meanings import NoValueError, value_meant
from mtopendata.package.model import Field
from mtopendata.values.json_values import said, shown


@dataclass(frozen=True, slots=True)
class Limited:
    """A field of one version, and those of its constraints that set one limit: their values as they
    are `declared`, and as they are `in_force`, where the primary key may ask for more.
    """

    item: Field
    declared: Mapping[str, Any]
    in_force: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A limit that constraints set, and how two versions of it are compared.

    `is_tighter` tells whether the second may refuse something that the first accepts, and `both`
    gives what two constraints accept together. `is_of_type`: what is accepted means something else
    where the field has another type. `words` says a change.
    """

    is_tighter: Callable[[Any, Any], bool]
    both: Callable[[Any, Any], Any]
    words: Callable[[Limited, Limited], str]
    is_of_type: bool = True

    def accepted(self, side: Limited) -> Any:
        """What all constraints accept together; None: anything. NoValueError: nobody can tell."""
        each = (TIGHTENING[name].accepted(v, side.item) for name, v in side.in_force.items())
        limiting = [accepted for accepted in each if accepted is not None]
        return reduce(self.both, limiting) if limiting else None

    def may_refuse(self, old: Limited, new: Limited) -> bool:
        """Whether `new` may refuse something that `old` accepts, also where nobody can tell."""
        try:
            after = self.accepted(new)
            if after is None:
                return False
            before = self.accepted(old)
            has_other_type = self.is_of_type and old.item.type != new.item.type
            return before is None or has_other_type or self.is_tighter(before, after)
        except (NoValueError, TypeError):  # TypeError: such as a time with a zone and one without
            return True


@dataclass(frozen=True, slots=True)
class Tightening:
    """The limit that a constraint sets. `meaning` gives what its value means in a field, in a form
    that can be compared, and `accepts` what such a value accepts; None: anything.
    """

    limit: Limit
    meaning: Callable[[Any, Field], Any]
    accepts: Callable[[Any], Any]

    def accepted(self, value: Any, item: Field) -> Any:
        """What the constraint accepts in the field. NoValueError: nobody can tell."""
        return self.accepts(self.meaning(value, item))


# Words


def _words_of_bounds(old: Limited, new: Limited) -> str:
    names = old.declared.keys() | new.declared.keys()
    if len(names) == 1:
        (name,) = names
        verb = _direction(name, old, new)
        return said(name, old.declared.get(name), new.declared.get(name), verb)
    was, now = (
        " and ".join(f"{name} {shown(value)}" for name, value in side.declared.items())
        for side in (old, new)
    )
    if was and now:
        return f"{was} replaced by {now}"
    return f"{was} removed" if was else f"{now} added"


def _direction(name: str, old: Limited, new: Limited) -> str:
    try:
        was, now = (TIGHTENING[name].meaning(side.in_force[name], side.item) for side in (old, new))
        return "changed" if was == now else "raised" if now > was else "lowered"
    except (NoValueError, TypeError, KeyError):  # KeyError: one of them has no bound
        return "changed"


def _words_of_values(old: Limited, new: Limited) -> str:
    try:
        was, now = _VALUES.accepted(old), _VALUES.accepted(new)
    except NoValueError:
        return "the allowed values changed"
    if now is None:
        return "any value is allowed now"
    if was is None:
        return f"only these values are allowed now: {shown(list(now.values()))}"
    if old.item.type != new.item.type:
        return f"allowed now: {shown(list(now.values()))}, as {new.item.type}"
    gone = [value for key, value in was.items() if key not in now]
    come = [value for key, value in now.items() if key not in was]
    parts = (("no longer allowed", gone), ("allowed now", come))
    return "; ".join(f"{words}: {shown(values)}" for words, values in parts if values)


def _words_of_presence(_: Limited, new: Limited) -> str:
    return "a value is required now" if new.declared else "a value may be missing now"


def _words_of_form(old: Limited, new: Limited) -> str:
    (name,) = old.declared.keys() | new.declared.keys()
    return said(name, old.declared.get(name), new.declared.get(name))


# Limits: of bounds it is known where values begin or end, and whether that value itself is refused


Bound = tuple[Any, bool]


def _bound_limit(is_further: Callable[[Any, Any], bool]) -> Limit:
    """`is_further` tells whether the second value lies further within than the first."""

    def is_tighter(old: Bound, new: Bound) -> bool:
        return new[1] > old[1] if old[0] == new[0] else is_further(old[0], new[0])

    def both(one: Bound, other: Bound) -> Bound:
        return other if is_tighter(one, other) else one

    return Limit(is_tighter, both, _words_of_bounds)


_LOWER = _bound_limit(lambda old, new: bool(new > old))
_UPPER = _bound_limit(lambda old, new: bool(new < old))
_SHORTEST = _bound_limit(lambda old, new: bool(new > old))
_LONGEST = _bound_limit(lambda old, new: bool(new < old))
_VALUES = Limit(
    lambda old, new: not old.keys() <= new.keys(),
    lambda one, other: {key: value for key, value in one.items() if key in other},
    _words_of_values,
)
_PRESENCE = Limit(lambda _, __: False, lambda one, _: one, _words_of_presence, is_of_type=False)
# Of two patterns, or two JSON Schemas, nobody can tell which one accepts more.
_PATTERN = Limit(lambda _, __: True, lambda one, _: one, _words_of_form, is_of_type=False)
_JSON_SCHEMA = Limit(lambda _, __: True, lambda one, _: one, _words_of_form, is_of_type=False)


# Constraints


def _as_given(value: Any, _: Field) -> Any:
    return value


def _all_meant(values: Any, item: Field) -> dict[Any, Any]:
    """The values as written, by what they mean."""
    return {value_meant(value, item): value for value in values}


def _closed(bound: Any) -> Bound:
    return bound, False


def _above(bound: Any) -> Bound:
    return (bound + 1, False) if isinstance(bound, int) else (bound, True)


def _below(bound: Any) -> Bound:
    return (bound - 1, False) if isinstance(bound, int) else (bound, True)


TIGHTENING: dict[str, Tightening] = {
    "required": Tightening(_PRESENCE, _as_given, lambda is_required: is_required or None),
    "minimum": Tightening(_LOWER, value_meant, _closed),
    "exclusiveMinimum": Tightening(_LOWER, value_meant, _above),
    "maximum": Tightening(_UPPER, value_meant, _closed),
    "exclusiveMaximum": Tightening(_UPPER, value_meant, _below),
    # Every text has 0 characters or more.
    "minLength": Tightening(_SHORTEST, _as_given, lambda n: _closed(n) if n > 0 else None),
    "maxLength": Tightening(_LONGEST, _as_given, _closed),
    "enum": Tightening(_VALUES, _all_meant, lambda values: values),
    "categories": Tightening(_VALUES, _all_meant, lambda values: values),
    "pattern": Tightening(_PATTERN, _as_given, lambda pattern: pattern),
    "jsonSchema": Tightening(_JSON_SCHEMA, _as_given, lambda schema: schema),
}
"""What each constraint limits, and when it is tighter. `unique` is a key of one field, and is
compared with the keys.
"""
