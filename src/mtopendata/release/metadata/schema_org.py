"""Release → a schema.org Dataset, as search engines for data read it from a page."""

from typing import Any

from mtopendata.package.model import Field
from mtopendata.release.metadata import Standard
from mtopendata.release.model import Release, StoredFile
from mtopendata.release.terms.files import media_type, path_address, resource_of
from mtopendata.release.terms.licences import LICENCE_ADDRESSES, Licence, licences
from mtopendata.release.terms.people import Agent, creators, publisher, with_role
from mtopendata.release.terms.properties import (
    Json,
    doi,
    homepage,
    identifier,
    keywords,
    known,
    text,
    web_address,
)
from mtopendata.release.terms.sources import Source, sources
from mtopendata.values.json_values import exact_json


def schema_org(release: Release) -> str:
    """schema-org.jsonld. Addresses of files are relative to the archive's top."""
    return exact_json(dataset(release, [_download(release, stored) for stored in release.files]))


def dataset(release: Release, distribution: list[dict[str, Any]]) -> dict[str, Any]:
    """The Dataset, to be had as these DataDownloads."""
    descriptor = release.descriptor
    named = {role: with_role(descriptor, role) for role in ("maintainer", "contributor")}
    title = text(descriptor, "title")
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **known(
            name=title or release.name,
            alternateName=release.name if title else None,
            description=text(descriptor, "description"),
            url=homepage(descriptor),
            identifier=_doi_property(descriptor),
            version=release.version,
            datePublished=release.date.date().isoformat() if release.date else None,
            keywords=keywords(descriptor),
            license=[licence_term(licence) for licence in licences(descriptor)],
            copyrightNotice=text(descriptor, "rights"),
            isAccessibleForFree=_is_free(descriptor),
            creator=[agent(item) for item in creators(descriptor)],
            publisher=agent(issuer) if (issuer := publisher(descriptor)) else None,
            maintainer=[agent(item) for item in named["maintainer"]],
            contributor=[agent(item) for item in named["contributor"]],
            isBasedOn=[source(item) for item in sources(descriptor)],
            temporalCoverage=_period(descriptor.get("temporal")),
            spatialCoverage=_place_term(descriptor.get("spatial")),
            variableMeasured=_variables(release),
            distribution=distribution,
        ),
    }


def agent(item: Agent) -> dict[str, Any]:
    """A contributor as a schema.org Person or Organization."""
    if not item.is_person:
        return {"@type": "Organization", **known(name=item.name, url=_page(item), email=item.email)}
    employer = item.organization
    return {
        "@type": "Person",
        **known(
            name=item.name,
            givenName=item.given,
            familyName=item.family,
            email=item.email,
            url=_page(item),
            sameAs=item.orcid,
            affiliation={"@type": "Organization", "name": employer} if employer else None,
        ),
    }


def source(item: Source) -> dict[str, Any]:
    """A source as a schema.org CreativeWork."""
    address = web_address(item.path)
    name = item.title or (None if address else item.path)
    return {"@type": "CreativeWork", **known(name=name, url=address, version=item.version)}


def _page(item: Agent) -> str | None:
    return None if item.orcid else web_address(item.path)


def _doi_property(descriptor: Json) -> str | dict[str, Any] | None:
    number = doi(descriptor)
    if number is None:
        return identifier(descriptor)
    return {
        "@type": "PropertyValue",
        "propertyID": "https://registry.identifiers.org/registry/doi",
        "value": f"doi:{number}",
        "url": f"https://doi.org/{number}",
    }


def licence_term(licence: Licence) -> str | dict[str, Any]:
    """A licence as its address, or else as a schema.org CreativeWork."""
    return licence.address or {"@type": "CreativeWork", "name": licence.label}


def _is_free(descriptor: Json) -> bool | None:
    """True where a known public licence says so; nothing else in a descriptor tells."""
    addresses = set(LICENCE_ADDRESSES.values())
    return any(item.address in addresses for item in licences(descriptor)) or None


def _period(value: object) -> str | None:
    """What packages put into `temporal`, which no profile defines: a text, or its ends."""
    if isinstance(value, str):
        return value.strip() or None
    if not isinstance(value, dict):
        return None
    start, end = text(value, "start"), text(value, "end")
    return f"{start or '..'}/{end or '..'}" if start or end else None


def _place_term(value: object) -> dict[str, Any] | None:
    if isinstance(value, dict):
        value = text(value, "name") or text(value, "title")
    name = value.strip() if isinstance(value, str) else None
    return {"@type": "Place", "name": name} if name else None


def _variables(release: Release) -> list[dict[str, Any]]:
    """The fields of all tables; one that is described alike in several tables is listed once."""
    variables: list[dict[str, Any]] = []
    for resource in release.package.resources:
        for item in resource.schema.fields if resource.schema else ():
            if (variable := _variable(item)) not in variables:
                variables.append(variable)
    return variables


def _variable(item: Field) -> dict[str, Any]:
    title = text(item.descriptor, "title")
    return {
        "@type": "PropertyValue",
        **known(
            name=item.name,
            alternateName=title if title != item.name else None,
            description=text(item.descriptor, "description"),
            propertyID=web_address(item.descriptor.get("rdfType")),
            unitText=text(item.descriptor, "unit"),
        ),
    }


def _download(release: Release, stored: StoredFile) -> dict[str, Any]:
    resource = resource_of(release, stored)
    return {
        "@type": "DataDownload",
        **known(
            name=text(resource, "title") or text(resource, "name"),
            description=text(resource, "description"),
            contentUrl=path_address(stored.path),
            encodingFormat=media_type(resource, stored.path),
            contentSize=f"{stored.bytes} B",
            sha256=stored.sha256,
            license=[licence_term(licence) for licence in licences(resource)],
        ),
    }


STANDARD = Standard(
    "schema-org.jsonld", "for search engines: schema.org Dataset as JSON-LD", schema_org
)
