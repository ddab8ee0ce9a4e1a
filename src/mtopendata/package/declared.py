"""What is declared at a place of a descriptor, as far as it has the right JSON type."""

from typing import Any

from mtopendata.package.json_files import Json, json_type
from mtopendata.package.place import Place
from mtopendata.package.properties import PROPERTIES
from mtopendata.values.slips import is_one_slip

_MISPLACED = {
    "field": dict.fromkeys(PROPERTIES["constraints"], "constraints"),
    "resource": {
        **dict.fromkeys(("delimiter", "header", "quoteChar", "escapeChar"), "dialect"),
        **dict.fromkeys(("fields", "primaryKey", "uniqueKeys", "foreignKeys"), "schema"),
        "missingValues": "schema",
    },
}
"""Where people put a property that belongs a level deeper, and would be lost without a word."""
_NEVER_MISPLACED = {("field", "required"), ("resource", "missingValues")}
"""Those of which frictionless, too, says that they are errors."""
_SHORTEST = 4
"""Letters of a name in which a slip can be told from another name."""


def declared_properties(level: str, raw: Json, place: Place) -> Json:
    """The known properties of `raw` that have the right JSON type; all else is a fault.

    `level` is a key of PROPERTIES.
    """
    known = PROPERTIES[level]
    good: Json = {}
    for name, value in raw.items():
        where = place.at(name).where
        if name not in known:
            _unknown_property(level, name, raw, place)
        elif not _has_type(value, known[name].types):
            wanted = known[name].types.replace("|", " or ")
            if known[name].since > place.version:
                place.fault(
                    "not-enforced",
                    f"{where!r} is {json_type(value)}, and nothing that version 1 of the standard "
                    f"knows; since version 2 it is {wanted}",
                    "nothing to do, unless you mean what version 2 calls so",
                    "note",
                )
                continue
            place.fault(
                "property-type",
                f"{where!r} is {json_type(value)}, not {wanted}",
                f"give it as JSON {wanted}",
            )
        else:
            good[name] = value
    for name, described in known.items():
        if described.required and name not in raw:
            place.fault(
                "missing-property",
                f"{place.what} has no {name!r}",
                f"add {name!r}",
            )
    return good


def _unknown_property(level: str, name: str, raw: Json, place: Place) -> None:
    """Anyone may add properties, but not one that would be lost: misplaced or misspelt."""
    known = PROPERTIES[level]
    where = place.at(name).where
    if home := _MISPLACED.get(level, {}).get(name):
        place.fault(
            "misplaced-property",
            f"{where!r} means nothing here: {name!r} belongs in {home!r}",
            f"move it into {home!r}",
            "error" if (level, name) in _NEVER_MISPLACED else "warning",
        )
    elif near := _nearly(level, name, raw):
        place.fault(
            "misspelt-property",
            f"{where!r} is nearly {near!r}, and means nothing as it stands",
            f"write {near!r}, or choose a name less like it",
            # A lost constraint lets bad data pass; any other name may be meant, the more so if it
            # is further away.
            "error" if level == "constraints" else "warning" if is_one_slip(name, near) else "note",
        )
    elif level == "constraints":
        place.fault(
            "constraint",
            f"nobody enforces {where!r}, which is no constraint of Table Schema",
            f"give one of {', '.join(known)}",
        )


def _nearly(level: str, name: str, raw: Json) -> str | None:
    """The known property that a name is one slip away from, or which it is in another way of
    writing, as primary_key is, if its value could be that one's.

    A name beside the known one itself is another property; and of one that may have any value
    nobody can tell, except that a constraint is hardly the publisher's own.
    """
    for other, described in PROPERTIES[level].items():
        if (
            other not in raw
            and not other.startswith("$")
            and min(len(other), len(name)) >= _SHORTEST
            and (is_one_slip(name, other) or _letters(name) == _letters(other))
            and (level == "constraints" or _could_be(raw[name], described.types))
        ):
            return other
    return None


def _letters(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _could_be(value: Any, types: str) -> bool:
    return types != "any" and _has_type(value, types)


def _has_type(value: Any, types: str) -> bool:
    allowed = types.split("|")
    name = json_type(value)
    return "any" in allowed or name in allowed or (name == "integer" and "number" in allowed)


def declared_names(value: Any, place: Place) -> tuple[str, ...]:
    """A string or an array of strings as a tuple; where it is neither, a fault and no name."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        place.fault(
            "property-type",
            f"{place.where!r} holds something other than strings",
            "give names as JSON strings",
        )
        return ()
    return tuple(items)
