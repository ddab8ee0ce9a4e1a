"""The licences that a package or a resource declares."""

from mtopendata.package.json_files import Json, json_type
from mtopendata.package.place import Place


def note_licences(good: Json, place: Place) -> None:
    """A warning for each licence that nobody can look up."""
    items = good.get("licenses", [])
    for item, inner in zip(items, place.items("licenses", len(items)), strict=True):
        if not isinstance(item, dict):
            message = f"{inner.where!r} is {json_type(item)}, not object"
            hint = 'give an object such as {"name": "CC0-1.0"}'
            inner.fault("property-type", message, hint, "warning")
        elif not (item.get("name") or item.get("path")):
            message = f"{inner.where!r} has neither 'name' nor 'path': nobody can tell which it is"
            hint = "give its name, such as CC0-1.0, or the address of its text as 'path'"
            inner.fault("missing-property", message, hint, "warning")
