"""Where it comes from."""

from dataclasses import dataclass

from mtopendata.release.terms.properties import Json, email_address, objects, text


@dataclass(frozen=True, slots=True)
class Source:
    """A source as declared; at least one of the four is not None."""

    title: str | None = None
    path: str | None = None
    email: str | None = None
    version: str | None = None


def sources(properties: Json) -> list[Source]:
    """The sources of a package or of a resource."""
    found = (
        Source(
            text(item, "title"),
            text(item, "path"),
            email_address(item.get("email")),
            text(item, "version"),
        )
        for item in objects(properties.get("sources"))
    )
    return [source for source in found if source != Source()]
