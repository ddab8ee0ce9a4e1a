"""What a standard requires, and what stops it from being written where that is lacking."""

from mtopendata.release.terms.people import Agent, creators
from mtopendata.release.terms.properties import Json, text


class LackingError(Exception):
    """The descriptor has not what a standard requires. The message says what, and what to add."""


def title(descriptor: Json) -> str:
    """The title, else the name. LackingError where there is neither."""
    found = text(descriptor, "title") or text(descriptor, "name")
    if not found:
        raise LackingError("the descriptor has no title; add 'title'")
    return found


def description(descriptor: Json) -> str:
    """The description. LackingError where there is none."""
    found = text(descriptor, "description")
    if not found:
        raise LackingError("the descriptor has no description; add 'description'")
    return found


def credited(descriptor: Json) -> list[Agent]:
    """The creators. LackingError where the descriptor names nobody."""
    found = creators(descriptor)
    if not found:
        raise LackingError(
            "the descriptor names no contributor; add 'contributors', each with a 'title'"
        )
    return found
