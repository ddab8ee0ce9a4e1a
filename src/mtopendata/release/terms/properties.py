"""The texts, addresses and dates of a descriptor.

A value of the wrong type is as good as absent, and nothing is read into a descriptor that it does
not say.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

Json = Mapping[str, Any]


def text(properties: Json, name: str) -> str | None:
    """The property `name`, or None where it is absent, blank or no string."""
    value = properties.get(name)
    return value.strip() or None if isinstance(value, str) else None


def text_list(value: object) -> list[str]:
    """The strings of a list that are not blank, each once; [] where it is no list."""
    if not isinstance(value, list):
        return []
    return list(dict.fromkeys(item.strip() for item in value if _is_text(item)))


def objects(value: object) -> list[Json]:
    """The objects of a list; [] where it is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def web_address(value: object) -> str | None:
    """`value` where it is an http(s) address with nothing in it that an address cannot hold."""
    if isinstance(value, str) and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", value.strip()):
        return value.strip()
    return None


def email_address(value: object) -> str | None:
    """`value` where it looks like one email address."""
    if isinstance(value, str) and re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", value.strip()):
        return value.strip()
    return None


def homepage(descriptor: Json) -> str | None:
    """The homepage, where it is a web address."""
    return web_address(descriptor.get("homepage"))


def identifier(descriptor: Json) -> str | None:
    """The `id`, whatever kind of identifier it is."""
    return text(descriptor, "id")


def doi(descriptor: Json) -> str | None:
    """The DOI, as 10.x/y, where the `id` is one in any of its usual forms."""
    found = re.fullmatch(
        r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)",
        identifier(descriptor) or "",
        re.IGNORECASE,
    )
    return found[1] if found else None


def keywords(descriptor: Json) -> list[str]:
    """The keywords, each once."""
    return text_list(descriptor.get("keywords"))


def date(value: object) -> datetime | None:
    """An ISO 8601 date or moment, in UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def known(**properties: Any) -> dict[str, Any]:
    """The properties that have a value: without None, empty texts, lists and objects."""
    return {name: value for name, value in properties.items() if value not in (None, "", [], {})}


def uri(value: object) -> str | None:
    """A web address in ASCII alone, as RFC 3986 wants it; None for anything else."""
    address = web_address(value)
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
        port = "" if parts.port is None else f":{parts.port}"
    except (ValueError, UnicodeError):
        return None
    if not re.fullmatch(r"[A-Za-z0-9._~-]+", host) or "@" in parts.netloc:
        return None
    return urlunsplit(
        (
            parts.scheme.lower(),
            host + port,
            _percent_encoded(parts.path),
            _percent_encoded(parts.query),
            _percent_encoded(parts.fragment),
        )
    )


def _percent_encoded(part: str) -> str:
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(part, safe="%/?:@!$&'()*+,;=-._~"))
