"""Two versions of a field's constraints: whether they accept fewer values than before, or more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mtopendata.changes.tightening import TIGHTENING, Limited
from mtopendata.package.model import Field
from mtopendata.values.json_values import same


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


def limit_changes(
    old: Field, new: Field, old_key: Sequence[str] = (), new_key: Sequence[str] = ()
) -> Iterator[LimitChange]:
    """The limits on a field's values that differ, `unique` apart: it is a key of one field.

    Tightened: something that was accepted may be refused now, also where that cannot be told.
    Loosened: only the other way round. The primary keys are those of the two schemas.
    """
    for limit, names in _LIMITS.items():
        was, now = _limited(old, names, old_key), _limited(new, names, new_key)
        before, after = was.declared, now.declared
        differing = [name for name in names if not same(before.get(name), after.get(name))]
        tightened = bool(differing) and limit.may_refuse(was, now)
        if not tightened and not (differing and limit.may_refuse(now, was)):
            continue  # nothing, or the same written in another way
        message = limit.words(was, now)
        if len(differing) == 1:
            name = differing[0]
            place = name if name == "categories" else f"constraints.{name}"
            yield LimitChange(tightened, message, place, before.get(name), after.get(name))
        else:
            yield LimitChange(tightened, message, "constraints", before or None, after or None)


_LIMITS = {
    limit: [name for name, item in TIGHTENING.items() if item.limit is limit]
    for limit in [item.limit for item in TIGHTENING.values()]
}
"""The constraints by the limit that they set together."""


def _limited(item: Field, names: Sequence[str], key: Sequence[str]) -> Limited:
    declared = {**item.constraints}
    in_force = {**item.constraints}
    if item.name in key:
        in_force["required"] = True
    if item.categories is not None:
        declared["categories"] = item.descriptor.get("categories", list(item.categories))
        in_force["categories"] = item.categories
    return Limited(
        item,
        # False is what `required` is where it is absent.
        {n: declared[n] for n in names if declared.get(n) is not None and declared[n] is not False},
        {n: in_force[n] for n in names if in_force.get(n) is not None},
    )
