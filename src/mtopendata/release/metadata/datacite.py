"""Release → datacite.json: DataCite's metadata schema 4.5, in the JSON form of its REST API.

https://schema.datacite.org/meta/kernel-4.5/ — without a `doi` where the descriptor has none.
"""

from typing import Any

from mtopendata.release.metadata import Standard
from mtopendata.release.model import Release
from mtopendata.release.terms.files import media_type
from mtopendata.release.terms.licences import Licence, licences, spdx
from mtopendata.release.terms.people import (
    Agent,
    contributor_type,
    inverted_name,
    others,
    publisher,
)
from mtopendata.release.terms.properties import (
    Json,
    date,
    doi,
    homepage,
    identifier,
    keywords,
    known,
    text,
    uri,
)
from mtopendata.release.terms.required import LackingError, credited, title
from mtopendata.release.terms.sources import sources
from mtopendata.values.json_values import exact_json
from mtopendata.values.markdown import paragraphs


def datacite(release: Release) -> str:
    """The attributes of a DOI. LackingError without a title, a contributor or a date."""
    descriptor = release.descriptor
    creators = [_datacite_agent(agent) for agent in credited(descriptor)]
    contributors = [
        _datacite_agent(agent) | {"contributorType": contributor_type(agent)}
        for agent in others(descriptor)
    ]
    issuer = publisher(descriptor)
    if not release.date:
        raise LackingError("the descriptor has no date; add 'created'")
    about = text(descriptor, "description")
    own = identifier(descriptor)
    return exact_json(
        known(
            doi=doi(descriptor),
            alternateIdentifiers=[{"alternateIdentifier": own, "alternateIdentifierType": "id"}]
            if own and not doi(descriptor)
            else [],
            url=uri(homepage(descriptor)),
            creators=creators,
            titles=[{"title": title(descriptor)}],
            publisher={"name": issuer.name} if issuer else None,
            publicationYear=f"{release.date.year:04}",
            types={"resourceType": "Data Package", "resourceTypeGeneral": "Dataset"},
            subjects=[{"subject": keyword} for keyword in keywords(descriptor)],
            contributors=contributors,
            dates=_dates(release),
            version=release.version,
            formats=_formats(release),
            rightsList=_each_once(
                [
                    *map(_rights, licences(descriptor)),
                    *({"rights": told} for told in [text(descriptor, "rights")] if told),
                ]
            ),
            descriptions=[
                {"description": "\n\n".join(paragraphs(about)), "descriptionType": "Abstract"}
            ]
            if about
            else [],
            relatedIdentifiers=_related_sources(descriptor),
            schemaVersion="http://datacite.org/schema/kernel-4",
        )
    )


def _datacite_agent(agent: Agent) -> dict[str, Any]:
    """A person or an organization; the kind is left open where the descriptor leaves it open."""
    orcid = {
        "nameIdentifier": agent.orcid,
        "nameIdentifierScheme": "ORCID",
        "schemeUri": "https://orcid.org",
    }
    affiliation = agent.organization if agent.is_person else None
    return known(
        name=inverted_name(agent),
        nameType="Personal" if agent.is_person else None,
        givenName=agent.given,
        familyName=agent.family,
        nameIdentifiers=[orcid] if agent.orcid else [],
        affiliation=[{"name": affiliation}] if affiliation else [],
    )


def _dates(release: Release) -> list[dict[str, str]]:
    moments = {"Created": date(release.descriptor.get("created")), "Issued": release.date}
    return [
        {"date": moment.date().isoformat(), "dateType": kind}
        for kind, moment in moments.items()
        if moment
    ]


def _formats(release: Release) -> list[str]:
    found = (
        media_type(resource.descriptor, path)
        for resource in release.package.resources
        for path in resource.paths
    )
    return list(dict.fromkeys(filter(None, found)))


def _rights(licence: Licence) -> dict[str, Any]:
    name = spdx(licence)
    scheme = {"rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}
    return known(
        rights=licence.label,
        rightsUri=uri(licence.address),
        rightsIdentifier=name,
        **(scheme if name else {}),
    )


def _related_sources(descriptor: Json) -> list[dict[str, str]]:
    addresses = dict.fromkeys(uri(source.path) for source in sources(descriptor))
    return [
        {
            "relatedIdentifier": address,
            "relatedIdentifierType": "URL",
            "relationType": "IsDerivedFrom",
        }
        for address in addresses
        if address
    ]


def _each_once(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for n, item in enumerate(items) if item not in items[:n]]


STANDARD = Standard("datacite.json", "for registering a DOI: DataCite 4.5", datacite)
