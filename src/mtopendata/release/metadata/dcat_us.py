"""Release → data.json, a DCAT-US 1.1 catalogue of this one dataset, as data.gov harvests it.

https://resources.data.gov/resources/dcat-us/ — the codes of federal programmes are left out.
"""

import re
from typing import Any

from mtopendata.package.model import Resource
from mtopendata.release.metadata import Standard
from mtopendata.release.model import Release
from mtopendata.release.terms.files import media_type
from mtopendata.release.terms.licences import licences
from mtopendata.release.terms.people import agents, publisher, with_role
from mtopendata.release.terms.properties import (
    Json,
    date,
    homepage,
    identifier,
    keywords,
    known,
    text,
    uri,
)
from mtopendata.release.terms.required import LackingError, description, title
from mtopendata.release.terms.sources import sources
from mtopendata.values.json_values import exact_json

_EMAIL = re.compile(r"[\w~!$&'()*+,;=:.-]+@[\w.-]+\.[\w.-]+", re.ASCII)
_MEDIA_TYPE = re.compile(r"[-\w]+/[-\w]+(\.[-\w]+)*([+][-\w]+)?", re.ASCII)


def dcat_us(release: Release) -> str:
    """The catalogue. LackingError without a title, a description, a name or id, keywords, a date,
    a contributor, or a contributor with an email.
    """
    return exact_json(
        {
            "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "@type": "dcat:Catalog",
            "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
            "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
            "dataset": [_dataset(release)],
        }
    )


def _dataset(release: Release) -> dict[str, Any]:
    descriptor = release.descriptor
    created = date(descriptor.get("created"))
    addresses = (uri(source.path) for source in sources(descriptor))
    own = identifier(descriptor) or text(descriptor, "name")
    if not own:
        raise LackingError("the descriptor has neither an id nor a name; add 'name'")
    if not keywords(descriptor):
        raise LackingError("the descriptor has no keywords; add 'keywords'")
    if not release.date:
        raise LackingError("the descriptor has no date; add 'created'")
    return {
        "@type": "dcat:Dataset",
        "identifier": own,
        "title": title(descriptor),
        "description": description(descriptor),
        "keyword": keywords(descriptor),
        **known(issued=created.date().isoformat() if created else None),
        "modified": release.date.date().isoformat(),
        "publisher": _publisher(descriptor),
        "contactPoint": _contact(descriptor),
        "accessLevel": "public",
        **_licence_and_rights(descriptor),
        **known(
            landingPage=uri(homepage(descriptor)),
            conformsTo=uri(descriptor.get("$schema")),
            references=list(dict.fromkeys(filter(None, addresses))),
            distribution=[
                _distribution(resource, path, uri(homepage(descriptor)))
                for resource in release.package.resources
                for path in resource.paths
            ],
        ),
    }


def _publisher(descriptor: Json) -> dict[str, str]:
    found = publisher(descriptor)
    if not found:
        raise LackingError(
            "the descriptor names no contributor; add 'contributors', each with a 'title'"
        )
    return {"@type": "org:Organization", "name": found.name}


def _contact(descriptor: Json) -> dict[str, str]:
    for agent in (*with_role(descriptor, "contact", "contactperson"), *agents(descriptor)):
        if agent.email and _EMAIL.fullmatch(agent.email):
            return {
                "@type": "vcard:Contact",
                "fn": agent.name,
                "hasEmail": f"mailto:{agent.email}",
            }
    raise LackingError("the descriptor names no contributor with an email; add 'email' to one")


def _licence_and_rights(descriptor: Json) -> dict[str, str]:
    """The address of one licence; several, or one without an address, are told in words, and what
    the descriptor says of rights.
    """
    found = licences(descriptor)
    address = uri(found[0].address) if len(found) == 1 else None
    words = [] if address else [licence.label for licence in found]
    rights = "; ".join([*words, *filter(None, [text(descriptor, "rights")])])
    told = {"rights": rights} if 0 < len(rights) <= 255 else {}
    return ({"license": address} if address else {}) | told


def _distribution(resource: Resource, path: str, page: str | None) -> dict[str, Any]:
    """One file. It has no address of its own: a descriptor's paths are relative to itself."""
    kind = media_type(resource.descriptor, path)
    return {
        "@type": "dcat:Distribution",
        **known(
            title=text(resource.descriptor, "title") or resource.name or path,
            description=text(resource.descriptor, "description"),
            format=resource.format.upper(),
            mediaType=kind if kind and _MEDIA_TYPE.fullmatch(kind) else None,
            accessURL=page,
        ),
    }


STANDARD = Standard("data.json", "for data.gov and other catalogues: DCAT-US 1.1", dcat_us)
