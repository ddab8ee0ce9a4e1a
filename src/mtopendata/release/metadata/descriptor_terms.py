"""Descriptor → the terms that every kind of metadata asks for: who, under what licence, from where.

A value of the wrong type is as good as absent, and nothing is read into a descriptor that it does
not say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from mtopendata.release.model import Release, StoredFile

Json = Mapping[str, Any]

LICENCE_ADDRESSES: Mapping[str, str] = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-SA-4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC-BY-ND-4.0": "https://creativecommons.org/licenses/by-nd/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "MIT": "https://opensource.org/license/mit",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-BY-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "ODC-PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}
"""Where the licences that data are usually under can be read, by the names that they go by."""

_SUFFIX_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "md": "text/markdown",
    "json": "application/json",
    "geojson": "application/geo+json",
    "jsonl": "application/jsonl",
    "ndjson": "application/jsonl",
    "xml": "application/xml",
    "html": "text/html",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "svg": "image/svg+xml",
    "zip": "application/zip",
    "gz": "application/gzip",
    "bz2": "application/x-bzip2",
    "xz": "application/x-xz",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3",
}
"""Written out, because the table of the `mimetypes` module differs between systems."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A contributor. `name` is never empty: the title, else given and family name, else the
    organization. `path` is an address or a file; all but `name` and `roles` may be None.
    """

    name: str
    given: str | None = None
    family: str | None = None
    email: str | None = None
    path: str | None = None
    organization: str | None = None
    roles: tuple[str, ...] = ()

    @property
    def orcid(self) -> str | None:
        """The ORCID, as an address, where `path` is one."""
        found = re.fullmatch(
            r"https?://orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", self.path or ""
        )
        return f"https://orcid.org/{found[1]}" if found else None

    @property
    def is_person(self) -> bool:
        """Whether the descriptor shows a person: a given or family name, an organization to
        belong to, or an ORCID. Anything else may as well be an organization, or a group.
        """
        belongs = self.organization is not None and self.organization != self.name
        return bool(self.given or self.family or self.orcid or belongs)


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as declared; at least one of the three is not None."""

    name: str | None = None
    path: str | None = None
    title: str | None = None

    @property
    def address(self) -> str | None:
        """Where it can be read on the web: `path`, else what is known by its `name`, else None."""
        return web_address(self.path) or LICENCE_ADDRESSES.get(self.name or "")

    @property
    def label(self) -> str:
        """What to call it: its title, else its name, else its path."""
        return self.title or self.name or self.path or ""


@dataclass(frozen=True, slots=True)
class Source:
    """A source as declared; at least one of the four is not None."""

    title: str | None = None
    path: str | None = None
    email: str | None = None
    version: str | None = None


def text(properties: Json, name: str) -> str | None:
    """The property `name`, or None where it is absent, blank or no string."""
    value = properties.get(name)
    return value.strip() or None if isinstance(value, str) else None


def texts(value: object) -> list[str]:
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
    return texts(descriptor.get("keywords"))


def agents(descriptor: Json) -> list[Agent]:
    """The contributors that have a name, in their order, with version 1's `role` as a role."""
    found = (_agent(item) for item in objects(descriptor.get("contributors")))
    return [agent for agent in found if agent]


def _agent(item: Json) -> Agent | None:
    given, family = text(item, "givenName"), text(item, "familyName")
    organization = text(item, "organization")
    name = text(item, "title") or " ".join(filter(None, (given, family))) or organization
    if not name:
        return None
    role = text(item, "role")
    roles = [*([role] if role else []), *texts(item.get("roles"))]
    return Agent(
        name, given, family, email_address(item.get("email")), text(item, "path"), organization,
        tuple(dict.fromkeys(roles)),
    )  # fmt: skip


def with_role(descriptor: Json, *roles: str) -> list[Agent]:
    """The contributors that have one of these roles, whatever their case."""
    return [
        agent
        for agent in agents(descriptor)
        if any(role.casefold() in roles for role in agent.roles)
    ]


def creators(descriptor: Json) -> list[Agent]:
    """The contributors with the role creator or author; all of them where none has it."""
    return with_role(descriptor, "creator", "author") or agents(descriptor)


def publisher(descriptor: Json) -> Agent | None:
    """The first contributor with the role publisher, else the first creator, else None."""
    found = with_role(descriptor, "publisher") or creators(descriptor)
    return found[0] if found else None


def licences(properties: Json) -> list[Licence]:
    """The licences of a package or of a resource."""
    found = (
        Licence(text(item, "name"), text(item, "path"), text(item, "title"))
        for item in objects(properties.get("licenses"))
    )
    return [licence for licence in found if licence.label]


def sources(properties: Json) -> list[Source]:
    """The sources of a package or of a resource."""
    found = (
        Source(
            text(item, "title"), text(item, "path"), email_address(item.get("email")),
            text(item, "version"),
        )
        for item in objects(properties.get("sources"))
    )  # fmt: skip
    return [source for source in found if source != Source()]


def date(value: object) -> datetime | None:
    """An ISO 8601 date or moment, in UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def path_address(path: str) -> str:
    """A file's path inside the package as a relative address: percent-encoded, never absolute."""
    encoded = quote(path.replace("\\", "/"), safe="/-._~!$&'()*+,;=@")
    while encoded.startswith("./"):
        encoded = encoded.removeprefix("./")
    return encoded


def resource_of(release: Release, stored: StoredFile) -> Json:
    """The descriptor of the first resource that has this file; {} where none has."""
    found = (item for item in release.package.resources if stored.path in item.paths)
    return next((item.descriptor for item in found), {})


def media_type(properties: Json, path: str) -> str | None:
    """What kind of file `path` is: as its resource declares, else by its name's ending, else
    None. A compressed file is of the kind of its compression.
    """
    suffix = path.rpartition(".")[2].lower() if "." in path else ""
    if suffix in ("gz", "bz2", "xz", "zip"):
        return _SUFFIX_TYPES[suffix]
    declared = text(properties, "mediatype")
    if declared and re.fullmatch(r"[\w.+-]+/[\w.+-]+(\s*;.*)?", declared):
        return declared
    form = text(properties, "format")
    return _SUFFIX_TYPES.get(suffix) or _SUFFIX_TYPES.get((form or "").lower())


def known(**properties: Any) -> dict[str, Any]:
    """The properties that have a value: without None, empty texts, lists and objects."""
    return {name: value for name, value in properties.items() if value not in (None, "", [], {})}
