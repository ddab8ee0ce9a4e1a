"""Release → RO-Crate 1.1: the archive as a research object, its files and who made it."""

from datetime import datetime
from typing import Any

from mtopendata.package.model import DESCRIPTOR
from mtopendata.release.metadata import Standard
from mtopendata.release.model import Release, StoredFile
from mtopendata.release.terms.files import media_type, path_address, resource_of
from mtopendata.release.terms.licences import Licence, licences
from mtopendata.release.terms.people import Agent, agents, creators, publisher, with_role
from mtopendata.release.terms.properties import (
    doi,
    homepage,
    identifier,
    keywords,
    known,
    text,
    web_address,
)
from mtopendata.release.terms.required import LackingError
from mtopendata.release.terms.sources import Source, sources
from mtopendata.values.json_values import exact_json

_SPECIFICATION = "https://w3id.org/ro/crate/1.1"

Entity = dict[str, Any]


def ro_crate(release: Release) -> str:
    """ro-crate-metadata.json. LackingError: no date, description or licence, which a crate must
    have.
    """
    descriptor = release.descriptor
    required = {
        "a date (declare `created`, or set SOURCE_DATE_EPOCH)": release.date,
        "a `description`": text(descriptor, "description"),
        "`licenses`": licences(descriptor),
    }
    lacking = [what for what, value in required.items() if not value]
    if lacking or release.date is None:
        raise LackingError(f"RO-Crate requires {', '.join(lacking)}: add what is missing")
    crate = _Crate(release)
    parts = [
        crate.add(_descriptor_file()),
        *(crate.add(_file_entity(crate, stored)) for stored in release.files),
    ]
    root = _root_entity(crate, release.date, parts)
    metadata: Entity = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": _SPECIFICATION},
        "about": {"@id": "./"},
    }
    return exact_json(
        {
            "@context": f"{_SPECIFICATION}/context",
            "@graph": [_single(item) for item in (metadata, root, *crate.entities.values())],
        }
    )


def _root_entity(crate: "_Crate", date: datetime, parts: list[Entity]) -> Entity:
    """The data set as a whole. What it names is added to the crate."""
    release, descriptor = crate.release, crate.release.descriptor
    number = doi(descriptor)
    return {
        "@id": "./",
        "@type": "Dataset",
        **known(
            name=text(descriptor, "title") or release.name,
            description=text(descriptor, "description"),
            datePublished=date.date().isoformat(),
            version=release.version,
            keywords=keywords(descriptor),
            url=homepage(descriptor),
            identifier=f"https://doi.org/{number}" if number else identifier(descriptor),
            license=[crate.licence(item) for item in licences(descriptor)],
            author=[crate.agent(item) for item in creators(descriptor)],
            publisher=crate.agent(issuer) if (issuer := publisher(descriptor)) else None,
            maintainer=[crate.agent(item) for item in with_role(descriptor, "maintainer")],
            contributor=[crate.agent(item) for item in with_role(descriptor, "contributor")],
            isBasedOn=[crate.source(item) for item in sources(descriptor)],
            hasPart=parts,
        ),
    }


class _Crate:
    """The entities by their ids, in the order in which they were first named."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.entities: dict[str, Entity] = {}
        self.agents = agents(release.descriptor)

    def add(self, entity: Entity) -> Entity:
        """Keep the entity, unless its id is taken, and return a reference to it."""
        self.entities.setdefault(entity["@id"], entity)
        return {"@id": entity["@id"]}

    def agent(self, item: Agent) -> Entity:
        """A contributor. One without an ORCID has no address that is its own: `path` may be
        a page that it shares with others.
        """
        place = self.agents.index(item) + 1
        details: Entity = {}
        if item.is_person:
            details = {"givenName": item.given, "familyName": item.family}
            if item.organization:
                employer = {"@type": "Organization", "name": item.organization}
                details["affiliation"] = self.add({"@id": f"#affiliation-{place}", **employer})
        return self.add(
            {
                "@id": item.orcid or f"#contributor-{place}",
                "@type": "Person" if item.is_person else "Organization",
                "name": item.name,
                **known(
                    **details,
                    email=item.email,
                    url=None if item.orcid else web_address(item.path),
                ),
            }
        )

    def licence(self, item: Licence) -> Entity:
        """A licence, by its address where it has one."""
        names = known(name=item.label, identifier=item.name if item.title else None)
        place = item.address or f"#licence-{path_address(item.label)}"
        return self.add({"@id": place, "@type": "CreativeWork", **names})

    def source(self, item: Source) -> Entity:
        """A source; two with the same address are two sources."""
        place = sources(self.release.descriptor).index(item) + 1
        address = web_address(item.path)
        name = item.title or item.path
        return self.add(
            {
                "@id": f"#source-{place}",
                "@type": "CreativeWork",
                **known(name=name, url=address, version=item.version),
            }
        )


def _single(entity: Entity) -> Entity:
    """The entity with the only item of a list in place of the list, as RO-Crate prefers it."""
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in entity.items()
    }


def _descriptor_file() -> Entity:
    return {
        "@id": DESCRIPTOR,
        "@type": "File",
        "name": "Data Package descriptor",
        "description": "Describes the package, its tables, their fields and keys.",
        "encodingFormat": "application/json",
    }


def _file_entity(crate: _Crate, stored: StoredFile) -> Entity:
    resource = resource_of(crate.release, stored)
    return {
        "@id": path_address(stored.path),
        "@type": "File",
        **known(
            name=text(resource, "title") or text(resource, "name"),
            description=text(resource, "description"),
            encodingFormat=media_type(resource, stored.path),
            contentSize=str(stored.bytes),
            sha256=stored.sha256,
            license=[crate.licence(item) for item in licences(resource)],
        ),
    }


STANDARD = Standard("ro-crate-metadata.json", "for research archives: RO-Crate 1.1", ro_crate)
